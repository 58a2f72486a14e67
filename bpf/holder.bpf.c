// SPDX-License-Identifier: GPL-2.0
/*
 * Tries whether a thread can be put to sleep at a user function, and holds the gate's mapper for
 * those that will be (holder.bpf.h). An object of its own, as not every kernel takes the map.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "abi.h"
#include "gate.bpf.h"
#include "holder.bpf.h"

/* Run by jinx. */
SEC("syscall")
int hold_mapper(void *ctx)
{
	struct gate_shared *g = the_gate();
	__u32 zero = 0;
	struct holder *h = bpf_map_lookup_elem(&holders, &zero);
	struct task_struct *mapper = g ? mapper_by_pid(g) : NULL;

	if (!mapper)
		return 1;
	if (h)
		mapper = bpf_kptr_xchg(&h->mapper, mapper);
	if (mapper)
		bpf_task_release(mapper);
	return !h;
}

/* As what decides at a function is called (wrapper.bpf.h). */
__attribute__((noinline)) int is_sleeper(__u32 index)
{
	return slot_at(index) != NULL;
}

/* At a function of jinx's own, which it then calls. */
SEC("uprobe.s")
int sleep_at_function(void *ctx)
{
	struct gate_shared *g = the_gate();
	struct gate_slot *slot = slot_at(0);
	long access = 0;

	if (!g || !slot || !UNDISTURBED(is_sleeper(0)))
		return 0;
	sleep_by_reference(g, 0, slot, gate_phase(g), &access);
	g->resumed = access;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
