// SPDX-License-Identifier: GPL-2.0
/* Short reads and writes, at the functions of user space that make the call. */
#include <asm/ptrace.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "kernel/holder.h"
#include "kernel/mechanisms/places.h"
#include "kernel/uprobe.h"
#include "kernel/wrappers.h"
#include "jinx.skel.h"

#if defined(__x86_64__)
#define SOME_REGISTER offsetof(struct pt_regs, rdx)
#else
#define SOME_REGISTER offsetof(struct user_pt_regs, regs[2])
#endif

/* A program that writes a register, as it was. Loading tells: the verifier knows who may. */
int probe_writing_registers(struct error *why)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = UPROBE_MULTI);
	const struct bpf_insn insns[] = {
		{.code = BPF_LDX | BPF_DW | BPF_MEM,
			.dst_reg = BPF_REG_2,
			.src_reg = BPF_REG_1,
			.off = SOME_REGISTER},
		{.code = BPF_STX | BPF_DW | BPF_MEM,
			.dst_reg = BPF_REG_1,
			.src_reg = BPF_REG_2,
			.off = SOME_REGISTER},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	_cleanup_fd_ int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "jinx_probe", "GPL", insns,
		sizeof(insns) / sizeof(*insns), &opts);

	if (fd >= 0)
		return 0;
	if (fd == -EACCES || fd == -EINVAL)
		return error_set(why, fd,
			"this kernel lets no program at user functions change registers (Linux 7)");
	return error_errno(why, fd, "loading what changes a register");
}

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	struct error none = {};
	int err = probe_writing_registers(why) ?: look_at_others(why);

	if (err)
		return err;
	caps->sees_entries = !probe_entry(btf, caps, &none);
	caps->private_stacks = holder_private_stacks(btf);
	return 0;
}

static const char *out_of_reach(enum point p, const struct caps *caps)
{
	if (!point_has_count(p))
		return "the call does not say how many bytes it is about where that could be "
		       "changed";
	return number_out_of_reach(p, caps) ?: wrappers_lack(p);
}

static void programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "", "shorten");
}

static void prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	wrapper_prepare(skel, plan, binding, skel->progs.shorten);
}

const struct mechanism_kind mechanism_SHORTEN = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = blind_at_entry,
	.programs = programs,
	.prepare = prepare,
	.attach = wrapper_attach,
	.attach_rest = wrapper_attach_counter,
	.describe = wrapper_describe,
};
