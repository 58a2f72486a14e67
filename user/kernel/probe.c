// SPDX-License-Identifier: GPL-2.0
/*
 * A probe a mechanism. The programs are a few instructions by hand: they need no
 * relocation, so all of them together cost less than opening one BPF object.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "base/cleanup.h"
#include "kernel/arch.h"
#include "kernel/caps.h"
#include "target/cgroup.h"

/* The system call and the security hook that probes attach to: cheap, rare, harmless. */
#define PROBED_CALL "getpgid"
#define PROBED_HOOK "task_getpgid"

#define INSN(c, d, s, o, i) \
	((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define SET(reg, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, value)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

struct probe {
	enum bpf_prog_type type;
	enum bpf_attach_type attach;
	const char *btf_name; /* function or tracepoint to attach to */
	int btf_kind;
	int helper;    /* a helper that the real program calls with (ctx, 0), or 0 */
	int allow;     /* what the program returns: let it pass */
	bool must_run; /* attaching is not enough: it must be reached */
	bool sleepable;
};

static const struct probe probes[NR_MECHANISMS] = {
	[MECHANISM_FMOD_RET] = {BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN,
		SYSCALL_PREFIX PROBED_CALL, BTF_KIND_FUNC, 0, 0, true, false},
	[MECHANISM_OVERRIDE] = {BPF_PROG_TYPE_KPROBE, 0, NULL, 0, BPF_FUNC_override_return, 0,
		false, false},
	[MECHANISM_OVERRIDE_EXIT] = {BPF_PROG_TYPE_KPROBE, 0, NULL, 0, BPF_FUNC_override_return, 0,
		false, false},
	[MECHANISM_SECURITY] = {BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, "security_" PROBED_HOOK,
		BTF_KIND_FUNC, 0, 0, true, false},
	[MECHANISM_LSM] = {BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_" PROBED_HOOK, BTF_KIND_FUNC, 0,
		0, true, false},
	[MECHANISM_SOCK_ADDR] = {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, NULL, 0,
		BPF_FUNC_set_retval, 1, false, false},
	[MECHANISM_SKB] = {BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, NULL, 0, 0, 1, false,
		false},
	[MECHANISM_FENTRY] = {BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, SYSCALL_PREFIX PROBED_CALL,
		BTF_KIND_FUNC, 0, 0, true, false},
	/* Not sys_enter: every call on the host would pay for the probe. */
	[MECHANISM_TRACEPOINT] = {BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, "btf_trace_task_rename",
		BTF_KIND_TYPEDEF, 0, 0, true, false},
	[MECHANISM_CLONES] = {BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, SYSCALL_PREFIX PROBED_CALL,
		BTF_KIND_FUNC, 0, 0, true, true},
};

/* The verifier's log ends with statistics: what it objected to is the line before them. */
static void last_objection(char *log, char *ret, int size)
{
	char *objection = "", *save = NULL;

	for (char *l = strtok_r(log, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (strncmp(l, "processed ", 10))
			objection = l;
	snprintf(ret, size, "%.120s", objection);
}

/* A program that notes that it ran in a map's value, calls p->helper and returns p->allow. */
static int load(const struct probe *p, const struct btf *btf, int map, char *reason, int size)
{
	struct bpf_insn insns[16];
	char log[4096] = "", objection[128] = "";
	int n = 0, fd;

	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = p->attach, .log_buf = log,
		.log_size = sizeof(log), .log_level = 1,
		.prog_flags = p->sleepable ? BPF_F_SLEEPABLE : 0);
	if (p->btf_name) {
		fd = btf__find_by_name_kind(btf, p->btf_name, p->btf_kind);
		if (fd < 0) {
			snprintf(reason, size, "the kernel has no %s to attach to", p->btf_name);
			return -ENOENT;
		}
		opts.attach_btf_id = fd;
	}
	if (p->helper == BPF_FUNC_set_retval)
		insns[n++] = SET(BPF_REG_1, 0);
	else
		insns[n++] = SET(BPF_REG_2, 0);
	if (p->helper)
		insns[n++] = CALL(p->helper);
	/* As they all do: for those of cgroups that takes cap_perfmon besides. */
	insns[n++] = CALL(BPF_FUNC_get_current_task);
	insns[n++] = INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_VALUE, 0, map);
	insns[n++] = INSN(0, 0, 0, 0, 0);
	insns[n++] = INSN(BPF_ST | BPF_W | BPF_MEM, BPF_REG_1, 0, 0, 1);
	insns[n++] = SET(BPF_REG_0, p->allow);
	insns[n++] = EXIT();
	fd = bpf_prog_load(p->type, "jinx_probe", "GPL", insns, n, &opts);
	if (fd < 0) {
		last_objection(log, objection, sizeof(objection));
		snprintf(reason, size, "loading: %s%s%s", strerror(-fd), *objection ? ": " : "",
			objection);
	}
	return fd;
}

bool probe_sleepable(enum hook h, const struct btf *btf)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_LSM_MAC,
		.prog_flags = BPF_F_SLEEPABLE);
	struct bpf_insn insns[] = {SET(BPF_REG_0, 0), EXIT()};
	char name[64];
	int id, fd;

	snprintf(name, sizeof(name), "bpf_lsm_%s", hooks[h].name);
	id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
	if (id < 0)
		return false;
	opts.attach_btf_id = id;
	fd = bpf_prog_load(BPF_PROG_TYPE_LSM, "jinx_probe", "GPL", insns, 2, &opts);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static int read_number(const char *path, const char *format, int *ret)
{
	_cleanup_file_ FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	return fscanf(f, format, ret) == 1 ? 0 : -EINVAL;
}

/* A kprobe as a perf event (kernel/events/core.c: perf_kprobe). Returns its descriptor. */
static int attach_kprobe(int prog, bool at_return, char *reason, int size)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	const char *function = SYSCALL_PREFIX PROBED_CALL;
	_cleanup_fd_ int fd = -1;
	int type, bit = 0;

	if (read_number("/sys/bus/event_source/devices/kprobe/type", "%d", &type)) {
		snprintf(reason, size, "this kernel has no kprobes (CONFIG_KPROBE_EVENTS)");
		return -EOPNOTSUPP;
	}
	read_number("/sys/bus/event_source/devices/kprobe/format/retprobe", "config:%d", &bit);
	attr.type = type;
	attr.config = at_return ? 1ull << bit : 0;
	attr.config1 = (unsigned long)function;
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0 || ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog)) {
		snprintf(reason, size, "attaching: %s", strerror(errno));
		return -errno;
	}
	return take_fd(&fd);
}

/*
 * To the cgroup that jinx is in, by a program that lets everything pass: one made for it would take
 * a privilege, and would stay behind if jinx was killed meanwhile.
 */
static int attach_cgroup(int prog, enum bpf_attach_type type, char *reason, int size)
{
	char own[CGROUP_PATH_MAX], path[CGROUP_PATH_MAX];
	_cleanup_fd_ int cgroup = -1;
	uint64_t id;
	int level, link = cgroup_of_pid(getpid(), own);

	if (!link)
		link = cgroup_open(own, path, &cgroup, &id, &level);
	if (link) {
		snprintf(reason, size, "no cgroup to try it on: %s", strerror(-link));
		return link;
	}
	link = bpf_link_create(prog, cgroup, type, NULL);
	if (link < 0)
		snprintf(reason, size, "attaching: %s", strerror(-link));
	return link;
}

static int attach(enum mechanism m, int prog, char *reason, int size)
{
	int fd;

	if (probes[m].type == BPF_PROG_TYPE_KPROBE)
		return attach_kprobe(prog, m == MECHANISM_OVERRIDE_EXIT, reason, size);
	if (m == MECHANISM_SOCK_ADDR || m == MECHANISM_SKB)
		return attach_cgroup(prog, probes[m].attach, reason, size);
	fd = bpf_raw_tracepoint_open(NULL, prog);
	if (fd < 0)
		snprintf(reason, size, "attaching: %s", strerror(-fd));
	return fd;
}

/* To the same name: it reaches the tracepoint, and nobody sees it. */
static void rename_self(void)
{
	char name[16];

	if (!prctl(PR_GET_NAME, name))
		prctl(PR_SET_NAME, name);
}

int probe_mechanism(enum mechanism m, const struct btf *btf, char *reason, int size)
{
	_cleanup_fd_ int map = -1, prog = -1, link = -1;
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int *ran, err = 0;

	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "jinx_probe", 4, 4, 1, &opts);
	if (map < 0) {
		snprintf(reason, size, "creating a map: %s", strerror(-map));
		return map;
	}
	if (m == MECHANISM_TRACEPOINT &&
		btf__find_by_name_kind(btf, "btf_trace_sys_enter", BTF_KIND_TYPEDEF) < 0) {
		snprintf(reason, size, "no sys_enter tracepoint (CONFIG_FTRACE_SYSCALLS)");
		return -ENOENT;
	}
	prog = load(&probes[m], btf, map, reason, size);
	if (prog < 0)
		return prog;
	link = attach(m, prog, reason, size);
	if (link < 0)
		return link;
	if (!probes[m].must_run)
		return 0;
	ran = mmap(NULL, 4, PROT_READ, MAP_SHARED, map, 0);
	if (ran == MAP_FAILED)
		return -errno;
	/* Of a process named by its number: for 0 the kernel doesn't ask (kernel/sys.c:
	 * do_getpgid). */
	syscall(SYS_getpgid, getpid());
	rename_self();
	if (!*(volatile int *)ran) {
		snprintf(reason, size,
			m == MECHANISM_LSM ? "attached, but never reached: \"bpf\" "
					     "is not in the kernel's lsm= list"
					   : "attached, but never reached");
		err = -EOPNOTSUPP;
	}
	munmap(ran, 4);
	return err;
}
