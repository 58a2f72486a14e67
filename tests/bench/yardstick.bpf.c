// SPDX-License-Identifier: GPL-2.0
/* What jinx is measured against: nothing on the same hook, and what other injectors do. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

const volatile __u64 cgroup = 12345;

SEC("?fmod_ret/__x64_sys_getpgid")
long empty_fmod_ret(void *ctx)
{
	return 0;
}

SEC("?fmod_ret/security_task_getpgid")
int empty_security(void *ctx)
{
	return 0;
}

SEC("?kprobe/__x64_sys_getpgid")
int override_with_check(struct pt_regs *ctx)
{
	if (bpf_get_current_ancestor_cgroup_id(1) == cgroup)
		bpf_override_return(ctx, -5);
	return 0;
}

SEC("?fentry/__x64_sys_getpgid")
int empty_fentry(void *ctx)
{
	return 0;
}

SEC("?fexit/__x64_sys_getpgid")
int empty_fexit(void *ctx)
{
	return 0;
}

/* At a device: nothing, and on to the next. */
SEC("?tc")
int empty_egress(struct __sk_buff *skb)
{
	return -1;
}

SEC("?tc")
int empty_ingress(struct __sk_buff *skb)
{
	return -1;
}

SEC("?tc")
int empty_elsewhere(struct __sk_buff *skb)
{
	return -1;
}

SEC("?cgroup_skb/egress")
int empty_cgroup(struct __sk_buff *skb)
{
	return 1;
}

/* The least that anything does that times calls and bears threads to be moved to other CPUs. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} began SEC(".maps");

__u64 calls, took_ns;

SEC("?fentry/__x64_sys_getpgid")
int timed_fentry(void *ctx)
{
	__u64 *at = bpf_task_storage_get(
		&began, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (at)
		*at = bpf_ktime_get_ns();
	return 0;
}

SEC("?fexit/__x64_sys_getpgid")
int timed_fexit(void *ctx)
{
	__u64 *at = bpf_task_storage_get(&began, bpf_get_current_task_btf(), 0, 0);

	if (at) {
		__sync_fetch_and_add(&calls, 1);
		__sync_fetch_and_add(&took_ns, bpf_ktime_get_ns() - *at);
	}
	return 0;
}
