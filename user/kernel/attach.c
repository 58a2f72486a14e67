// SPDX-License-Identifier: GPL-2.0
#include "kernel/attach.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "kernel/arch.h"
#include "kernel/cgroup_hook.h"
#include "kernel/clones.h"

#define MAX_PROGRAMS 3 /* of one binding */

/* The programs of a binding by name, and the functions that trampolines go to. */
struct programs {
	int n;
	char name[MAX_PROGRAMS][64];
	char function[MAX_PROGRAMS][96]; /* empty when the program's section says where */
};

static void add(struct programs *p, const char *format, const char *argument)
{
	snprintf(p->name[p->n++], sizeof(p->name[0]), format, argument);
}

static void add_at(struct programs *p, const char *format, const char *argument, const char *prefix,
	const char *function)
{
	snprintf(p->function[p->n], sizeof(p->function[0]), "%s%s", prefix, function);
	add(p, format, argument);
}

/* A call that may make a file is failed where it would. */
static void add_hooks(struct programs *p, enum point point, bool lsm)
{
	const struct hook_row *all[] = {&hooks[points[point].hook], &hooks[HOOK_inode_create]};

	for (int i = 0; i < (points[point].traits & CREATES ? 2 : 1); i++)
		if (lsm) /* libbpf itself puts bpf_lsm_ before it */
			add_at(p, "lsm_%s", all[i]->name, "", all[i]->name);
		else
			add_at(p, "security_%s", all[i]->name, "security_", all[i]->function);
}

static void socket_programs(enum point point, struct programs *ret)
{
	add(ret, "socket_%s4", points[point].socket_hook);
	add(ret, "socket_%s6", points[point].socket_hook);
}

static void programs_of(const struct binding *b, struct programs *ret)
{
	const char *call = points[b->point].name;
	const struct hook_row *hook = &hooks[points[b->point].hook];

	memset(ret, 0, sizeof(*ret));
	switch (b->mechanism) {
	case MECHANISM_FMOD_RET:
	case MECHANISM_FENTRY:
	case MECHANISM_TASK_WORK:
	case MECHANISM_CLONES:
	case MECHANISM_SPIN:
		add_at(ret, b->mechanism == MECHANISM_FMOD_RET ? "fail_%s" : "entry_%s", call,
			SYSCALL_PREFIX, point_function(b->point));
		break;
	case MECHANISM_OVERRIDE:
		add(ret, "override_%s", "entry");
		break;
	case MECHANISM_OVERRIDE_EXIT:
		add(ret, "override_%s", "exit");
		break;
	case MECHANISM_SECURITY:
	case MECHANISM_LSM:
		add_hooks(ret, b->point, b->mechanism == MECHANISM_LSM);
		break;
	case MECHANISM_LSM_SLEEP:
		add_at(ret, "sleep_%s", hook->name, "", hook->name);
		break;
	case MECHANISM_SOCK_ADDR:
		socket_programs(b->point, ret);
		break;
	case MECHANISM_SKB:
		add(ret, "packet_%s", call);
		break;
	case MECHANISM_TRACEPOINT:
	case MECHANISM_TASK_WORK_TP:
	case MECHANISM_SPIN_TP:
		add(ret, "on_%s", "sys_enter");
		break;
	case NR_MECHANISMS:
		break;
	}
}

const char *attach_describe(const struct binding *b, char *ret, size_t size)
{
	struct programs p;

	programs_of(b, &p);
	if (b->mechanism == MECHANISM_OVERRIDE || b->mechanism == MECHANISM_OVERRIDE_EXIT)
		snprintf(ret, size, SYSCALL_PREFIX "%s", point_function(b->point));
	else if (b->mechanism == MECHANISM_LSM)
		snprintf(ret, size, "lsm/%s", p.function[0]);
	else if (b->mechanism == MECHANISM_LSM_SLEEP)
		snprintf(ret, size, "lsm.s/%s", p.function[0]);
	else if (p.function[0][0])
		snprintf(ret, size, "%s", p.function[0]);
	else if (b->mechanism == MECHANISM_SOCK_ADDR)
		snprintf(ret, size, "cgroup/%s, %s", p.name[0] + strlen("socket_"),
			p.name[1] + strlen("socket_"));
	else if (b->mechanism == MECHANISM_SKB)
		snprintf(ret, size, "cgroup_skb/%s", points[b->point].name);
	else
		snprintf(ret, size, "sys_enter");
	return ret;
}

/* The program that notes at a call's entry what a rule at its exit asks. */
static void prepare_note(struct bpf_object *obj, const struct plan *plan, const struct binding *b)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, "override_note");

	if (b->mechanism == MECHANISM_OVERRIDE_EXIT &&
		where_asks(&plan->rules[b->rule].fault->where))
		bpf_program__set_autoload(prog, true);
}

int attach_prepare(struct bpf_object *obj, const struct plan *plan, struct error *why)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		struct programs p;

		prepare_note(obj, plan, &plan->bindings[i]);
		programs_of(&plan->bindings[i], &p);
		for (int k = 0; k < p.n; k++) {
			struct bpf_program *prog = bpf_object__find_program_by_name(obj, p.name[k]);
			int err = prog ? 0 : -ENOENT;

			if (!err)
				err = bpf_program__set_autoload(prog, true);
			if (!err && p.function[k][0])
				err = bpf_program__set_attach_target(prog, 0, p.function[k]);
			if (err)
				return error_errno(why, err, "preparing %s", p.name[k]);
		}
	}
	return 0;
}

static int keep(struct links *links, struct bpf_link *link)
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

static bool is_probe(enum mechanism m)
{
	return m == MECHANISM_OVERRIDE || m == MECHANISM_OVERRIDE_EXIT;
}

/* Bindings share programs, and some programs are at several places. */
static bool has_program(const struct binding *a, const struct binding *b, const char *program)
{
	struct programs p;

	programs_of(a, &p);
	if (is_probe(a->mechanism) && a->point != b->point)
		return false;
	for (int k = 0; k < p.n; k++)
		if (!strcmp(p.name[k], program))
			return true;
	return false;
}

/* The targets of the rules that share a binding's programs, a bit each. */
static unsigned int targets_served(const struct plan *plan, const struct binding *b)
{
	unsigned int served = 0;
	struct programs p;

	programs_of(b, &p);
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (has_program(&plan->bindings[i], b, p.name[0]))
			served |= 1u << plan->rules[plan->bindings[i].rule].fault->target;
	return served;
}

/* Another served target's cgroup holds this one: its program sees this one's calls too. */
static bool held_by_another(const struct targets *t, unsigned int served, unsigned int i)
{
	for (unsigned int k = 0; k < t->n; k++) {
		size_t length = strlen(t->all[k].path);
		char next = t->all[i].path[length];

		if (k == i || !(served & 1u << k) || t->all[k].gone ||
			strncmp(t->all[i].path, t->all[k].path, length))
			continue;
		if (next == '/' || (!next && k < i))
			return true;
	}
	return false;
}

static bool wants_link(const struct targets *t, unsigned int served, unsigned int i)
{
	return served & 1u << i && !t->all[i].gone && !held_by_another(t, served, i);
}

static bool has_link(const struct links *links, const struct bpf_program *prog,
	const struct target *t, unsigned int i)
{
	for (unsigned int k = 0; k < links->n_cgroup; k++)
		if (links->cgroup[k].program == prog && links->cgroup[k].target == i &&
			links->cgroup[k].cgroup_id == t->cgroup_id)
			return true;
	return false;
}

static int attach_cgroup(
	struct bpf_program *prog, const struct target *t, struct cgroup_link link, struct links *to)
{
	int err = cgroup_hook_is_free(t->path, bpf_program__expected_attach_type(prog));

	if (err)
		return err;
	if (to->n_cgroup == to->cgroup_room) {
		unsigned int room = to->cgroup_room ? 2 * to->cgroup_room : 16;
		struct cgroup_link *all = realloc(to->cgroup, room * sizeof(*all));

		if (!all)
			return -ENOMEM;
		to->cgroup = all;
		to->cgroup_room = room;
	}
	link.link = bpf_program__attach_cgroup(prog, t->cgroup_fd);
	if (!link.link)
		return -errno;
	to->cgroup[to->n_cgroup++] = link;
	return 0;
}

static int attach_cgroups(
	struct bpf_program *prog, const struct targets *t, unsigned int served, struct links *links)
{
	int err = 0;

	for (unsigned int i = 0; i < t->n && !err; i++) {
		const struct target *one = &t->all[i];
		struct cgroup_link link = {.program = prog,
			.target = i,
			.served = served,
			.cgroup_id = one->cgroup_id};

		if (wants_link(t, served, i) && !has_link(links, prog, one, i))
			err = attach_cgroup(prog, one, link, links);
	}
	return err;
}

static int attach_probe(
	struct bpf_program *prog, enum point point, bool at_exit, struct links *links)
{
	char function[96];
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .bpf_cookie = point, .retprobe = at_exit);

	snprintf(function, sizeof(function), SYSCALL_PREFIX "%s", point_function(point));
	return keep(links, bpf_program__attach_kprobe_opts(prog, function, &opts));
}

/* What a rule's `where` asks of a call is looked at at its entry, also if it fails at its exit. */
static int attach_note(struct bpf_object *obj, enum point point, struct links *links)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, "override_note");

	return bpf_program__autoload(prog) ? attach_probe(prog, point, false, links) : 0;
}

/* An earlier binding has it attached. */
static bool attached_already(const struct plan *plan, unsigned int index, const char *program)
{
	for (unsigned int i = 0; i < index; i++)
		if (has_program(&plan->bindings[i], &plan->bindings[index], program))
			return true;
	return false;
}

static int attach_program(struct bpf_object *obj, const struct plan *plan, const struct binding *b,
	const char *name, const struct targets *t, struct links *links)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);
	bool at_exit = b->mechanism == MECHANISM_OVERRIDE_EXIT;

	if (is_probe(b->mechanism))
		return (at_exit ? attach_note(obj, b->point, links) : 0)
			       ?: attach_probe(prog, b->point, at_exit, links);
	if (b->mechanism == MECHANISM_SOCK_ADDR || b->mechanism == MECHANISM_SKB)
		return attach_cgroups(prog, t, targets_served(plan, b), links);
	return keep(links, bpf_program__attach(prog));
}

static int attach_binding(struct bpf_object *obj, const struct plan *plan, unsigned int index,
	const struct targets *t, struct links *links)
{
	struct programs p;
	int err = 0;

	programs_of(&plan->bindings[index], &p);
	for (int k = 0; k < p.n && !err; k++)
		if (!attached_already(plan, index, p.name[k]))
			err = attach_program(
				obj, plan, &plan->bindings[index], p.name[k], t, links);
	return err;
}

/* The clones of a call, beside the program that decides. */
static int attach_clones(const struct plan *plan, unsigned int index, struct links *links)
{
	const struct binding *b = plan->bindings;

	for (unsigned int i = 0; i < index; i++)
		if (b[i].mechanism == MECHANISM_CLONES && b[i].point == b[index].point)
			return 0;
	return clones_attach(links->clones, b[index].point);
}

static int attach_followers(struct bpf_object *obj, struct links *links)
{
	static const char *const names[] = {"on_fork", "on_exit"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(obj, names[i]);
		int err = bpf_program__autoload(prog) ? keep(links, bpf_program__attach(prog)) : 0;

		if (err)
			return err;
	}
	return 0;
}

/* They only tell: without them the experiment is the same. */
static void attach_notices(struct bpf_object *obj, struct links *links)
{
	static const char *const names[] = {"on_ring", "on_aio", "on_exec"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(obj, names[i]);
		int err = bpf_program__autoload(prog) ? keep(links, bpf_program__attach(prog)) : 0;

		if (err)
			log_debug("attaching %s: %s", names[i], strerror(-err));
	}
}

int attach_all(struct bpf_object *obj, const struct plan *plan, const struct targets *targets,
	struct links *links, struct error *why)
{
	char where[128];
	int err = attach_followers(obj, links);

	if (err)
		return error_errno(why, err, "attaching to sched_process_fork");
	attach_notices(obj, links);
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct binding *b = &plan->bindings[i];

		err = attach_binding(obj, plan, i, targets, links);
		if (!err && b->mechanism == MECHANISM_CLONES)
			err = attach_clones(plan, i, links);
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
	}
	return 0;
}

int attach_missing(struct bpf_object *obj, const struct plan *plan, const struct targets *targets,
	struct links *links)
{
	int err = 0;

	for (unsigned int i = 0; i < plan->n_bindings && !err; i++) {
		enum mechanism m = plan->bindings[i].mechanism;

		if (m == MECHANISM_SOCK_ADDR || m == MECHANISM_SKB)
			err = attach_binding(obj, plan, i, targets, links);
	}
	return err;
}

void attach_drop_unused(const struct targets *targets, struct links *links)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < links->n_cgroup; i++) {
		struct cgroup_link *l = &links->cgroup[i];

		if (l->cgroup_id == targets->all[l->target].cgroup_id &&
			wants_link(targets, l->served, l->target))
			links->cgroup[kept++] = *l;
		else
			bpf_link__destroy(l->link);
	}
	links->n_cgroup = kept;
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
	if (links->clones)
		clones_detach(links->clones);
}
