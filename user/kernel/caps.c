// SPDX-License-Identifier: GPL-2.0
#include "kernel/caps.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "kernel/arch.h"
#include "kernel/code_look.h"
#include "kernel/core_types.h"
#include "kernel/injectable.h"
#include "kernel/kernel_btf.h"
#include "kernel/kfuncs.h"
#include "kernel/mechanisms/mechanism.h"

static void note_point(struct caps *caps, const char *name)
{
	for (size_t i = 0; i < NR_POINTS; i++)
		if (points[i].syscall_nr >= 0 && !strcmp(point_function(i), name))
			caps->traceable[i] = true;
}

/* The struct that a parameter points to; "" when it is something else. */
static const char *pointed_struct(const struct btf *btf, __u32 type)
{
	const struct btf_type *t = btf__type_by_id(btf, type);

	if (!t || !btf_is_ptr(t))
		return "";
	do
		t = btf__type_by_id(btf, t->type);
	while (t && btf_is_mod(t));
	return t && btf_is_struct(t) ? btf__name_by_offset(btf, t->name_off) : "";
}

static enum subject subject_of(const char *type)
{
	static const char *const types[] = {[SUBJECT_FILE] = "file",
		[SUBJECT_PATH] = "path",
		[SUBJECT_DENTRY] = "dentry",
		[SUBJECT_INODE] = "inode",
		[SUBJECT_PROGRAM] = "linux_binprm"};

	for (size_t i = SUBJECT_NONE + 1; i < ARRAY_SIZE(types); i++)
		if (!strcmp(type, types[i]))
			return i;
	return SUBJECT_NONE;
}

/* What the arguments say of a file. A directory's inode beside a dentry in it says nothing. */
static void note_subjects(const struct btf *btf, const struct btf_type *function, uint8_t *subjects)
{
	const struct btf_type *proto = btf__type_by_id(btf, function->type);
	bool better = false;

	for (int i = 0; i < btf_vlen(proto) && i < MAX_HOOK_ARGUMENTS; i++) {
		subjects[i] = subject_of(pointed_struct(btf, btf_params(proto)[i].type));
		better |= subjects[i] != SUBJECT_NONE && subjects[i] != SUBJECT_INODE;
	}
	for (int i = 0; better && i < MAX_HOOK_ARGUMENTS; i++)
		if (subjects[i] == SUBJECT_INODE)
			subjects[i] = SUBJECT_NONE;
}

static void note_hook(
	struct caps *caps, const struct btf *btf, uint32_t id, const char *name, bool lsm)
{
	for (size_t i = 0; i < NR_HOOKS; i++) {
		const char *own = lsm ? hooks[i].name : hooks[i].function;

		if (!own || strcmp(own, name))
			continue;
		(lsm ? caps->lsm : caps->security)[i] = true;
		if (lsm)
			caps->lsm_id[i] = id;
		note_subjects(btf, btf__type_by_id(btf, id), caps->subjects[lsm][i]);
	}
}

/* One pass over the kernel's functions instead of a search for each name. */
static void note_functions(struct caps *caps, const struct btf *btf)
{
	static const char security[] = "security_", lsm[] = "bpf_lsm_";

	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name;

		if (!btf_is_func(t) && !btf_is_typedef(t))
			continue;
		name = btf__name_by_offset(btf, t->name_off);
		if (btf_is_typedef(t)) {
			caps->ring_tracepoint |= !strcmp(name, "btf_trace_io_uring_create");
			continue;
		}
		if (!strncmp(name, SYSCALL_PREFIX, strlen(SYSCALL_PREFIX)))
			note_point(caps, name + strlen(SYSCALL_PREFIX));
		else if (!strncmp(name, security, strlen(security)))
			note_hook(caps, btf, id, name + strlen(security), false);
		else if (!strncmp(name, lsm, strlen(lsm)))
			note_hook(caps, btf, id, name + strlen(lsm), true);
	}
	/* security_vm_enough_memory_mm() counts pages: the BPF LSM leaves that hook out. */
	caps->lsm[HOOK_vm_enough_memory] = false;
}

static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	_cleanup_free_ char *text = NULL;

	(void)level;
	if (!log_libbpf_enabled || vasprintf(&text, format, args) < 0)
		return 0;
	log_libbpf(text);
	return 0;
}

/* Tried all the same: the table of privileges may be wrong about this kernel. */
static void name_missing(enum mechanism m, struct capability *c)
{
	privileges missing = mechanisms[m].needs & ~privileges_held();
	char names[96], why[sizeof(c->reason)];

	if (!missing)
		return;
	snprintf(why, sizeof(why), "%s", c->reason);
	snprintf(c->reason, sizeof(c->reason), "needs %s: %.90s",
		privileges_text(missing, names, sizeof(names)), why);
}

static void try(enum mechanism m, const struct btf *btf, struct caps *caps)
{
	struct capability *c = &caps->mechanisms[m];
	struct error why = {};
	uint64_t began = monotonic_ns();
	int err = mechanism_kinds[m]->probe(btf, caps, &why);

	snprintf(c->reason, sizeof(c->reason), "%.199s", why.message);
	c->usable = err == 0;
	if (err)
		name_missing(m, c);
	log_debug("probe: %s %s%s (%.1f ms)", mechanisms[m].name, err ? "doesn't work: " : "works",
		c->reason, (monotonic_ns() - began) / 1e6);
}

void caps_probe(struct caps *caps, uint64_t candidates, caps_wanted wanted, void *context)
{
	struct utsname u;
	struct btf *btf;

	libbpf_set_print(print);
	memset(caps, 0, sizeof(*caps));
	uname(&u);
	snprintf(caps->release, sizeof(caps->release), "%s", u.release);
	for (int m = 0; m < NR_MECHANISMS; m++)
		snprintf(caps->mechanisms[m].reason, sizeof(caps->mechanisms[m].reason),
			"not tried");
	btf = kernel_btf_load();
	if (!btf) {
		snprintf(caps->fatal, sizeof(caps->fatal),
			"this kernel has no BTF (/sys/kernel/btf/vmlinux: %s); it needs "
			"CONFIG_DEBUG_INFO_BTF",
			strerror(errno));
		return;
	}
	note_functions(caps, btf);
	code_look(caps, btf);
	injectable_note(caps);
	kfuncs_look(btf);
	core_types_copy(btf);
	for (int m = 0; m < NR_MECHANISMS; m++)
		if (candidates & (1ull << m) && (!wanted || wanted(m, caps, context)))
			try(m, btf, caps);
	btf__free(btf);
}
