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
