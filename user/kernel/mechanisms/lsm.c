// SPDX-License-Identifier: GPL-2.0
/* The permission layer: fmod_ret on security_HOOK(), and programs of the BPF LSM. */
#include <stdio.h>

#include <linux/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/mechanisms/places.h"
#include "kernel/plan.h"
#include "kernel/probe.h"
#include "jinx.skel.h"

static const char *hook_out_of_reach(const bool *has, enum point p)
{
	const struct point_row *row = &points[p];

	if (row->hook == HOOK_none)
		return "no hook inside the call";
	/* Of a call that may make a file, both. */
	if (!has[row->hook] || (row->traits & CREATES && !has[HOOK_inode_create]))
		return "this kernel lacks the hook";
	return NULL;
}

/* The hook's arguments say which file the call is about. */
static const char *blind_at_hook(
	unsigned int asks, enum point p, const uint8_t subjects[NR_HOOKS][MAX_HOOK_ARGUMENTS])
{
	bool has_subject = false;

	for (int i = 0; i < MAX_HOOK_ARGUMENTS; i++)
		has_subject |= subjects[points[p].hook][i] != SUBJECT_NONE;
	return asks & FILTER_PATH && !has_subject ? "the call's hook is about no file" : NULL;
}

/* A call that may make a file is failed where it would. */
static int hooks_of(enum point p, const struct hook_row **ret)
{
	ret[0] = &hooks[points[p].hook];
	ret[1] = &hooks[HOOK_inode_create];
	return points[p].traits & CREATES ? 2 : 1;
}

/* What was decided there is remembered until the call opens it. */
static void prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	if (points[plan->bindings[binding].point].traits & CREATES)
		bpf_map__set_max_entries(skel->maps.creations, MAX_CREATIONS);
}

static int probe_security(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe security = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_MODIFY_RETURN,
		.btf_name = "security_" PROBED_HOOK,
		.btf_kind = BTF_KIND_FUNC,
		.must_run = true};

	(void)caps;
	return probe_try(&security, btf, why);
}

static const char *security_out_of_reach(enum point p, const struct caps *caps)
{
	return hook_out_of_reach(caps->security, p);
}

static const char *blind_at_security(unsigned int asks, enum point p, const struct caps *caps)
{
	return blind_at_hook(asks, p, caps->subjects[0]);
}

static void security_programs(enum point p, struct programs *ret)
{
	const struct hook_row *all[2];
	int n = hooks_of(p, all);

	for (int i = 0; i < n; i++) {
		char function[FUNCTION_MAX];

		snprintf(function, sizeof(function), "security_%s", all[i]->function);
		programs_add(ret, function, "security_", all[i]->name);
	}
}

static void describe_security(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "security_%s", hooks[points[p].hook].function);
}

const struct mechanism_kind mechanism_SECURITY = {
	.probe = probe_security,
	.out_of_reach = security_out_of_reach,
	.blind = blind_at_security,
	.programs = security_programs,
	.prepare = prepare,
	.describe = describe_security,
};

int probe_lsm(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe lsm = {.type = BPF_PROG_TYPE_LSM,
		.attach_type = BPF_LSM_MAC,
		.btf_name = "bpf_lsm_" PROBED_HOOK,
		.btf_kind = BTF_KIND_FUNC,
		.must_run = true,
		.never_reached = "\"bpf\" is not in the kernel's lsm= list"};

	(void)caps;
	return probe_try(&lsm, btf, why);
}

static const char *lsm_out_of_reach(enum point p, const struct caps *caps)
{
	return hook_out_of_reach(caps->lsm, p);
}

const char *blind_at_lsm_hook(unsigned int asks, enum point p, const struct caps *caps)
{
	return blind_at_hook(asks, p, caps->subjects[1]);
}

/* libbpf itself puts bpf_lsm_ before the hook's name. */
static void lsm_programs(enum point p, struct programs *ret)
{
	const struct hook_row *all[2];
	int n = hooks_of(p, all);

	for (int i = 0; i < n; i++)
		programs_add(ret, all[i]->name, "lsm_", all[i]->name);
}

static void describe_lsm(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "lsm/%s", hooks[points[p].hook].name);
}

const struct mechanism_kind mechanism_LSM = {
	.probe = probe_lsm,
	.out_of_reach = lsm_out_of_reach,
	.blind = blind_at_lsm_hook,
	.programs = lsm_programs,
	.prepare = prepare,
	.describe = describe_lsm,
};
