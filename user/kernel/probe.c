// SPDX-License-Identifier: GPL-2.0
/*
 * The programs are a few instructions by hand: they need no relocation, so all of them together
 * cost less than opening one BPF object.
 */
#include "kernel/probe.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/privileges.h"

#ifndef ENOTSUPP
#define ENOTSUPP 524 /* the kernel's own: include/linux/errno.h */
#endif

#define INSN(c, d, s, o, i) \
	((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define SET(reg, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, value)
#define COPY(reg, from) INSN(BPF_ALU64 | BPF_MOV | BPF_X, reg, from, 0, 0)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* The verifier's log ends with statistics: what it objected to is the line before them. */
static void last_objection(char *log, char *ret, int size)
{
	char *objection = "", *save = NULL;

	for (char *l = strtok_r(log, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (strncmp(l, "processed ", 10))
			objection = l;
	snprintf(ret, size, "%.120s", objection);
}

/* What a probe's program and jinx tell each other: the value of a map. */
struct told {
	__u32 ran;
	__u32 strike; /* stays 0 */
};

/*
 * Others' calls and packets come through the probes' programs too, and must not notice: a program
 * notes that it ran and returns p->allow. The helper is there for the verifier, behind a look at
 * told.strike, of which the verifier can't know that it is 0.
 */
static int write_program(const struct probe *p, int map, struct bpf_insn *insns)
{
	const struct bpf_insn read_strike = INSN(
		BPF_LDX | BPF_W | BPF_MEM, BPF_REG_2, BPF_REG_7, offsetof(struct told, strike), 0);
	bool writes = p->helper == BPF_FUNC_probe_write_user;
	int n = 0;

	insns[n++] = COPY(BPF_REG_6, BPF_REG_1);
	insns[n++] = INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_7, BPF_PSEUDO_MAP_VALUE, 0, map);
	insns[n++] = INSN(0, 0, 0, 0, 0);
	if (p->helper) {
		insns[n++] = read_strike;
		insns[n++] = INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_2, 0, 4, 0);
		/* skb_change_type(ctx, 0); set_retval(0); probe_write_user(0, told, 4) */
		insns[n++] = writes || p->helper == BPF_FUNC_set_retval
				     ? SET(BPF_REG_1, 0)
				     : COPY(BPF_REG_1, BPF_REG_6);
		insns[n++] = writes ? COPY(BPF_REG_2, BPF_REG_7) : SET(BPF_REG_2, 0);
		insns[n++] = SET(BPF_REG_3, sizeof(__u32));
		insns[n++] = CALL(p->helper);
	}
	/* As they all do: for those of cgroups that takes cap_perfmon besides. */
	insns[n++] = CALL(BPF_FUNC_get_current_task);
	insns[n++] = INSN(BPF_ST | BPF_W | BPF_MEM, BPF_REG_7, 0, offsetof(struct told, ran), 1);
	insns[n++] = SET(BPF_REG_0, p->allow);
	insns[n++] = EXIT();
	return n;
}

/* What every probe's program takes to load. */
#define PROBE_NEEDS (PRIVILEGE(BPF) | PRIVILEGE(PERFMON))

/* What a refusal means where the verifier's words don't say it, or NULL. */
static const char *cause(const struct probe *p, int err)
{
	bool invalid = err == -EINVAL || err == -ENOTSUPP;

	if (invalid && p->helper == BPF_FUNC_override_return)
		return "the kernel has no bpf_override_return (CONFIG_BPF_KPROBE_OVERRIDE)";
	if (p->helper == BPF_FUNC_probe_write_user && (invalid || err == -EPERM))
		return "the kernel lets no BPF program write to a process's memory (lockdown, "
		       "docs/kernels.md)";
	if (invalid && p->attach_type == BPF_MODIFY_RETURN)
		return "the function may not be made to fail "
		       "(CONFIG_FUNCTION_ERROR_INJECTION, or for system calls Linux 7.1)";
	if (err == -EPERM && PROBE_NEEDS & ~privileges_held())
		return "not permitted";
	if (err == -EPERM && p->btf_name)
		return "this kernel has no BPF trampolines, or is locked down (docs/kernels.md)";
	if (err == -EPERM)
		return "this kernel permits it to no user, not even root (lockdown?)";
	return NULL;
}

static int load(const struct probe *p, const struct btf *btf, int map, struct error *why)
{
	struct bpf_insn insns[16];
	char log[4096] = "", objection[128] = "";
	int fd;

	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = p->attach_type,
		.log_buf = log, .log_size = sizeof(log), .log_level = 1,
		.prog_flags = p->sleepable ? BPF_F_SLEEPABLE : 0);
	if (p->btf_name) {
		fd = btf__find_by_name_kind(btf, p->btf_name, p->btf_kind);
		if (fd < 0)
			return error_set(
				why, -ENOENT, "the kernel has no %s to attach to", p->btf_name);
		opts.attach_btf_id = fd;
	}
	fd = bpf_prog_load(
		p->type, "jinx_probe", "GPL", insns, write_program(p, map, insns), &opts);
	if (fd >= 0)
		return fd;
	log_libbpf(log);
	last_objection(log, objection, sizeof(objection));
	if (cause(p, fd))
		return error_set(why, fd, "%s", cause(p, fd));
	return error_set(
		why, fd, "loading: %s%s%s", strerror(-fd), *objection ? ": " : "", objection);
}

bool probe_sleepable(uint32_t hook)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_LSM_MAC,
		.prog_flags = BPF_F_SLEEPABLE, .attach_btf_id = hook);
	struct bpf_insn insns[] = {SET(BPF_REG_0, 0), EXIT()};
	int fd;

	fd = bpf_prog_load(BPF_PROG_TYPE_LSM, "jinx_probe", "GPL", insns, 2, &opts);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static int attach(const struct probe *p, int program, struct error *why)
{
	int fd;

	if (p->attach)
		return p->attach(program, why);
	fd = bpf_raw_tracepoint_open(NULL, program);
	if (fd < 0)
		return error_errno(why, fd, "attaching");
	return fd;
}

/* To the same name: it reaches the tracepoint, and nobody sees it. */
static void rename_self(void)
{
	char name[16];

	if (!prctl(PR_GET_NAME, name))
		prctl(PR_SET_NAME, name);
}

/* The program was attached, and this process reaches what it is attached to. */
static int run(const struct probe *p, const struct told *told, struct error *why)
{
	/* Of a process named by its number: for 0 the kernel doesn't ask (kernel/sys.c:
	 * do_getpgid). */
	syscall(SYS_getpgid, getpid());
	rename_self();
	if (__atomic_load_n(&told->ran, __ATOMIC_RELAXED))
		return 0;
	return error_set(why, -EOPNOTSUPP, "attached, but never reached%s%s",
		p->never_reached ? ": " : "", p->never_reached ?: "");
}

int probe_try(const struct probe *p, const struct btf *btf, struct error *why)
{
	_cleanup_fd_ int map = -1, prog = -1, link = -1;
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	struct told *told;
	int err;

	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "jinx_probe", 4, sizeof(*told), 1, &opts);
	if (map < 0)
		return error_errno(why, map, "creating a map");
	prog = load(p, btf, map, why);
	if (prog < 0)
		return prog;
	link = attach(p, prog, why);
	if (link < 0 || !p->must_run)
		return link < 0 ? link : 0;
	told = mmap(NULL, sizeof(*told), PROT_READ, MAP_SHARED, map, 0);
	if (told == MAP_FAILED)
		return error_errno(why, -errno, "mapping a map");
	err = run(p, told, why);
	munmap(told, sizeof(*told));
	return err;
}
