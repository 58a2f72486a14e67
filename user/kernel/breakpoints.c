// SPDX-License-Identifier: GPL-2.0
#include "kernel/breakpoints.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "kernel/mapping.h"
#include "kernel/uprobe.h"
#include "target/replaced.h"
#include "target/roots.h"
#include "target/spots.h"

const struct breakpoint_row breakpoint_programs[NR_BREAKPOINT_PROGRAMS] = {
	[AT_FUNCTION] = {"at_function", MECHANISM_FUNCTION},
	[AT_FUNCTION_RETURN] = {"at_function_return", MECHANISM_FUNCTION_RETURN, true},
	[FAIL_FUNCTION] = {"fail_function", MECHANISM_FUNCTION_FAIL},
	[REPLACE_RESULT] = {"replace_result", MECHANISM_FUNCTION_REPLACE, true},
	[SPIN_AT_FUNCTION] = {"spin_at_function", MECHANISM_FUNCTION_SPIN},
	[SLEEP_AT_FUNCTION] = {"at_wrapper", MECHANISM_UPROBE_SLEEP},
	[SPIN_AT_RETURN] = {"spin_at_return", MECHANISM_FUNCTION_RETURN_SPIN, true},
	[SLEEP_AT_RETURN] = {"sleep_at_return", MECHANISM_FUNCTION_RETURN_SLEEP, true},
	[METER_FUNCTION] = {"meter_function", MECHANISM_FUNCTION_METER},
	[METER_FUNCTION_RETURN] = {"meter_function_return", MECHANISM_FUNCTION_METER, true},
};

/* A point in a file, of which overlays may show several. */
struct attached {
	enum point point;
	enum breakpoint_program program;
	struct file_id id;
	unsigned int n;
	int links[MAX_SPOTS];
};

struct breakpoints {
	const struct plan *plan;
	int programs[NR_BREAKPOINT_PROGRAMS], resolver;
	unsigned int n, room;
	struct attached *places;
	struct probe_arguments *specs;
	unsigned int n_specs;
};

int breakpoint_program(const char *name)
{
	for (int i = 0; i < NR_BREAKPOINT_PROGRAMS; i++)
		if (!strcmp(breakpoint_programs[i].name, name))
			return i;
	return -1;
}

struct breakpoints *breakpoints_new(const struct plan *plan, struct probe_arguments *specs)
{
	struct breakpoints *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->plan = plan;
	b->specs = specs;
	b->resolver = -1;
	memset(b->programs, 0xff, sizeof(b->programs));
	return b;
}

void breakpoints_free(struct breakpoints *b)
{
	if (!b)
		return;
	for (unsigned int i = 0; i < b->n; i++)
		while (b->places[i].n)
			close(b->places[i].links[--b->places[i].n]);
	free(b->places);
	free(b);
}

void breakpoints_use(struct breakpoints *b, enum breakpoint_program which, int program)
{
	b->programs[which] = program;
}

void breakpoints_resolve_by(struct breakpoints *b, int resolver)
{
	b->resolver = resolver;
}

int breakpoints_fd(const struct breakpoints *b, enum breakpoint_program which)
{
	return b ? b->programs[which] : -1;
}

int breakpoints_resolver(const struct breakpoints *b)
{
	return b ? b->resolver : -1;
}

static struct attached *add_place(struct breakpoints *b)
{
	if (b->n == b->room) {
		unsigned int room = b->room ? 2 * b->room : 16;
		struct attached *places = realloc(b->places, room * sizeof(*places));

		if (!places)
			return NULL;
		b->places = places;
		b->room = room;
	}
	return &b->places[b->n];
}

static bool is_attached(const struct breakpoints *b, enum point p, enum breakpoint_program which,
	const struct file_id *id)
{
	for (unsigned int i = 0; i < b->n; i++)
		if (b->places[i].point == p && b->places[i].program == which &&
			!memcmp(&b->places[i].id, id, sizeof(*id)))
			return true;
	return false;
}

static bool asks_for_arguments(const struct plan *plan, enum point p)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (plan->bindings[i].point == p &&
			where_asks(&plan->rules[plan->bindings[i].rule].fault->where) &
				FILTER_ARGUMENT)
			return true;
	return false;
}

/* Its number, from 1 on. -ENOSPC: there is no room. */
static int number_of_spec(struct breakpoints *b, const struct probe_arguments *spec)
{
	unsigned int i = 0;

	while (i < b->n_specs && memcmp(&b->specs[i], spec, sizeof(*spec)))
		i++;
	if (i == MAX_PROBE_SPECS)
		return -ENOSPC;
	if (i == b->n_specs)
		b->specs[b->n_specs++] = *spec;
	return i + 1;
}

static int cookie_of(struct breakpoints *b, const struct binding *at, const struct spots *spots,
	const struct spot *spot, uint64_t *ret)
{
	int spec = 0;

	if (code_place(at->point)->kind != CODE_USDT) {
		*ret = FUNCTION_COOKIE(at->number, spot->to_return);
		/* What can't be asked as it returns has passed at once. */
		*ret |= spots->no_return ? FUNCTION_PASSES : 0;
		return 0;
	}
	if (asks_for_arguments(b->plan, at->point))
		spec = number_of_spec(b, &spot->arguments);
	*ret = PROBE_COOKIE(at->number, spec);
	return spec < 0 ? spec : 0;
}

static int attach_spots(struct breakpoints *b, int fd, const struct binding *at,
	const struct spots *spots, struct attached *to)
{
	const struct breakpoint_row *row = &breakpoint_programs[to->program];
	char path[48];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (to->n = 0; to->n < spots->n; to->n++) {
		const struct spot *s = &spots->all[to->n];
		struct uprobe where = {.path = path,
			.offset = s->offset,
			.semaphore = s->semaphore,
			.at_return = row->at_return};
		int link = cookie_of(b, at, spots, s, &where.cookie);

		if (!link)
			link = b->plan->caps->uprobe_multi
				       ? uprobe_attach_one(b->programs[to->program], &where)
				       : uprobe_attach_event(b->programs[to->program], &where);

		if (link < 0)
			return link;
		to->links[to->n] = link;
	}
	return 0;
}

/* A file that comes later, in another root, may be another one than that which was looked at. */
static int check_fit(const struct binding *at, enum breakpoint_program which,
	const struct spots *spots, struct error *why)
{
	const char *unfit = NULL;

	if (which == AT_FUNCTION_RETURN || which == REPLACE_RESULT)
		unfit = spots->no_return;
	else if (which == FAIL_FUNCTION && spots->inside)
		unfit = "it is inside of the function";
	else if (which == FAIL_FUNCTION && spots->n && !spots->all[0].to_return)
		unfit = "no instruction that returns is near";
	if (!unfit)
		return 0;
	return error_set(why, -EOPNOTSUPP, "%.200s: %s", points[at->point].name, unfit);
}

/* In one file. 1: it is attached now; 0: it was. */
static int attach_in(struct breakpoints *b, int fd, const struct binding *at,
	enum breakpoint_program which, struct error *why)
{
	struct attached *to = add_place(b);
	struct file_id id;
	struct spots spots;
	int err = to ? mapping_resolve(b->resolver, fd, &id) : -ENOMEM;

	if (err)
		return error_errno(why, err, "asking what is mapped");
	if (is_attached(b, at->point, which, &id))
		return 0;
	err = spots_find(fd, code_place(at->point), &spots, why)
		      ?: check_fit(at, which, &spots, why);
	if (err)
		return err;
	if (breakpoint_programs[which].at_return && spots.no_return)
		spots.n = 0;
	*to = (struct attached){.point = at->point, .program = which, .id = id};
	err = attach_spots(b, fd, at, &spots, to);
	log_debug("%s by %s: %u places: %d", points[at->point].name,
		breakpoint_programs[which].name, spots.n, err);
	if (!err) {
		b->n++;
		return 1;
	}
	while (to->n)
		close(to->links[--to->n]);
	return error_errno(why, err, "attaching to %.200s", points[at->point].name);
}

/* The processes of a target, and what they go on to map. */
struct seen {
	struct roots roots;
	struct replaced *replaced; /* NULL: nothing */
};

static void add_result(int n, int *new, int *err)
{
	if (n < 0)
		*err = *err ?: n;
	else
		*new += n;
}

/* What is at that path no more, but in processes: an update has put another file there. */
static void look_in_replaced(struct breakpoints *b, const struct seen *seen, pid_t root,
	const struct binding *at, enum breakpoint_program which, int *new)
{
	for (unsigned int i = 0; seen->replaced && i < seen->replaced->n; i++) {
		_cleanup_fd_ int fd =
			replaced_open(&seen->replaced->all[i], root, code_place(at->point)->file);
		int n = fd < 0 ? 0 : attach_in(b, fd, at, which, &(struct error){});

		*new += n > 0 ? n : 0;
	}
}

/*
 * In all roots of a target's processes; one that has no such file has nothing to hit. One in which
 * it can't be done, as its file is another version, doesn't keep the others from it.
 */
static int look_in(struct breakpoints *b, const struct seen *seen, const struct binding *at,
	enum breakpoint_program which, struct error *why)
{
	int new = 0, err = 0;

	for (unsigned int i = 0; i < seen->roots.n; i++) {
		pid_t root = seen->roots.pids[i];
		_cleanup_fd_ int fd = root_open_file(root, code_place(at->point)->file);

		add_result(fd < 0 ? 0 : attach_in(b, fd, at, which, why), &new, &err);
		look_in_replaced(b, seen, root, at, which, &new);
	}
	return err ?: new;
}

static bool is_for(const struct plan *plan, const struct binding *at, unsigned int target)
{
	return at->rule == NO_RULE || fault_targets(plan->rules[at->rule].fault) >> target & 1;
}

static int look_at_all(
	struct breakpoints *b, const struct seen *seen, unsigned int target, struct error *why)
{
	int new = 0, err = 0;

	for (unsigned int i = 0; i < plan_n_places(b->plan); i++) {
		const struct binding *at = plan_place(b->plan, i);

		if (!is_user_code(at->point) || !is_for(b->plan, at, target))
			continue;
		for (int which = 0; which < NR_BREAKPOINT_PROGRAMS; which++)
			if (b->programs[which] >= 0 &&
				breakpoint_programs[which].mechanism == at->mechanism)
				add_result(look_in(b, seen, at, which, why), &new, &err);
	}
	return err ?: new;
}

int breakpoints_look(
	struct breakpoints *b, const struct targets *t, unsigned int target, struct error *why)
{
	struct seen seen;
	int n;

	if (t->all[target].gone)
		return 0;
	roots_of(&t->all[target], &seen.roots);
	seen.replaced = replaced_of(&t->all[target]);
	n = look_at_all(b, &seen, target, why);
	free(seen.replaced);
	return n;
}
