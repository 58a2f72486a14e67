/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Short reads and writes: at the function of user space that makes the call the number of bytes
 * that it is to ask for is made smaller, so that what is left comes by the next call. The kernel
 * lets no program change it later (since Linux 7.0 it lets those at user functions).
 */

/* The count that the rule leaves of so many bytes. */
static __always_inline __u64 bytes_left(const struct corruption *c, __u64 bytes)
{
	__u64 left;

	if (c->kind == CORRUPT_END)
		return 0;
	if (bytes > MAX_WRITTEN)
		bytes = MAX_WRITTEN;
	left = bytes * c->count / PPM;
	return left ?: 1;
}

/* 1 + the bytes that are left; 0: as many as before. */
SHARED __u64 shorten_by_rule(__u32 index, __u32 point, __u64 fitting, __u64 known, __u64 bytes)
{
	const struct corruption *c = &corruptions[index & (MAX_RULES - 1)];
	struct attempt b = {};
	__u64 left = bytes_left(c, bytes);

	/* Of one byte there is nothing between all and none. */
	if (left >= bytes)
		fitting = 0;
	aim_attempt(&b, index, point, fitting, known, false);
	if (!b.rule)
		return 0;
	settle(b.row, b.reason);
	if (b.reason != REASON_INJECTED)
		return 0;
	tell_call(&b, index, MECHANISM_SHORTEN, point, left);
	return 1 + left;
}

/* What is left at the wrapper of this cookie, as above. */
SHARED __u64 shorten_at_wrapper(__u32 cookie, __u32 point)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u64 thread = bpf_get_current_pid_tgid(), pending, fitting, known, bytes, left = 0;
	__u32 targets = current_targets();

	pending = targets ? rules_at(MECHANISM_SHORTEN, point, targets) : 0;
	if (!pending)
		return 0;
	cookie = WRAPPER_COOKIE(WRAPPER_LAYOUT(cookie), point);
	bpf_map_update_elem(&came_by, &thread, &cookie, BPF_ANY);
	bytes = call_argument(regs, COUNT_ARGUMENT);
	fitting = rules_by_call(pending, point);
	if (pending & rules_with_stack) /* the kernel's is not deep here */
		fitting &= rules_by_stack(false);
	known = known_of_call(pending, 0);
	for (int i = 0; i < MAX_RULES; i++) {
		__u64 by_rule;

		if (!(pending >> i))
			break;
		if (!(pending >> i & 1))
			continue;
		by_rule = shorten_by_rule(i, point, fitting, known, bytes);
		if (by_rule) {
			left = by_rule;
			known |= CALL_STRUCK;
		}
	}
	return left;
}

SEC("?uprobe")
int shorten(struct pt_regs *regs)
{
	__u32 cookie = bpf_get_attach_cookie(regs), point = WRAPPER_POINT(cookie);
	__u64 left;

	if (WRAPPER_LAYOUT(cookie) == WRAPS_GO)
		point = point_of_number(go_argument(regs, 0));
	else if (WRAPPER_LAYOUT(cookie) == WRAPS_NUMBER)
		point = point_of_number(function_argument(regs, 0));
	if (point >= MAX_POINTS || !rules_waiting(MECHANISM_SHORTEN, point))
		return 0;
	left = UNDISTURBED(shorten_at_wrapper(cookie, point));
	if (!left--)
		return 0;
	if (WRAPPER_LAYOUT(cookie) == WRAPS_GO)
		GO_COUNT(regs) = left;
	else if (WRAPPER_LAYOUT(cookie) == WRAPS_NUMBER)
		LATER_COUNT(regs) = left;
	else
		COUNT(regs) = left;
	return 0;
}
