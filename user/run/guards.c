// SPDX-License-Identifier: GPL-2.0
#include "run/guards.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "base/process.h"
#include "measure/ask.h"
#include "run/audit.h"
#include "run/parts.h"
#include "run/progress.h"

/* Twice as often as they have to be looked at, so that a late turn of the loop doesn't matter. */
#define LOOK_NS 50000000ull

struct looking {
	const struct snapshot *s;
	struct span within;
};

static void ask_within(const struct metric *m, void *context, struct measured *ret)
{
	const struct looking *l = context;

	snapshot_ask_within(l->s, m, &l->within, ret);
}

static void ask_all(const struct metric *m, void *snapshot, struct measured *ret)
{
	snapshot_ask(snapshot, m, ret);
}

/* Its window doesn't reach back behind the beginning of the phase. */
static bool is_on(const struct experiment *x, const struct guard *g, uint64_t now, struct span *ret)
{
	const struct timeline *t = &x->timeline;

	if (!t->open || !(g->phases >> t->phase & 1) || now < t->began_ns + g->grace_ns)
		return false;
	*ret = (struct span){now > g->over_ns ? now - g->over_ns : 0, now + 1};
	if (ret->from_ns < t->began_ns)
		ret->from_ns = t->began_ns;
	return true;
}

static void fire(struct experiment *x, unsigned int i, const struct judged *j, uint64_t now)
{
	const struct guard *g = &x->s->judging.guards[i];
	char value[40], reason[256];

	x->measure->guards[i] = (struct guard_report){true, now - x->began_ns, *j};
	snprintf(reason, sizeof(reason), "guard %s: %s after %.2fs", g->stop.text,
		judged_value_text(j, value, sizeof(value)), (now - x->began_ns) / 1e9);
	log_debug("%s", reason);
	audit_guard(x, reason);
	timeline_cut(x, VERDICT_ABORTED, reason);
}

static void look_at_guard(
	struct experiment *x, unsigned int i, const struct snapshot *s, uint64_t now)
{
	const struct guard *g = &x->s->judging.guards[i];
	uint64_t *since = &x->guards.since_ns[i];
	struct looking l = {.s = s};
	struct judged *j = &x->guards.now[i];

	x->guards.on[i] = is_on(x, g, now, &l.within);
	if (x->guards.on[i])
		condition_evaluate(g->stop.condition, g->min, ask_within, &l, j);
	if (!x->guards.on[i] || j->truth != TRUTH_TRUE) {
		*since = 0;
		return;
	}
	*since = *since ?: now;
	if (now - *since >= g->for_ns)
		fire(x, i, j, now);
}

static void look_at_expectation(struct experiment *x, unsigned int i, const struct snapshot *s)
{
	const struct expectation *e = &x->s->judging.expectations[i];
	struct expectation_report *r = &x->measure->expectations[i];
	char value[40], reason[256];
	struct judged j;

	if (!e->stop || r->settled || x->over)
		return;
	condition_evaluate(e->that.condition, e->min, ask_all, (void *)s, &j);
	if (j.truth != TRUTH_FALSE)
		return;
	*r = (struct expectation_report){true, j};
	snprintf(reason, sizeof(reason), "%s: %s after %.2fs", e->name,
		judged_value_text(&j, value, sizeof(value)), (monotonic_ns() - x->began_ns) / 1e9);
	experiment_end(x, VERDICT_DEVIATED, reason);
}

/* What calls came to is read each time only where somebody asks. */
static struct snapshot *take(struct experiment *x)
{
	if (x->measure->plan->n_meters)
		progress_read_calls(x);
	return snapshot_take(x->measure);
}

static void on_time(uint64_t now_ns, void *context)
{
	struct experiment *x = context;
	const struct judging *j = &x->s->judging;
	struct snapshot *s;

	if (x->over || x->timeline.cut.verdict)
		return;
	s = take(x);
	if (!s) {
		experiment_fail(x, "out of memory: the guards can't look");
		return;
	}
	for (unsigned int i = 0; i < j->n_guards && !x->timeline.cut.verdict; i++)
		look_at_guard(x, i, s, now_ns);
	for (unsigned int i = 0; i < j->n_expectations && !x->timeline.cut.verdict; i++)
		look_at_expectation(x, i, s);
	snapshot_free(s);
}

int guards_begin(struct experiment *x)
{
	const struct judging *j = &x->s->judging;
	bool any = j->n_guards;

	for (unsigned int i = 0; i < j->n_expectations; i++)
		any |= j->expectations[i].stop;
	return any ? loop_timer(x->loop, x->began_ns + LOOK_NS, LOOK_NS, on_time, x, NULL) : 0;
}

/* Without bounds of its own the baseline is compared with itself. */
static bool is_even(const struct experiment *x, uint64_t now, char *ret, size_t size)
{
	struct steadiness_question q;
	struct steadiness s = {};
	bool steady = true;

	measure_question(x->measure, now, &q);
	if (x->s->judging.steady.before_ns)
		q.baseline_from_ns = now - x->s->judging.steady.before_ns;
	for (unsigned int i = 0; i < x->s->n_workloads && steady; i++)
		if (baseline_is_steady(&x->measure->workloads[i].samples, &q, &s, &steady))
			return false;
	if (!steady)
		snprintf(ret, size, "not steady before the first fault: %s",
			s.known ? "more than 5% of its windows differ from the others" : s.why);
	return steady;
}

bool steady_check(struct experiment *x, uint64_t now_ns, char *ret, size_t size)
{
	const struct steady *t = &x->s->judging.steady;
	struct looking l = {.within = {0, now_ns + 1}};
	struct snapshot *s;
	bool steady = true;

	snprintf(ret, size, "out of memory");
	if (!t->given)
		return true;
	if (!t->n)
		return is_even(x, now_ns, ret, size);
	s = snapshot_take(x->measure);
	if (!s)
		return false;
	l.s = s;
	l.within.from_ns = t->before_ns ? now_ns - t->before_ns : x->began_ns;
	for (unsigned int i = 0; i < t->n && steady; i++) {
		struct condition *c = t->bounds[i].condition;
		char text[300];
		struct judged j;

		condition_evaluate(c, 0, ask_within, &l, &j);
		steady = j.truth == TRUTH_TRUE;
		if (!steady)
			snprintf(ret, size, "not steady before the first fault: %s",
				judged_text(c, &j, text, sizeof(text)));
	}
	snapshot_free(s);
	return steady;
}
