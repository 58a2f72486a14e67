/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Partitions. Who sends a packet is only known where it is sent, and to lose it there would be told
 * to the sender. So a target's hook notes what leaves it, before it can arrive anywhere; the hook
 * of who receives it asks who has sent that, and loses it, as a network would. All of it is gone
 * with the programs.
 */
#ifndef JINX_PARTITION_BPF_H
#define JINX_PARTITION_BPF_H

#define LOOPBACK 1 /* the interface number, in each network namespace */
/* Longer than packets are on their way; ports are not given to somebody else so soon. */
const volatile __u64 sent_fresh_ns;
#define MAX_SENT 65536

/* The ends of a packet, as they stand in it: the same where it leaves and where it arrives. */
struct packet_ends {
	__u32 from[4], to[4];
	__u16 from_port, to_port; /* of ICMP what stands there: type, code and sum */
	__u16 protocol, family;
	__u32 namespace; /* on the loopback device; others lead from one to the other */
};

struct packet_note {
	__u64 when_ns;
	__u32 targets; /* whose it was, a bit each */
	__u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_SENT);
	__type(key, struct packet_ends);
	__type(value, struct packet_note);
} packets_sent SEC(".maps");

/* A pointer that the verifier guards, as a number: what is read from the stack has no type. */
static __always_inline __u32 namespace_of(struct __sk_buff *skb)
{
	struct bpf_sock *guarded = skb->sk;
	struct sock *sk = 0;

	if (!guarded || bpf_probe_read_kernel(&sk, sizeof(sk), &guarded))
		return 0;
	return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

/* False: it is no packet of IP. */
static __always_inline bool read_ends(struct __sk_buff *skb, bool egress, struct packet_ends *k)
{
	struct peer p = {};

	read_packet(skb, egress, &p);
	if (!p.known)
		return false;
	if (p.family == AF_INET) {
		if (load(skb, __builtin_offsetof(struct iphdr, saddr), k->from, 4) ||
			load(skb, __builtin_offsetof(struct iphdr, daddr), k->to, 4))
			return false;
	} else if (load(skb, __builtin_offsetof(struct ipv6hdr, saddr), k->from, sizeof(k->from)) ||
		   load(skb, __builtin_offsetof(struct ipv6hdr, daddr), k->to, sizeof(k->to))) {
		return false;
	}
	k->from_port = egress ? p.local_port : p.remote_port;
	k->to_port = egress ? p.remote_port : p.local_port;
	k->protocol = p.protocol;
	k->family = p.family;
	if (skb->ifindex == LOOPBACK)
		k->namespace = namespace_of(skb);
	return true;
}

/* On its way out. */
SHARED int note_sent(struct __sk_buff *skb, __u32 targets)
{
	struct packet_note sent = {.when_ns = bpf_ktime_get_ns(), .targets = targets};
	struct packet_ends key = {};

	if (read_ends(skb, true, &key))
		bpf_map_update_elem(&packets_sent, &key, &sent, BPF_ANY);
	return 0;
}

/* Which targets have sent it, a bit each. */
SHARED __u32 senders_of(struct __sk_buff *skb)
{
	struct packet_ends key = {};
	struct packet_note *sent;

	if (!read_ends(skb, false, &key))
		return 0;
	sent = bpf_map_lookup_elem(&packets_sent, &key);
	return sent && bpf_ktime_get_ns() - sent->when_ns < sent_fresh_ns ? sent->targets : 0;
}

/* The rules that keep such a packet from who receives it, and all that are no partitions. */
static __always_inline __u64 rules_by_sender(struct __sk_buff *skb, bool egress, __u32 targets)
{
	__u32 senders = egress ? 0 : senders_of(skb);
	__u64 rules = 0;

	for (__u32 to = 0; senders && to < MAX_TARGETS; to++) {
		if (to >= cgroup_slots)
			break;
		/* Without a branch, of which the verifier would follow each way. */
		for (__u32 from = 0; from < MAX_TARGETS; from++)
			rules |= cuts[to][from] & -(__u64)(targets >> to & senders >> from & 1);
	}
	return rules | ~partitions;
}

#endif
