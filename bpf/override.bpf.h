/* SPDX-License-Identifier: GPL-2.0 */
/* One program for all system calls, by kprobe: the attach cookie says which it is. */
SEC("?kprobe")
int override_entry(struct pt_regs *ctx)
{
	__u32 targets = current_targets(), point = bpf_get_attach_cookie(ctx);
	__s64 result;
	int error;

	if (!targets)
		return 0;
	meter_begin(MECHANISM_KRETPROBE, point, targets);
	error = strike(MECHANISM_OVERRIDE, point, targets, 0);
	if (!error)
		return 0;
	put_back_if(error);
	result = returned_by(error, point, 0);
	/* Nobody else may see it return. */
	meter_end(MECHANISM_KRETPROBE, point, result);
	bpf_override_return(ctx, result);
	return 0;
}

/* What a call is about is known at its entry: its descriptors may be others' at its exit. */
SEC("?kprobe")
int override_note(struct pt_regs *ctx)
{
	__u32 targets = current_targets();

	if (targets)
		note_entry(MECHANISM_OVERRIDE_EXIT, bpf_get_attach_cookie(ctx), targets);
	return 0;
}

SEC("?kretprobe")
int override_exit(struct pt_regs *ctx)
{
	__u32 targets = current_targets(), point = bpf_get_attach_cookie(ctx);
	__s64 result = PT_REGS_RC(ctx);
	int error;

	if (!targets)
		return 0;
	error = filtering ? strike_noted(MECHANISM_OVERRIDE_EXIT, point, targets, result)
			  : strike(MECHANISM_OVERRIDE_EXIT, point, targets, result);
	meter_end(MECHANISM_KRETPROBE, point, error ?: result);
	if (error)
		bpf_override_return(ctx, error);
	return 0;
}
