/* SPDX-License-Identifier: GPL-2.0 */
/* Whose the sockets of a packet are, where no helper says it. */
#ifndef JINX_SOCKET_BPF_H
#define JINX_SOCKET_BPF_H

/* A pointer of the verifier's as a number: what is read from the stack has no type any more. */
static __always_inline struct sock *address_of(struct bpf_sock *sk)
{
	__u64 address = 0;

	(void)bpf_probe_read_kernel(&address, sizeof(address), &sk);
	return (struct sock *)address;
}

static __always_inline struct sock *socket_of(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	return sk ? address_of(sk) : 0;
}

/*
 * Of the socket of this network namespace that a packet is for, as the kernel will find it, or that
 * it comes from.
 */
static __noinline struct sock *socket_at(struct __sk_buff *skb, bool sender)
{
	struct bpf_sock_tuple ends = {};
	struct packet_ends e = {};
	struct bpf_sock *guarded;
	struct sock *sk;
	__u32 size;

	if (!read_ends(skb, false, &e))
		return 0;
	/* To it the other end is the source. */
	if (e.family == AF_INET) {
		ends.ipv4.saddr = sender ? e.to[0] : e.from[0];
		ends.ipv4.daddr = sender ? e.from[0] : e.to[0];
		ends.ipv4.sport = bpf_htons(sender ? e.to_port : e.from_port);
		ends.ipv4.dport = bpf_htons(sender ? e.from_port : e.to_port);
		size = sizeof(ends.ipv4);
	} else {
		__builtin_memcpy(ends.ipv6.saddr, sender ? e.to : e.from, sizeof(e.from));
		__builtin_memcpy(ends.ipv6.daddr, sender ? e.from : e.to, sizeof(e.to));
		ends.ipv6.sport = bpf_htons(sender ? e.to_port : e.from_port);
		ends.ipv6.dport = bpf_htons(sender ? e.from_port : e.to_port);
		size = sizeof(ends.ipv6);
	}
	if (e.protocol == IPPROTO_TCP)
		guarded = bpf_sk_lookup_tcp(skb, &ends, size, BPF_F_CURRENT_NETNS, 0);
	else if (e.protocol == IPPROTO_UDP)
		guarded = bpf_sk_lookup_udp(skb, &ends, size, BPF_F_CURRENT_NETNS, 0);
	else
		return 0;
	if (!guarded)
		return 0;
	/* It may go at any time; what is read of it then is nobody's cgroup. */
	sk = address_of(guarded);
	bpf_sk_release(guarded);
	return sk;
}

/* Of the cgroup itself where `level` is its own. */
SHARED __u64 ancestor_id(__u64 cgroup, __u32 level)
{
	struct cgroup *c = (struct cgroup *)cgroup, *ancestor = 0;

	if (!c || level > (__u32)BPF_CORE_READ(c, level))
		return 0;
	/* A field's place is constant; which of them is not. */
	if (bpf_probe_read_kernel(&ancestor, sizeof(ancestor),
		    (void *)(cgroup + __builtin_preserve_field_info(c->ancestors, 0) +
			     level * sizeof(ancestor))))
		return 0;
	return BPF_CORE_READ(ancestor, kn, id);
}

static __always_inline __u32 targets_with(__u64 cgroup)
{
	__u32 targets = 0;
	__u64 id = 0;

#define ANCESTOR(level) ancestor_id(cgroup, level)
	targets_from(0, id, ANCESTOR, targets);
#undef ANCESTOR
	return targets;
}

/*
 * Of a target that is cut off what goes on within it, over the loopback device, is left: the rules
 * that don't mean the packet are left out.
 */
static __always_inline __u64 rules_beyond(struct __sk_buff *skb, bool egress, __u32 targets)
{
	struct sock *other;

	if (skb->ifindex != LOOPBACK)
		return ~0ull;
	other = socket_at(skb, !egress);
	if (!other)
		return ~0ull;
	targets &= targets_with((__u64)BPF_CORE_READ(other, sk_cgrp_data.cgroup));
	return ~(isolations & rules_of_targets(targets));
}

#endif
