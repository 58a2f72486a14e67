/* SPDX-License-Identifier: GPL-2.0 */
/* One program for all system calls, by kprobe: the attach cookie says which it is. */
SEC("?kprobe")
int override_entry(struct pt_regs *ctx)
{
	__u32 targets = current_targets();
	int error;

	if (!targets)
		return 0;
	error = strike(MECHANISM_OVERRIDE, bpf_get_attach_cookie(ctx), targets, 0);
	if (error)
		bpf_override_return(ctx, error);
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
	__u32 targets = current_targets();
	int error;

	if (!targets)
		return 0;
	error = filtering ? strike_noted(MECHANISM_OVERRIDE_EXIT, bpf_get_attach_cookie(ctx),
				    targets, PT_REGS_RC(ctx))
			  : strike(MECHANISM_OVERRIDE_EXIT, bpf_get_attach_cookie(ctx), targets,
				    PT_REGS_RC(ctx));
	if (error)
		bpf_override_return(ctx, error);
	return 0;
}
