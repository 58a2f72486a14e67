/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Delays at the functions of user space that make a system call: wrappers of C libraries, and the
 * one function of Go's. A breakpoint there (uprobe) runs a program that may sleep, on kernels that
 * have no other place where a thread could before it calls fsync or read. User space finds the
 * functions (user/kernel/wrappers.c), and says by the cookie which call they make.
 */

/*
 * A rule's delay is added to what the thread, at this call, has to sleep already, if it has. 0:
 * there is no room. A function of its own, for the stack's sake.
 */
SHARED int sleep_longer(__u32 rule, __u64 wanted_ns, __u32 has)
{
	bool own = false;
	__u32 index = slot_claim(bpf_get_current_pid_tgid(), 0, &own);
	struct gate_slot *slot = slot_at(index);

	if (!slot)
		return 0;
	if (own && has)
		slot_add(slot, rule, wanted_ns);
	else
		slot_fill(slot, rule, wanted_ns);
	return 1;
}

/* The thread is on its way to this call. The same. */
SHARED int note_coming(__u32 cookie)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return bpf_map_update_elem(&came_by, &thread, &cookie, BPF_ANY);
}

static long wrapper_step(__u32 rule, void *context)
{
	struct delays_here *d = context;
	__u64 wanted;

	if (rule >= MAX_RULES || !(d->pending >> rule & 1) || !decide_sleep(d, rule, &wanted))
		return 0;
	if (sleep_longer(rule, wanted, d->left))
		d->left = true;
	else
		note_sleep(rule, -1);
	return 0;
}

static __always_inline __u32 point_of_number(__u64 number)
{
	return number < MAX_SYSCALLS ? point_of_syscall[number] : NO_POINT;
}

/* 1 when the thread, which is at the wrapper of this cookie, has to sleep. */
SHARED int decide_at_wrapper(__u32 cookie, __u32 point, __u32 mechanism, __u32 spec)
{
	struct delays_here d = {.mechanism = mechanism, .point = point};
	__u32 targets = current_targets();

	d.pending = targets ? rules_at(mechanism, point, targets) : 0;
	if (!d.pending)
		return 0;
	note_coming(WRAPPER_COOKIE(WRAPPER_LAYOUT(cookie), point));
	take_probed(spec);
	d.fitting = rules_by_call(d.pending, point);
	if (d.pending & rules_with_stack) /* the kernel's is not deep here */
		d.fitting &= rules_by_stack(false);
	d.known = known_of_call(d.pending, 0);
	bpf_loop(MAX_RULES, wrapper_step, &d, 0);
	leave_probed(spec);
	return d.left;
}

/* The thread's slot, when it has something to sleep. */
SHARED __u32 own_slot(void)
{
	bool own = false;

	return slot_claim(bpf_get_current_pid_tgid(), 0, &own);
}

SHARED int leave_slot(__u32 index, __u32 point, __u64 began_ns, __s64 late_ns)
{
	struct gate_slot *slot = slot_at(index);

	if (slot)
		slot_leave(slot, late_ns);
	meter_injected_at(point, bpf_ktime_get_ns() - began_ns);
	return 0;
}

/*
 * How late the thread wakes; -1 when it was cut short. Its stack is small, and that of who calls
 * it: see at_wrapper().
 */
static __noinline __s64 sleep_at_wrapper(__u32 index)
{
	struct gate_shared *g = the_gate();
	struct gate_slot *slot = slot_at(index);
	__u32 phase;
	long access;

	if (!g || !slot)
		return -1;
	phase = gate_phase(g);
	if (!still_sleeps(slot))
		return -1;
	if (slot->wanted_ns < spin_below_ns)
		return spin_for(slot->wanted_ns);
	return sleep_by_reference(g, index, slot, phase, &access);
}

static __always_inline void delay_at_wrapper(__u64 cookie, __u32 point, __u32 mechanism)
{
	__u32 index;
	__u64 began;
	__s64 late;

	if (!UNDISTURBED(decide_at_wrapper(cookie, point, mechanism, PROBE_SPEC(cookie))))
		return;
	index = UNDISTURBED(own_slot());
	began = bpf_ktime_get_ns();
	late = sleep_at_wrapper(index);
	UNDISTURBED(leave_slot(index, point, began, late));
}

SEC("?uprobe.s")
int at_wrapper(struct pt_regs *regs)
{
	__u64 cookie = bpf_get_attach_cookie(regs);
	__u32 point = WRAPPER_POINT(cookie);

	if (WRAPPER_LAYOUT(cookie) == WRAPS_GO)
		point = point_of_number(go_argument(regs, 0));
	else if (WRAPPER_LAYOUT(cookie) == WRAPS_NUMBER)
		point = point_of_number(function_argument(regs, 0));
	if (point < MAX_POINTS && rules_waiting(MECHANISM_UPROBE_SLEEP, point))
		delay_at_wrapper(cookie, point, MECHANISM_UPROBE_SLEEP);
	return 0;
}

static __always_inline bool is_in_target(struct cgroup *cgroup, __u32 target)
{
	__s32 level = target_level[target];
	struct cgroup *at = NULL;

	if (level < 0 || level > BPF_CORE_READ(cgroup, level) ||
		bpf_core_read(&at, sizeof(at), &cgroup->ancestors[level]))
		return false;
	return BPF_CORE_READ(at, kn, id) == target_cgroup[target];
}

/* A process that comes from elsewhere maps what it did there. */
SEC("?tp_btf/cgroup_attach_task")
int BPF_PROG(on_join, struct cgroup *to)
{
	__u32 joined = 0;

	for (__u32 i = 0; i < MAX_TARGETS; i++)
		if (i < cgroup_slots && is_in_target(to, i))
			joined |= 1u << i;
	note_strangers(STRANGER_NEW, joined);
	return 0;
}
