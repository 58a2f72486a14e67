/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions of programs that are points themselves: breakpoints (uprobes) where they begin and
 * where they return. What sleeps there is at_wrapper(). The cookie is FUNCTION_COOKIE().
 */
#define STRUCK (1ull << 32)

/* Whether rules of the thread's targets wait, what they mean and what is known: for all at once. */
struct at_function {
	__u64 pending, fitting, known;
};

static __always_inline bool look_at_function(
	struct at_function *a, __u32 mechanism, __u32 point, __u32 spec)
{
	__u32 targets = current_targets();

	a->pending = targets ? rules_at(mechanism, point, targets) : 0;
	if (!a->pending)
		return false;
	/* Where its arguments are. */
	if (a->pending & rules_with_argument)
		note_coming(WRAPPER_COOKIE(WRAPS_SAME, point));
	take_probed(spec);
	a->fitting = ~0ull;
	if (a->pending & rules_with_stack) /* the kernel's is not deep here */
		a->fitting &= rules_by_stack(false);
	a->known = known_of_call(a->pending, 0);
	return true;
}

SHARED int strike_at_function(__u32 mechanism, __u32 point, __u32 spec)
{
	struct at_function a = {};

	if (!look_at_function(&a, mechanism, point, spec))
		return 0;
	strike_each(a.pending, mechanism, point, a.fitting, a.known, false);
	leave_probed(spec);
	return 0;
}

static __always_inline __u32 point_here(struct pt_regs *regs)
{
	return WRAPPER_POINT(bpf_get_attach_cookie(regs));
}

SEC("?uprobe")
int at_function(struct pt_regs *regs)
{
	__u64 cookie = bpf_get_attach_cookie(regs);
	__u32 point = WRAPPER_POINT(cookie);

	if (rules_waiting(MECHANISM_FUNCTION, point))
		UNDISTURBED(strike_at_function(MECHANISM_FUNCTION, point, PROBE_SPEC(cookie)));
	return 0;
}

SEC("?uretprobe")
int at_function_return(struct pt_regs *regs)
{
	__u32 point = point_here(regs);

	if (rules_waiting(MECHANISM_FUNCTION_RETURN, point))
		UNDISTURBED(strike_at_function(MECHANISM_FUNCTION_RETURN, point, 0));
	return 0;
}

/* STRUCK and the value that the function is to return; 0: nothing is done to it. */
SHARED __u64 value_by_rule(__u32 index, __u32 mechanism, __u32 point, __u64 fitting, __u64 known)
{
	struct attempt b = {};
	__s64 value;

	aim_attempt(&b, index, point, fitting, known, false);
	if (!b.rule)
		return 0;
	settle(b.row, b.reason);
	if (b.reason != REASON_INJECTED)
		return 0;
	value = error_of(&b);
	tell_call(&b, index, mechanism, point, value);
	return STRUCK | (__u32)value;
}

/* The same of all rules: the last one's. */
SHARED __u64 value_at_function(__u32 mechanism, __u32 point)
{
	struct at_function a = {};
	__u64 value = 0;

	if (!look_at_function(&a, mechanism, point, 0))
		return 0;
	for (int i = 0; i < MAX_RULES; i++) {
		__u64 by_rule;

		if (!(a.pending >> i))
			break;
		if (!(a.pending >> i & 1))
			continue;
		by_rule = value_by_rule(i, mechanism, point, a.fitting, a.known);
		if (by_rule) {
			value = by_rule;
			a.known |= CALL_STRUCK;
		}
	}
	return value;
}

/*
 * It goes on where the function returns, without having begun: so its frame, a shadow stack and
 * whoever has changed the address to return to, as uretprobes do, are as after any call.
 */
SEC("?uprobe")
int fail_function(struct pt_regs *regs)
{
	__u64 cookie = bpf_get_attach_cookie(regs), value;
	__u32 point = WRAPPER_POINT(cookie);

	if (!rules_waiting(MECHANISM_FUNCTION_FAIL, point))
		return 0;
	value = UNDISTURBED(value_at_function(MECHANISM_FUNCTION_FAIL, point));
	if (!value)
		return 0;
	RESULT(regs) = (__s64)(__s32)value;
	NEXT_INSTRUCTION(regs) += FUNCTION_DISTANCE(cookie);
	return 0;
}

SEC("?uretprobe")
int replace_result(struct pt_regs *regs)
{
	__u32 point = point_here(regs);
	__u64 value;

	if (!rules_waiting(MECHANISM_FUNCTION_REPLACE, point))
		return 0;
	value = UNDISTURBED(value_at_function(MECHANISM_FUNCTION_REPLACE, point));
	if (value)
		RESULT(regs) = (__s64)(__s32)value;
	return 0;
}

static __noinline __s64 spin_at_function_for(__u32 index)
{
	struct gate_slot *slot = slot_at(index);

	return slot && still_sleeps(slot) ? spin_for(slot->wanted_ns) : -1;
}

/* Without the gate: what is decided is kept in a slot all the same. */
static __always_inline void spin_by_rules(__u64 cookie, __u32 point, __u32 mechanism)
{
	__u32 index;
	__u64 began;
	__s64 late;

	if (!UNDISTURBED(decide_at_wrapper(cookie, point, mechanism, PROBE_SPEC(cookie))))
		return;
	index = UNDISTURBED(own_slot());
	began = bpf_ktime_get_ns();
	late = spin_at_function_for(index);
	UNDISTURBED(leave_slot(index, point, began, late));
}

SEC("?uprobe")
int spin_at_function(struct pt_regs *regs)
{
	__u64 cookie = bpf_get_attach_cookie(regs);
	__u32 point = WRAPPER_POINT(cookie);

	if (rules_waiting(MECHANISM_FUNCTION_SPIN, point))
		spin_by_rules(cookie, point, MECHANISM_FUNCTION_SPIN);
	return 0;
}

SEC("?uretprobe")
int spin_at_return(struct pt_regs *regs)
{
	__u32 point = point_here(regs);

	if (rules_waiting(MECHANISM_FUNCTION_RETURN_SPIN, point))
		spin_by_rules(point, point, MECHANISM_FUNCTION_RETURN_SPIN);
	return 0;
}

SEC("?uprobe.s")
int sleep_at_return(struct pt_regs *regs)
{
	__u32 point = point_here(regs);

	if (rules_waiting(MECHANISM_FUNCTION_RETURN_SLEEP, point))
		delay_at_wrapper(point, point, MECHANISM_FUNCTION_RETURN_SLEEP);
	return 0;
}

SHARED int meter_at_function(__u32 point, __u32 passes)
{
	__u32 targets = current_targets();

	if (targets)
		meter_begin(MECHANISM_FUNCTION_METER, point, targets);
	if (targets && passes)
		meter_end(MECHANISM_FUNCTION_METER, point, 0);
	return 0;
}

SHARED int end_at_function(__u32 point)
{
	if (is_at(meters_at, MECHANISM_FUNCTION_METER, point))
		end_placed(point, POPPED_BY_RETURN);
	return 0;
}

SEC("?uprobe")
int meter_function(struct pt_regs *regs)
{
	__u32 cookie = bpf_get_attach_cookie(regs);

	UNDISTURBED(meter_at_function(WRAPPER_POINT(cookie), cookie & FUNCTION_PASSES));
	return 0;
}

SEC("?uretprobe")
int meter_function_return(struct pt_regs *regs)
{
	UNDISTURBED(end_at_function(point_here(regs)));
	return 0;
}
