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

/* The programs of a binding by name, and the function that a trampoline goes to. */
struct programs {
	int n;
	char name[MAX_PROGRAMS][64];
	char function[96]; /* empty when the program's section says where */
};

static void add(struct programs *p, const char *format, const char *argument)
{
	snprintf(p->name[p->n++], sizeof(p->name[0]), format, argument);
}

static void socket_programs(enum point point, struct programs *ret)
{
	const char *hook = point == POINT_connect ? "connect"
			   : point == POINT_bind  ? "bind"
						  : "sendmsg";

	add(ret, "socket_%s4", hook);
	add(ret, "socket_%s6", hook);
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
		add(ret, b->mechanism == MECHANISM_FMOD_RET ? "fail_%s" : "entry_%s", call);
		snprintf(ret->function, sizeof(ret->function), SYSCALL_PREFIX "%s", call);
		break;
	case MECHANISM_OVERRIDE:
		add(ret, "override_%s", "entry");
		break;
	case MECHANISM_OVERRIDE_EXIT:
		add(ret, "override_%s", "exit");
		break;
	case MECHANISM_SECURITY:
		add(ret, "security_%s", hook->name);
		snprintf(ret->function, sizeof(ret->function), "security_%s", hook->function);
		break;
	case MECHANISM_LSM:
	case MECHANISM_LSM_SLEEP:
		add(ret, b->mechanism == MECHANISM_LSM ? "lsm_%s" : "sleep_%s", hook->name);
		/* libbpf itself puts bpf_lsm_ before it. */
		snprintf(ret->function, sizeof(ret->function), "%s", hook->name);
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
		snprintf(ret, size, SYSCALL_PREFIX "%s", points[b->point].name);
	else if (b->mechanism == MECHANISM_LSM)
		snprintf(ret, size, "lsm/%s", p.function);
	else if (b->mechanism == MECHANISM_LSM_SLEEP)
		snprintf(ret, size, "lsm.s/%s", p.function);
	else if (p.function[0])
		snprintf(ret, size, "%s", p.function);
	else if (b->mechanism == MECHANISM_SOCK_ADDR)
		snprintf(ret, size, "cgroup/%s, %s", p.name[0] + strlen("socket_"),
			p.name[1] + strlen("socket_"));
	else if (b->mechanism == MECHANISM_SKB)
		snprintf(ret, size, "cgroup_skb/%s", points[b->point].name);
	else
		snprintf(ret, size, "sys_enter");
	return ret;
}

static int explain(char *why, size_t size, int err, const char *doing, const char *what)
{
	snprintf(why, size, "%s %s: %s", doing, what, strerror(-err));
	return err;
}

int attach_prepare(struct bpf_object *obj, const struct plan *plan, char *why, size_t size)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		struct programs p;

		programs_of(&plan->bindings[i], &p);
		for (int k = 0; k < p.n; k++) {
			struct bpf_program *prog = bpf_object__find_program_by_name(obj, p.name[k]);
			int err = prog ? 0 : -ENOENT;

			if (!err)
				err = bpf_program__set_autoload(prog, true);
			if (!err && p.function[0])
				err = bpf_program__set_attach_target(prog, 0, p.function);
			if (err)
				return explain(why, size, err, "preparing", p.name[k]);
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

/* Some mechanisms share a program, others a program at several places. */
static bool same_place(const struct binding *a, const struct binding *b)
{
	char one[128], other[128];
	struct programs p, q;

	programs_of(a, &p);
	programs_of(b, &q);
	return !strcmp(p.name[0], q.name[0]) && !strcmp(attach_describe(a, one, sizeof(one)),
							attach_describe(b, other, sizeof(other)));
}

/* The targets of the rules that share a binding's programs, a bit each. */
static unsigned int targets_served(const struct plan *plan, const struct binding *b)
{
	unsigned int served = 0;

	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (same_place(&plan->bindings[i], b))
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

static int attach_probe(struct bpf_program *prog, const struct binding *b, struct links *links)
{
	char function[96];
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .bpf_cookie = b->point,
		.retprobe = b->mechanism == MECHANISM_OVERRIDE_EXIT);

	snprintf(function, sizeof(function), SYSCALL_PREFIX "%s", points[b->point].name);
	return keep(links, bpf_program__attach_kprobe_opts(prog, function, &opts));
}

static int attach_binding(struct bpf_object *obj, const struct plan *plan, const struct binding *b,
	const struct targets *t, struct links *links)
{
	struct programs p;
	int err = 0;

	programs_of(b, &p);
	for (int k = 0; k < p.n && !err; k++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(obj, p.name[k]);

		if (b->mechanism == MECHANISM_OVERRIDE || b->mechanism == MECHANISM_OVERRIDE_EXIT)
			err = attach_probe(prog, b, links);
		else if (b->mechanism == MECHANISM_SOCK_ADDR || b->mechanism == MECHANISM_SKB)
			err = attach_cgroups(prog, t, targets_served(plan, b), links);
		else
			err = keep(links, bpf_program__attach(prog));
	}
	return err;
}

/* An earlier binding has the same attachment: rules share points, points share hooks. */
static bool attached_already(const struct plan *plan, unsigned int index)
{
	for (unsigned int i = 0; i < index; i++)
		if (same_place(&plan->bindings[i], &plan->bindings[index]))
			return true;
	return false;
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
	struct links *links, char *why, size_t size)
{
	char where[128];
	int err = attach_followers(obj, links);

	if (err)
		return explain(why, size, err, "attaching to", "sched_process_fork");
	attach_notices(obj, links);
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct binding *b = &plan->bindings[i];

		if (!attached_already(plan, i))
			err = attach_binding(obj, plan, b, targets, links);
		if (!err && b->mechanism == MECHANISM_CLONES)
			err = attach_clones(plan, i, links);
		if (!err)
			continue;
		attach_describe(b, where, sizeof(where));
		explain(why, size, err, "attaching to", where);
		if (err == -EBUSY)
			snprintf(why, size,
				"attaching to %s: another program holds that hook of the target's "
				"cgroup or of one above it, and lets no other beside it "
				"(bpftool cgroup tree)",
				where);
		return err;
	}
	return 0;
}

int attach_missing(struct bpf_object *obj, const struct plan *plan, const struct targets *targets,
	struct links *links)
{
	int err = 0;

	for (unsigned int i = 0; i < plan->n_bindings && !err; i++) {
		const struct binding *b = &plan->bindings[i];

		if (b->mechanism == MECHANISM_SOCK_ADDR || b->mechanism == MECHANISM_SKB)
			err = attach_binding(obj, plan, b, targets, links);
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
