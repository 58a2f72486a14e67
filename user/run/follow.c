// SPDX-License-Identifier: GPL-2.0
#include "run/follow.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "run/parts.h"
#include "target/protected.h"
#include "target/roots.h"

/* To look through all cgroups of a large host takes milliseconds. */
#define SEARCH_NS 200000000ull
/* Something was made beside a target: that may be it, under another name. */
#define SEARCH_BESIDE_NS 20000000ull
/* A cgroup that was just made is empty; what must not be in it is looked for a while. */
#define SUSPECT_NS 2000000000ull

/* Where the target's cgroup is made anew, most likely. */
static void watch_beside(struct experiment *x, const struct target *t)
{
	char parent[CGROUP_PATH_MAX];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", t->path);
	slash = strrchr(parent, '/');
	if (x->follow.beside < 0 || !slash)
		return;
	*slash = '\0';
	if (inotify_add_watch(x->follow.beside, parent, IN_CREATE | IN_DELETE | IN_ONLYDIR) < 0)
		log_debug("watching %s: %s", parent, strerror(errno));
}

/* From here on it is hit nowhere; that others could not be attached to is all that may go wrong. */
static void give_up(struct experiment *x, unsigned int i)
{
	int err;

	x->targets.all[i].gone = true;
	err = engine_move(x->engine, &x->targets, i);
	acts_move(x, i);
	if (err)
		measure_note(x->measure, "%s: its cgroup is gone, and attaching to others: %s",
			target_called(x->targets.all[i].spec), strerror(-err));
}

static void leave(struct experiment *x, unsigned int i)
{
	struct target *t = &x->targets.all[i];

	t->n_removed++;
	give_up(x, i);
	log_debug("target %s: left %s", t->spec->name, t->path);
}

/* Why it isn't there changes from one look to the next: the last reason is the report's. */
static void come_back(struct experiment *x, unsigned int i)
{
	struct target *t = &x->targets.all[i];
	struct error *why = &x->follow.astray[i];
	int err = targets_find_again(x->s, &x->targets, i, why);

	if (err)
		return;
	err = engine_move(x->engine, &x->targets, i);
	if (err) {
		give_up(x, i);
		error_set(why, -EINVAL, "attaching to it: %s", strerror(-err));
		log_debug("target %s: %s", t->spec->name, why->message);
		return;
	}
	acts_move(x, i);
	libraries_look_again(x, i);
	t->n_returned++;
	x->follow.returned_ns[i] = monotonic_ns();
	watch_beside(x, t);
	log_debug("target %s: is now %s", t->spec->name, t->path);
}

/* Only drop has something against protected programs; calls know who makes them. */
static void suspect(struct experiment *x, unsigned int i, uint64_t now)
{
	if (!x->follow.returned_ns[i] || now > x->follow.returned_ns[i] + SUSPECT_NS ||
		!protected_check_target(x->s, &x->targets, i, &x->follow.astray[i]))
		return;
	give_up(x, i);
}

/* Without a search. */
static bool is_back(const struct target *t)
{
	return !access(t->path, F_OK) || (t->first[0] && !access(t->first, F_OK));
}

static void look(struct experiment *x, uint64_t now, uint64_t search_ns)
{
	bool search = now >= x->follow.searched_ns + search_ns;

	for (unsigned int i = 0; i < x->targets.n; i++) {
		struct target *t = &x->targets.all[i];

		if (!t->gone && (target_is_removed(t) || target_is_astray(t)))
			leave(x, i);
		if (!t->gone) {
			suspect(x, i, now);
		} else if (search || is_back(t)) {
			x->follow.searched_ns = now;
			come_back(x, i);
		}
	}
}

static void on_change(uint32_t events, void *context)
{
	struct experiment *x = context;
	char changes[4096];

	(void)events;
	while (read(x->follow.beside, changes, sizeof(changes)) > 0)
		;
	look(x, monotonic_ns(), SEARCH_BESIDE_NS);
}

static bool names_paths(const struct scenario *s, unsigned int target)
{
	for (unsigned int i = 0; i < s->n_faults; i++)
		if (s->faults[i].target == target && where_asks(&s->faults[i].where) & FILTER_PATH)
			return true;
	return false;
}

/* Directories are made anew, links are set to others, processes with another root appear. */
static void look_up(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++)
		if (names_paths(x->s, i) && keeper_look_up(x->keeper, &x->targets, i) > 0)
			log_debug("target %s: its paths mean other files now",
				x->targets.all[i].spec->name);
}

static void on_tick(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	look(x, now_ns, SEARCH_NS);
	look_up(x);
}

int follow_begin(struct experiment *x)
{
	struct follow *f = &x->follow;
	int err = loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, on_tick, x, NULL);

	/* Without it looking at each tick must do. */
	f->beside = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	for (unsigned int i = 0; i < x->targets.n; i++)
		if (target_can_return(x->targets.all[i].spec->kind))
			watch_beside(x, &x->targets.all[i]);
	if (!err && f->beside >= 0)
		err = loop_watch(x->loop, f->beside, EPOLLIN, on_change, x, NULL);
	return err;
}

void follow_end(struct experiment *x)
{
	if (x->follow.beside >= 0)
		close(x->follow.beside);
	x->follow.beside = -1;
}

void follow_tell_roots(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++) {
		const struct target *t = &x->targets.all[i];
		struct roots roots = {};

		if (names_paths(x->s, i))
			roots_of(t, &roots);
		for (unsigned int r = 0; r < roots.n; r++)
			if (roots.pids[r])
				measure_note(x->measure,
					"%s: its paths were looked up in the root of "
					"process %d",
					target_called(t->spec), roots.pids[r]);
	}
}

void follow_tell(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++) {
		const struct target *t = &x->targets.all[i];

		if (!t->n_removed)
			continue;
		if (!t->gone)
			measure_note(x->measure,
				"%s: its cgroup was removed and recreated %u time%s, last "
				"as %s",
				target_called(t->spec), t->n_returned,
				t->n_returned == 1 ? "" : "s", t->path);
		else
			measure_note(x->measure,
				"%s: its cgroup was removed, its rules ended with it: "
				"%s",
				target_called(t->spec), x->follow.astray[i].message);
	}
}
