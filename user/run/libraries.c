// SPDX-License-Identifier: GPL-2.0
#include "run/libraries.h"

#include <errno.h>
#include <string.h>

#include "run/parts.h"
#include "scenario/code.h"

/* A target of static programs misses all the time, and there is nothing to be found. */
#define LONGEST_PAUSE_NS 5000000000ull

/* The program of a new process is there at once, the libraries that it asks for come after. */
#define LOOKS 2

static bool is_unseen(const struct plan *plan, const struct binding *b)
{
	return !plan->caps->sees_entries || !plan->caps->traceable[b->point];
}

static void want_looks(struct experiment *x)
{
	const struct plan *plan = x->measure->plan;

	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct binding *b = &plan->bindings[i];
		struct mapped_look *l = &x->libraries.looks[plan->rules[b->rule].fault->target];

		if (!(mechanisms[b->mechanism].flags & AT_WRAPPER) && !is_user_code(b->point))
			continue;
		l->wanted = true;
		l->unseen |= is_unseen(plan, b);
	}
	for (unsigned int i = 0; i < plan->n_meters; i++)
		for (unsigned int t = 0; t < x->targets.n && is_user_code(plan->meters[i].at.point);
			t++)
			x->libraries.looks[t].wanted = x->libraries.looks[t].unseen = true;
}

static void take_found(struct experiment *x, unsigned int i, int found)
{
	struct mapped_look *l = &x->libraries.looks[i];

	if (found >= 0 || l->told)
		return;
	l->told = true;
	measure_note(x->measure, "%s: attaching to a file that came later: %s",
		target_called(x->targets.all[i].spec),
		found == -ENOENT ? "it has no such function" : strerror(-found));
}

static void look(struct experiment *x, unsigned int i, uint64_t now)
{
	struct mapped_look *l = &x->libraries.looks[i];
	bool new = engine_take_stranger(x->engine, STRANGER_NEW, i);
	int found;

	if (new)
		l->due = LOOKS;
	if (!l->due && now >= l->next_ns &&
		(l->unseen || engine_take_stranger(x->engine, STRANGER_MISSED, i)))
		l->due = 1;
	if (!l->due || keeper_look_for_functions(x->keeper, &x->targets, i, &found))
		return;
	l->due--;
	l->pause_ns = new || found ? TICK_NS : 2 * l->pause_ns;
	if (l->pause_ns > LONGEST_PAUSE_NS)
		l->pause_ns = LONGEST_PAUSE_NS;
	l->next_ns = now + l->pause_ns;
	take_found(x, i, found);
}

static void on_tick(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	for (unsigned int i = 0; i < x->targets.n; i++)
		if (x->libraries.looks[i].wanted && !x->targets.all[i].gone)
			look(x, i, now_ns);
}

int libraries_begin(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++)
		x->libraries.looks[i].pause_ns = TICK_NS;
	if (!engine_wrappers(x->engine) && !engine_breakpoints(x->engine))
		return 0;
	want_looks(x);
	return loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, on_tick, x, NULL);
}

void libraries_look_again(struct experiment *x, unsigned int target)
{
	x->libraries.looks[target].due = LOOKS;
}
