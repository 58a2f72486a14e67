/* SPDX-License-Identifier: GPL-2.0 */
/* What a cgroup's own hooks can do: sockets' calls that fail, packets that vanish. */

/* The hook's own address: the call that is under way may be another (io_uring, MSG_FASTOPEN). */
static __always_inline void read_hook(
	struct bpf_sock_addr *ctx, __u32 point, bool six, struct peer *p)
{
	p->known = 1;
	p->protocol = ctx->protocol;
	p->local_port = ctx->sk->src_port;
	p->remote_port = bpf_ntohs(ctx->user_port);
	p->family = six ? AF_INET6 : AF_INET;
	if (six) {
		p->address[0] = ctx->user_ip6[0];
		p->address[1] = ctx->user_ip6[1];
		p->address[2] = ctx->user_ip6[2];
		p->address[3] = ctx->user_ip6[3];
	} else {
		p->address[0] = ctx->user_ip4;
	}
	if (plan_points[point & (MAX_POINTS - 1)].address_kind == ADDRESS_LOCAL)
		turn_round(p);
}

static __always_inline __u64 rules_by_hook(struct bpf_sock_addr *ctx, __u32 point, bool six)
{
	__u64 waiting = rules_waiting(MECHANISM_SOCK_ADDR, point);
	__u64 fitting = rules_by_kind(FD_SOCKET);
	struct peer peer = {};

	if (waiting & rules_with_peer) {
		read_hook(ctx, point, six, &peer);
		fitting &= rules_by_peer(&peer);
	}
	/* The arguments of another call say nothing of this one. */
	if (waiting & rules_with_argument && call_under_way() != point)
		fitting &= ~rules_with_argument;
	return fitting;
}

/* A cgroup socket hook returns 1 to go on, 0 to refuse with what bpf_set_retval() said. */
static __always_inline int refuse(struct bpf_sock_addr *ctx, __u32 point, bool six)
{
	__u32 targets = current_targets();
	long error;

	if (!targets)
		return 1;
	/* All programs run, whatever those before have said (bpf_prog_run_array_cg). */
	error = strike_socket(point, targets, rules_by_hook(ctx, point, six),
		bpf_get_retval() < 0 ? CALL_STRUCK : 0);
	if (error >= 0 || error < -4095)
		return 1;
	set_retval(error);
	return 0;
}

SEC("?cgroup/connect4")
int socket_connect4(struct bpf_sock_addr *ctx)
{
	return refuse(ctx, NUMBER_OF(connect), false);
}

SEC("?cgroup/connect6")
int socket_connect6(struct bpf_sock_addr *ctx)
{
	return refuse(ctx, NUMBER_OF(connect), true);
}

SEC("?cgroup/bind4")
int socket_bind4(struct bpf_sock_addr *ctx)
{
	return refuse(ctx, NUMBER_OF(bind), false);
}

SEC("?cgroup/bind6")
int socket_bind6(struct bpf_sock_addr *ctx)
{
	return refuse(ctx, NUMBER_OF(bind), true);
}

/* sendto, sendmsg and sendmmsg share a hook, which sees datagrams that name a destination. */
static __always_inline int refuse_send(struct bpf_sock_addr *ctx, bool six)
{
	__u32 point = call_under_way();

	return point < MAX_POINTS ? refuse(ctx, point, six) : 1;
}

SEC("?cgroup/sendmsg4")
int socket_sendmsg4(struct bpf_sock_addr *ctx)
{
	return refuse_send(ctx, false);
}

SEC("?cgroup/sendmsg6")
int socket_sendmsg6(struct bpf_sock_addr *ctx)
{
	return refuse_send(ctx, true);
}

static __always_inline __u32 packet_targets(struct __sk_buff *skb)
{
	__u32 targets = 0;
	__u64 id = 0;

#define ANCESTOR(level) bpf_skb_ancestor_cgroup_id(skb, level)
	targets_from(0, id, ANCESTOR, targets);
#undef ANCESTOR
	return targets;
}

static __always_inline int drops(struct __sk_buff *skb, __u32 point, bool egress)
{
	__u32 targets = packet_targets(skb);
	int struck;

	if (!targets)
		return 0;
	struck = strike_packet(skb, MECHANISM_SKB, point, egress, targets, 0);
	if (egress && !struck && armed & partitions)
		note_sent(skb, targets);
	return struck;
}

SEC("?cgroup_skb/egress")
int packet_egress(struct __sk_buff *skb)
{
	/* 2 drops silently; 0 would show EPERM to the sender of a datagram. */
	return drops(skb, NUMBER_OF(egress), true) ? 2 : 1;
}

SEC("?cgroup_skb/ingress")
int packet_ingress(struct __sk_buff *skb)
{
	return drops(skb, NUMBER_OF(ingress), false) ? 0 : 1;
}
