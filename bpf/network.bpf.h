/* SPDX-License-Identifier: GPL-2.0 */
/* What a cgroup's own hooks can do: sockets' calls that fail, packets that vanish. */

/* A cgroup socket hook returns 1 to go on, 0 to refuse with what bpf_set_retval() said. */
static __always_inline int refuse(enum point point)
{
	__u32 targets = current_targets();
	long error = targets ? strike_socket(point, targets) : 0;

	if (error >= 0 || error < -4095)
		return 1;
	set_retval(error);
	return 0;
}

SEC("?cgroup/connect4")
int socket_connect4(struct bpf_sock_addr *ctx)
{
	return refuse(POINT_connect);
}

SEC("?cgroup/connect6")
int socket_connect6(struct bpf_sock_addr *ctx)
{
	return refuse(POINT_connect);
}

SEC("?cgroup/bind4")
int socket_bind4(struct bpf_sock_addr *ctx)
{
	return refuse(POINT_bind);
}

SEC("?cgroup/bind6")
int socket_bind6(struct bpf_sock_addr *ctx)
{
	return refuse(POINT_bind);
}

/* sendto, sendmsg and sendmmsg share a hook, which sees datagrams that name a destination. */
static __always_inline int refuse_send(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	long nr = syscall_number((struct pt_regs *)bpf_task_pt_regs(task));

	if (in_compat_syscall(task) || nr < 0 || nr >= MAX_SYSCALLS)
		return 1;
	return refuse(point_of_syscall[nr]);
}

SEC("?cgroup/sendmsg4")
int socket_sendmsg4(struct bpf_sock_addr *ctx)
{
	return refuse_send();
}

SEC("?cgroup/sendmsg6")
int socket_sendmsg6(struct bpf_sock_addr *ctx)
{
	return refuse_send();
}

static __always_inline int drops(struct __sk_buff *skb, enum point point)
{
	__u32 targets = 0;
	__u64 id = 0;

#define ANCESTOR(level) bpf_skb_ancestor_cgroup_id(skb, level)
	targets_from(0, id, ANCESTOR, targets);
#undef ANCESTOR
	return targets && strike_packet(skb, point, targets);
}

SEC("?cgroup_skb/egress")
int packet_egress(struct __sk_buff *skb)
{
	/* 2 drops silently; 0 would show EPERM to the sender of a datagram. */
	return drops(skb, POINT_egress) ? 2 : 1;
}

SEC("?cgroup_skb/ingress")
int packet_ingress(struct __sk_buff *skb)
{
	return drops(skb, POINT_ingress) ? 0 : 1;
}
