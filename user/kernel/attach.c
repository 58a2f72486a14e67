// SPDX-License-Identifier: GPL-2.0
#include "kernel/attach.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "kernel/breakpoints.h"
#include "kernel/clones.h"
#include "kernel/mechanisms/mechanism.h"
#include "kernel/mechanisms/places.h"
#include "kernel/wrappers.h"

static void programs_of(const struct binding *b, struct programs *ret)
{
	memset(ret, 0, sizeof(*ret));
	mechanism_kinds[b->mechanism]->programs(b->point, ret);
	/* A meter's are the one for the beginning, and the one for the end. */
	if (b->begun)
		ret->all[0] = ret->all[--ret->n];
}

const char *attach_describe(const struct binding *b, char *ret, size_t size)
{
	mechanism_kinds[b->mechanism]->describe(b->point, ret, size);
	return ret;
}

static int prepare_program(struct bpf_object *obj, const struct program *p)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, p->name);
	int err = prog ? bpf_program__set_autoload(prog, true) : -ENOENT;

	if (!err && p->function[0])
		err = bpf_program__set_attach_target(prog, 0, p->function);
	return err;
}

int attach_prepare(struct bpf_object *obj, const struct plan *plan, struct error *why)
{
	for (unsigned int i = 0; i < plan_n_places(plan); i++) {
		struct programs p;

		programs_of(plan_place(plan, i), &p);
		for (int k = 0; k < p.n; k++) {
			int err = prepare_program(obj, &p.all[k]);

			if (err)
				return error_errno(why, err, "preparing %s", p.all[k].name);
		}
	}
	return 0;
}

int links_keep(struct links *links, struct bpf_link *link)
{
	int err = errno;

	if (!link)
		return -err;
	if (links->n == links->room) {
		unsigned int room = links->room ? 2 * links->room : 64;
		struct bpf_link **all = realloc(links->all, room * sizeof(*all));

		if (!all) {
			bpf_link__destroy(link);
			return -ENOMEM;
		}
		links->all = all;
		links->room = room;
	}
	links->all[links->n++] = link;
	return 0;
}

int links_keep_of_cgroup(struct links *links, const struct cgroup_link *link)
{
	if (links->n_cgroup == links->cgroup_room) {
		unsigned int room = links->cgroup_room ? 2 * links->cgroup_room : 16;
		struct cgroup_link *all = realloc(links->cgroup, room * sizeof(*all));

		if (!all) {
			bpf_link__destroy(link->link);
			return -ENOMEM;
		}
		links->cgroup = all;
		links->cgroup_room = room;
	}
	links->cgroup[links->n_cgroup++] = *link;
	return 0;
}

bool links_have(const struct links *links, const struct bpf_program *program,
	const struct targets *targets, unsigned int target)
{
	for (unsigned int k = 0; k < links->n_cgroup; k++)
		if (links->cgroup[k].program == program && links->cgroup[k].target == target &&
			links->cgroup[k].cgroup_id == targets->all[target].cgroup_id)
			return true;
	return false;
}

/* Bindings share programs, and some programs are at several places. */
static bool has_program(const struct binding *a, const struct binding *b, const char *program)
{
	struct programs p;

	programs_of(a, &p);
	if (mechanism_kinds[a->mechanism]->each_point && a->point != b->point &&
		points[a->point].kind == KIND_SYSCALL)
		return false;
	for (int k = 0; k < p.n; k++)
		if (!strcmp(p.all[k].name, program))
			return true;
	return false;
}

unsigned int attach_targets_served(const struct plan *plan, unsigned int binding)
{
	const struct binding *b = &plan->bindings[binding];
	unsigned int served = 0;
	struct programs p;

	programs_of(b, &p);
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (has_program(&plan->bindings[i], b, p.all[0].name))
			served |= fault_targets(plan->rules[plan->bindings[i].rule].fault);
	return served;
}

/* An earlier one has it attached. */
static bool attached_already(const struct plan *plan, unsigned int index, const char *program)
{
	for (unsigned int i = 0; i < index; i++)
		if (has_program(plan_place(plan, i), plan_place(plan, index), program))
			return true;
	return false;
}

/* Calls that come by no function of user space are counted once, whatever is there. */
static bool shares_the_rest(enum mechanism a, enum mechanism b)
{
	return a == b || mechanisms[a].flags & mechanisms[b].flags & AT_WRAPPER;
}

bool attach_has(const struct plan *plan, const char *program, unsigned int binding)
{
	const struct binding *b = &plan->bindings[binding];

	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (has_program(&plan->bindings[i], &plan->bindings[i], program) ||
			(i < binding &&
				shares_the_rest(plan->bindings[i].mechanism, b->mechanism) &&
				plan->bindings[i].point == b->point))
			return true;
	return false;
}

static int attach_program(const struct attaching *a, unsigned int index, const char *name)
{
	const struct mechanism_kind *kind = mechanism_kinds[plan_place(a->plan, index)->mechanism];
	struct bpf_program *prog = bpf_object__find_program_by_name(a->object, name);

	return kind->attach ? kind->attach(a, index, prog)
			    : links_keep(a->links, bpf_program__attach(prog));
}

/* No link: the programs are there already, for another rule or point. */
static void tell_attached(const struct binding *b, unsigned int links, uint64_t began_ns)
{
	char where[128], whose[24] = "a meter";

	if (b->rule != NO_RULE)
		snprintf(whose, sizeof(whose), "rule %u", b->rule + 1);
	log_debug("attached: %s at %s by %s: %s, %u new link%s (%.1f ms)", whose,
		points[b->point].name, mechanisms[b->mechanism].name,
		attach_describe(b, where, sizeof(where)), links, links == 1 ? "" : "s",
		(monotonic_ns() - began_ns) / 1e6);
}

/* A binding of a rule, or of a meter. */
static int attach_place(const struct attaching *a, unsigned int index)
{
	const struct binding *b = plan_place(a->plan, index);
	unsigned int links = a->links->n + a->links->n_cgroup;
	uint64_t began = monotonic_ns();
	struct programs p;
	int err = 0;

	programs_of(b, &p);
	for (int k = 0; k < p.n && !err; k++)
		if (!attached_already(a->plan, index, p.all[k].name))
			err = attach_program(a, index, p.all[k].name);
	if (!err && mechanism_kinds[b->mechanism]->attach_rest)
		err = mechanism_kinds[b->mechanism]->attach_rest(a, index);
	if (!err)
		tell_attached(b, a->links->n + a->links->n_cgroup - links, began);
	return err;
}

static int attach_followers(struct bpf_object *obj, struct links *links)
{
	static const char *const names[] = {"on_fork", "on_exit"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(obj, names[i]);
		int err = bpf_program__autoload(prog) ? links_keep(links, bpf_program__attach(prog))
						      : 0;

		if (err)
			return err;
	}
	return 0;
}

/* They only tell: without them the experiment is the same. */
static void attach_notices(struct bpf_object *obj, struct links *links)
{
	static const char *const names[] = {"on_ring", "on_aio", "on_exec", "on_signal", "on_join"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(obj, names[i]);
		int err = bpf_program__autoload(prog) ? links_keep(links, bpf_program__attach(prog))
						      : 0;

		if (err)
			log_debug("attaching %s: %s", names[i], strerror(-err));
	}
}

static int attach_rules(const struct attaching *a, struct error *why)
{
	char where[128];

	for (unsigned int i = 0; i < a->plan->n_bindings; i++) {
		const struct binding *b = &a->plan->bindings[i];
		int err = attach_place(a, i);

		if (!err)
			continue;
		attach_describe(b, where, sizeof(where));
		error_errno(why, err, "attaching to %s", where);
		if (err == -EBUSY)
			return error_set(why, err,
				"attaching to %s: another program holds that hook of the target's "
				"cgroup or of one above it, and lets no other beside it "
				"(bpftool cgroup tree)",
				where);
		return err;
	}
	return 0;
}

static int attach_wrappers(const struct attaching *a, struct error *why)
{
	int err = wrapper_attach_all(a);

	return err ? error_errno(why, err, "attaching to the C library's functions") : 0;
}

static int attach_meters(const struct attaching *a, struct error *why)
{
	char where[128];

	for (unsigned int i = 0; i < a->plan->n_meters; i++) {
		int err = attach_place(a, a->plan->n_bindings + i);

		if (!err)
			continue;
		attach_describe(&a->plan->meters[i].at, where, sizeof(where));
		return error_errno(why, err, "attaching to %s, to measure", where);
	}
	return 0;
}

int attach_all(struct bpf_object *obj, const struct plan *plan, const struct targets *targets,
	struct links *links, struct error *why)
{
	const struct attaching a = {obj, plan, targets, links};
	int err = attach_followers(obj, links);

	if (err)
		return error_errno(why, err, "attaching to sched_process_fork");
	attach_notices(obj, links);
	kprobe_attach_restarted(&a);
	return attach_rules(&a, why) ?: attach_wrappers(&a, why) ?: attach_meters(&a, why);
}

int attach_missing(struct bpf_object *obj, const struct plan *plan, const struct targets *targets,
	struct links *links)
{
	const struct attaching a = {obj, plan, targets, links, .again = true};
	int err = 0;

	for (unsigned int i = 0; i < plan->n_bindings && !err; i++)
		if (mechanisms[plan->bindings[i].mechanism].flags & ON_CGROUP)
			err = attach_place(&a, i);
	return err;
}

/* struct bpf_link_info of a kprobe, as of Linux 6.7. */
struct kprobe_link {
	__u32 link[4]; /* type, id, id of the program, padding */
	__u32 type[2];
	__u64 function_name;
	__u32 name_length, offset;
	__u64 address, missed;
};

uint64_t attach_missed(const struct links *links)
{
	uint64_t missed = 0;

	for (unsigned int i = 0; i < links->n; i++) {
		struct kprobe_link info = {};
		__u32 size = sizeof(info);

		if (!bpf_obj_get_info_by_fd(bpf_link__fd(links->all[i]), &info, &size) &&
			info.link[0] == BPF_LINK_TYPE_PERF_EVENT)
			missed += info.missed;
	}
	return missed;
}

void attach_undo(struct links *links)
{
	while (links->n_cgroup)
		bpf_link__destroy(links->cgroup[--links->n_cgroup].link);
	free(links->cgroup);
	links->cgroup = NULL;
	links->cgroup_room = 0;
	while (links->n)
		bpf_link__destroy(links->all[--links->n]);
	free(links->all);
	links->all = NULL;
	links->room = 0;
	wrappers_free(links->wrappers);
	links->wrappers = NULL;
	breakpoints_free(links->breakpoints);
	links->breakpoints = NULL;
	if (links->clones)
		clones_detach(links->clones);
}
