/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Losses on the way out. What a cgroup's hook drops is told to the sender, as a queue of this host
 * that is full. So the hook only marks the packet, and a program at the device loses it: for the
 * sender it has gone out.
 */
#ifndef JINX_LOSS_BPF_H
#define JINX_LOSS_BPF_H

/* Those at which a program is that loses what is marked. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_LOSSY_DEVICES);
	__type(key, struct detour_key);
	__type(value, __u32);
} lossy_devices SEC(".maps");

/* The copy of what is sent to a group that this host gets itself passes no device. */
static __always_inline bool is_lost_there(struct __sk_buff *skb)
{
	struct sock *sk = socket_of(skb);
	struct detour_key key = {.device = skb->ifindex};

	if (!sk || is_for_many(skb))
		return false;
	key.namespace = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	return bpf_map_lookup_elem(&lossy_devices, &key);
}

SEC("?cgroup_skb/egress")
int lose_egress(struct __sk_buff *skb)
{
	__u32 targets = packet_targets(skb);

	if (!targets || !strike_packet(skb, MECHANISM_LOSS, NUMBER_OF(egress), true, targets, 0))
		return 1;
	if (!is_lost_there(skb)) {
		__sync_fetch_and_or(&noticed[NOTICE_TOLD], targets);
		return 2; /* as packet_egress does */
	}
	skb->priority = LOSS_MARK;
	return 1;
}

/*
 * At the device. No device has the number 0, and what can't be redirected is lost without a word
 * (net/core/filter.c: skb_do_redirect, and net/core/dev.c: sch_handle_egress, 6.1 to 7.3).
 */
SEC("?tc")
int lose_packet(struct __sk_buff *skb)
{
	return skb->priority == LOSS_MARK ? bpf_redirect(0, 0) : TCX_NEXT;
}

#endif
