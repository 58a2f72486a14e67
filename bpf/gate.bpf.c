// SPDX-License-Identifier: GPL-2.0
/*
 * What starts the gate and tries it out: an object of its own, as the gate is there before the
 * plan's programs are loaded, which then use its maps. All programs are run by jinx
 * (BPF_PROG_TEST_RUN).
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "abi.h"
#include "gate.bpf.h"
#include "task_work.bpf.h"
#include "signals.bpf.h"

/* In the server and the mapper: who they are in the first pid namespace, whatever theirs is. */
SEC("syscall")
int gate_server(void *ctx)
{
	struct gate_shared *g = the_gate();

	if (g)
		g->server = bpf_get_current_pid_tgid() >> 32;
	return 0;
}

SEC("syscall")
int gate_mapper(void *ctx)
{
	struct gate_shared *g = the_gate();

	if (g)
		g->mapper = bpf_get_current_pid_tgid() >> 32;
	return 0;
}

SEC("syscall")
int gate_pass(struct gate_call *call)
{
	__u64 began = bpf_ktime_get_ns();
	struct gate_shared *g = the_gate();
	struct gate_slot *slot = slot_at(0);
	long access = 0;

	if (!g || !slot)
		return 0;
	slot->wanted_ns = call->wanted_ns;
	sleep_in(g, 0, slot, gate_phase(g), &access);
	call->result = access;
	call->took_ns = bpf_ktime_get_ns() - began;
	return 0;
}

/* Run by the server: whether the thread in the slot may sleep on although it got a signal. */
SEC("syscall")
int gate_look(struct gate_look *look)
{
	struct gate_slot *slot = slot_at(look->slot);
	struct task_struct *task;

	look->let_go = 1;
	task = slot ? bpf_task_from_pid(slot->owner) : NULL;
	if (!task)
		return 0;
	look->let_go = must_return(task);
	bpf_task_release(task);
	return 0;
}

static int gate_resumed(struct bpf_map *map, void *key, void *value)
{
	struct gate_shared *g = the_gate();
	struct gate_slot *slot = slot_at(0);
	long access = 0;

	if (!g || !slot)
		return 0;
	g->resume_ns = bpf_ktime_get_ns() - slot->until_ns;
	sleep_in(g, 0, slot, gate_phase(g), &access);
	g->resumed = access;
	return 0;
}

/* The same, as the thread returns to user space. */
SEC("?syscall")
int gate_resume(struct gate_call *call)
{
	struct gate_slot *slot = slot_at(0);
	__u32 zero = 0;
	struct work *w = bpf_map_lookup_elem(&works, &zero);

	if (!slot || !w)
		return 0;
	slot->wanted_ns = call->wanted_ns;
	slot->until_ns = bpf_ktime_get_ns();
	call->result = schedule_resume(&w->work, gate_resumed);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
