/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detours. A program at the cgroup's hook marks the packets that a rule strikes; one at the device
 * sends what is marked to the tap beside it, from where the shaper takes it; and what the shaper
 * puts back there one at the tap sends to the device. What comes back has no mark: nothing loops.
 */
#ifndef JINX_SHAPE_BPF_H
#define JINX_SHAPE_BPF_H

#define NO_DETOUR MAX_DETOURS
#define TCX_NEXT (-1) /* and TC_ACT_UNSPEC */
#define VLAN_PROTOCOL 0x8100
#define IPV4_PROTOCOL 0x0800
#define IPV6_PROTOCOL 0x86dd
#define FRAME_BYTES 14
#define PORTS 4 /* two, in bytes */
#define MAX_CGROUP_DEPTH 1024

extern void *bpf_rdonly_cast(const void *object__ign, __u32 type__k) __ksym __weak;

const volatile __u32 detour_experiment;
const volatile __u32 detour_mark; /* DETOUR_MARK() of it */
/* The kernel's ids of the types by which a socket's cgroup is found quickly. */
const volatile struct detour_types detour_types;
/* The ports that rules on the way in ask for, modulo 64, a bit each; all: one asks for none. */
const volatile __u64 detour_ports;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct shaper_shared);
} shaping SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_DETOURS);
	__type(key, struct detour_key);
	__type(value, __u32);
} detour_numbers SEC(".maps");

/*
 * Before Linux 6.6 what is attached to a device outlives jinx. That is `detour_stub` then, which
 * does nothing but jump through this table, and the kernel empties it with jinx's last descriptor.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2); /* on the way out, on the way in */
	__type(key, __u32);
	__type(value, __u32);
} detour_jump SEC(".maps");

static __always_inline struct shaper_shared *the_shaper(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&shaping, &zero);
}

static __always_inline bool shaper_lives(const struct shaper_shared *s)
{
	__u64 beat = *(volatile const __u64 *)&s->beat_ns;

	return bpf_ktime_get_ns() < beat + SHAPER_PATIENCE_NS;
}

/* What the loopback device takes back goes by a route, and there is none for these. */
static __always_inline bool is_for_many(struct __sk_buff *skb)
{
	__u32 to = 0;

	if (skb->protocol != bpf_htons(IPV4_PROTOCOL))
		return false;
	if (bpf_skb_load_bytes_relative(skb, __builtin_offsetof(struct iphdr, daddr), &to,
		    sizeof(to), BPF_HDR_START_NET))
		return true;
	return (bpf_ntohl(to) & 0xf0000000) == 0xe0000000 || to == bpf_htonl(0x7fffffff) ||
	       to == ~0u;
}

/* Link-local addresses of this host are reached by the loopback device, but not found by it. */
static __always_inline bool is_link_local(struct __sk_buff *skb)
{
	__u16 to = 0;

	return bpf_skb_load_bytes_relative(skb, __builtin_offsetof(struct ipv6hdr, daddr), &to,
		       sizeof(to), BPF_HDR_START_NET) ||
	       (bpf_ntohs(to) & 0xffc0) == 0xfe80;
}

/* What the loopback device takes back of it would be lost. */
static __always_inline bool has_no_way_back(struct __sk_buff *skb)
{
	if (*(volatile __u32 *)&skb->protocol == bpf_htons(IPV6_PROTOCOL))
		return is_link_local(skb);
	return is_for_many(skb);
}

/*
 * The number of the device's detour, in the network namespace of a socket; NO_DETOUR: it has none,
 * or it leads nowhere.
 */
static __always_inline __u32 detour_for(struct __sk_buff *skb, struct sock *sk)
{
	struct detour_key key = {.device = skb->ifindex};
	struct shaper_shared *shaper = the_shaper();
	__u32 *number;

	if (!sk || !shaper || !shaper_lives(shaper))
		return NO_DETOUR;
	key.namespace = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	number = bpf_map_lookup_elem(&detour_numbers, &key);
	if (!number || *number >= MAX_DETOURS)
		return NO_DETOUR;
	if (shaper->detours[*number].device != skb->ifindex)
		return NO_DETOUR; /* the tap is gone */
	return shaper->detours[*number].loopback && has_no_way_back(skb) ? NO_DETOUR : *number;
}

/* Those of what the target asks servers for. */
static __always_inline __u64 asking_rules(void)
{
	return http_rules | dns_rules;
}

SEC("?cgroup_skb/egress")
int detour_egress(struct __sk_buff *skb)
{
	__u32 targets = packet_targets(skb), detour, known = 0;
	int struck;

	if (!targets)
		return 1;
	detour = detour_for(skb, socket_of(skb));
	if (detour == NO_DETOUR)
		known |= PACKET_STAYS;
	/* Another experiment, or a drop, has decided what becomes of it. */
	if ((skb->priority & DETOUR_ANY_MASK) == DETOUR_MARK(0) || skb->priority == LOSS_MARK)
		known |= CALL_STRUCK;
	/* One that TCP sends again is the same one: it is answered again, and counted once. */
	struck = asking_rules() && !known ? request_noted(skb, 0) : 0;
	if (!struck) {
		struck = strike_packet(
			skb, MECHANISM_DETOUR, NUMBER_OF(egress), true, targets, known);
		if (struck && asking_rules() >> ((struck - 1) & (MAX_RULES - 1)) & 1)
			request_noted(skb, struck);
	}
	if (struck)
		skb->priority = DETOUR_MARK(detour_experiment) | detour << 6 |
				((struck - 1) & (MAX_RULES - 1));
	return 1;
}

/* By the tap; TCX_NEXT where that can't be. */
static __always_inline int go_by(struct __sk_buff *skb, __u32 number, __u32 tag)
{
	struct shaper_shared *shaper = the_shaper();
	struct detour *d;

	if (!shaper)
		return TCX_NEXT;
	d = &shaper->detours[number & (MAX_DETOURS - 1)];
	if (d->device != skb->ifindex || !shaper_lives(shaper) ||
		bpf_skb_vlan_push(skb, bpf_htons(VLAN_PROTOCOL), tag))
		return TCX_NEXT;
	return bpf_redirect(d->tap, 0);
}

/* Apart, so that for packets without a mark no register is kept. */
static __noinline int leave_by(struct __sk_buff *skb, __u32 mark)
{
	skb->priority = 0;
	return go_by(skb, mark >> 6, mark & (MAX_RULES - 1));
}

/* At the device, on the way out. */
SEC("?tc")
int detour_leave(struct __sk_buff *skb)
{
	__u32 mark = skb->priority;

	if ((mark & DETOUR_MARK_MASK) != detour_mark)
		return TCX_NEXT;
	return leave_by(skb, mark);
}

/*
 * Addresses and ports of a packet of TCP or UDP, where they stand in one piece: as the kernel's
 * struct bpf_sock_tuple has them. 0: it has options, is in pieces, or something else.
 */
struct plain_ends {
	__u32 size, protocol;
};

static __always_inline bool is_plain(__u32 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

static __always_inline void *find_plain_ends(struct __sk_buff *skb, struct plain_ends *ret)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct iphdr *four = data + FRAME_BYTES;
	struct ipv6hdr *six = data + FRAME_BYTES;

	if (skb->protocol == bpf_htons(IPV4_PROTOCOL)) {
		if ((void *)(four + 1) + PORTS > end || *(__u8 *)four != 0x45 ||
			four->frag_off & bpf_htons(0x3fff))
			return 0;
		*ret = (struct plain_ends){8 + PORTS, four->protocol};
		return is_plain(ret->protocol) ? &four->saddr : 0;
	}
	if (skb->protocol != bpf_htons(IPV6_PROTOCOL) || (void *)(six + 1) + PORTS > end)
		return 0;
	*ret = (struct plain_ends){32 + PORTS, six->nexthdr};
	return is_plain(ret->protocol) ? &six->saddr : 0;
}

/* Of 64 marks, of which each stands for many ports. */
static __always_inline bool has_marked_port(void *ends, const struct plain_ends *e)
{
	__be16 *ports = ends + e->size - PORTS;

	return (detour_ports >> (bpf_ntohs(ports[0]) & 63) |
		       detour_ports >> (bpf_ntohs(ports[1]) & 63)) &
	       1;
}

struct receiver {
	struct sock *sk;
	__u64 cgroup;
	__u32 targets;
};

/* Loads by its type are an instruction each, where others call a helper; since Linux 6.2. */
static __always_inline __u64 quick_ancestor_id(struct bpf_sock *guarded, __u32 level)
{
	struct sock *sk = bpf_rdonly_cast(guarded, detour_types.sock);
	struct cgroup *c = sk->sk_cgrp_data.cgroup;
	struct list_head *at;

	if (level > (__u32)c->level || level >= MAX_CGROUP_DEPTH)
		return 0;
	/* Whatever begins with a pointer: the level is no constant. */
	at = bpf_rdonly_cast((void *)c + __builtin_preserve_field_info(c->ancestors, 0) +
				     level * sizeof(*c->ancestors),
		detour_types.list_head);
	c = bpf_rdonly_cast(at->next, detour_types.cgroup);
	return c->kn->id;
}

static __always_inline __u32 quick_targets(struct bpf_sock *guarded)
{
	__u32 targets = 0;
	__u64 id = 0;

#define ANCESTOR(level) quick_ancestor_id(guarded, level)
	targets_from(0, id, ANCESTOR, targets);
#undef ANCESTOR
	return targets;
}

static __always_inline void ask_socket(struct sock *sk, struct receiver *ret)
{
	__u64 cgroup = (__u64)BPF_CORE_READ(sk, sk_cgrp_data.cgroup);

	ret->sk = sk;
	ret->targets = targets_with(cgroup);
	ret->cgroup = ancestor_id(cgroup, BPF_CORE_READ((struct cgroup *)cgroup, level));
}

static __always_inline void ask_receiver(struct bpf_sock *guarded, struct receiver *ret)
{
	if (!guarded)
		return;
	if (!bpf_rdonly_cast || !detour_types.sock || quick_targets(guarded))
		ask_socket(address_of(guarded), ret);
	bpf_sk_release(guarded);
}

/* Apart from what is done with it, as stacks are small. */
static __noinline int find_receiver(struct __sk_buff *skb, struct receiver *ret)
{
	struct plain_ends e = {};
	void *ends = find_plain_ends(skb, &e);
	struct sock *sk;

	if (ends && e.protocol == IPPROTO_UDP)
		ask_receiver(bpf_sk_lookup_udp(skb, ends, e.size, BPF_F_CURRENT_NETNS, 0), ret);
	else if (ends)
		ask_receiver(bpf_sk_lookup_tcp(skb, ends, e.size, BPF_F_CURRENT_NETNS, 0), ret);
	else if ((sk = socket_at(skb, false)))
		ask_socket(sk, ret);
	return 0;
}

/* What no rule means needs no look for its socket. */
static __noinline int may_be_meant(struct __sk_buff *skb)
{
	__u64 waiting = rules_waiting(MECHANISM_DETOUR, NUMBER_OF(ingress));

	if (!waiting || skb->pkt_type || skb->vlan_present)
		return false;
	return !rules_with_peer || waiting & rules_by_packet(skb, false);
}

static __noinline int arrive_by(struct __sk_buff *skb, const struct receiver *to)
{
	__u32 detour;
	int struck;

	if (!to)
		return TCX_NEXT;
	detour = detour_for(skb, to->sk);
	struck = strike_packet_of(skb, to->cgroup, MECHANISM_DETOUR, NUMBER_OF(ingress), false,
		to->targets, detour == NO_DETOUR ? PACKET_STAYS : 0);
	if (!struck)
		return TCX_NEXT;
	return go_by(skb, detour, DETOUR_TAG_INGRESS | ((struck - 1) & (MAX_RULES - 1)));
}

/*
 * At the device, on the way in. What comes back by the detour has the experiment's mark, and goes
 * on; each of several experiments takes it once.
 */
SEC("?tc")
int detour_ingress(struct __sk_buff *skb)
{
	struct receiver to = {};
	struct plain_ends e;
	void *ends;

	if ((skb->mark & DETOUR_ANY_MASK) == DETOUR_MARK(0)) {
		if (skb->mark == detour_mark)
			skb->mark = 0;
		return TCX_NEXT;
	}
	/* Most packets are somebody else's: the ports tell it of most of these. */
	if (detour_ports != ~0ull) {
		ends = find_plain_ends(skb, &e);
		if (ends && !has_marked_port(ends, &e))
			return TCX_NEXT;
	}
	if (!may_be_meant(skb))
		return TCX_NEXT;
	find_receiver(skb, &to);
	return to.targets ? arrive_by(skb, &to) : TCX_NEXT;
}

/*
 * At the tap, what the shaper puts back. The loopback device finds 127.0.0.0/8 strange that comes
 * without its route (net/ipv4/route.c: ip_route_input_slow), so it gets one.
 */
SEC("?tc")
int detour_return(struct __sk_buff *skb)
{
	__u32 number = skb->ifindex - DETOUR_FIRST_TAP(detour_experiment);
	struct shaper_shared *shaper = the_shaper();
	struct detour *d;

	if (!shaper || number >= MAX_DETOURS)
		return TCX_NEXT;
	d = &shaper->detours[number];
	if (skb->vlan_present) { /* on its way in */
		bpf_skb_vlan_pop(skb);
		skb->mark = DETOUR_MARK(detour_experiment);
		/* The loopback device has it come in again by itself, with a route. */
		if (!d->loopback)
			return bpf_redirect(d->device, BPF_F_INGRESS);
	}
	bpf_skb_change_type(skb, 0); /* PACKET_HOST */
	if (d->loopback && skb->protocol == bpf_htons(IPV4_PROTOCOL))
		return bpf_redirect_neigh(d->device, 0, 0, 0);
	return bpf_redirect(d->device, 0);
}

SEC("?tc")
int detour_stub(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &detour_jump, 0);
	return TCX_NEXT;
}

SEC("?tc")
int detour_stub_in(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &detour_jump, 1);
	return TCX_NEXT;
}

#endif
