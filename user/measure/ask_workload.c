// SPDX-License-Identifier: GPL-2.0
/* Of the operations of one workload, or of all together: docs/judging.md has the definitions. */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "measure/ask.h"

/* A start so much after the plan is late. */
#define LATE_NS 1000000ull
#define LEAST_STALL_NS 1000000000ull
#define STALL_GAPS 5

struct asking {
	const struct snapshot *s;
	const struct metric *m;
	struct selection which; /* operations by the phase that they count to; a guard's by end */
	const struct span *within;
	unsigned int first, last; /* workloads */
};

static void tally(const struct asking *a, const struct selection *which, struct tally *ret)
{
	struct tally one;

	*ret = (struct tally){};
	for (unsigned int i = a->first; i <= a->last; i++) {
		samples_tally(&a->s->samples[i], which, &one);
		for (int r = 0; r < NR_SAMPLE_RESULTS; r++)
			ret->n[r] += one.n[r];
	}
}

static void ask_counts(const struct asking *a, struct measured *ret)
{
	const char *name = a->m->row->name;
	struct tally t;
	uint64_t n;

	tally(a, &a->which, &t);
	n = tally_operations(&t);
	if (!strcmp(name, "operations"))
		answer(ret, n, n);
	else if (!strcmp(name, "ok"))
		answer(ret, t.n[SAMPLE_OK], n);
	else if (!strcmp(name, "failed"))
		answer(ret, t.n[SAMPLE_FAILED] + t.n[SAMPLE_INDETERMINATE], n);
	else if (!strcmp(name, "indeterminate"))
		answer(ret, t.n[SAMPLE_INDETERMINATE], n);
	else if (!n)
		answer_unknown(ret, "there were no operations");
	else if (!strcmp(name, "success_rate"))
		answer(ret, (double)t.n[SAMPLE_OK] / n, n);
	else
		answer(ret, 1 - (double)t.n[SAMPLE_OK] / n, n);
}

/* Spans of the phases in question, or the guard's; in `all` one from the first to the last. */
static unsigned int spans_of(const struct asking *a, struct span ret[])
{
	unsigned int n = 0;

	if (a->within) {
		ret[0] = *a->within;
		return 1;
	}
	for (unsigned int i = 0; i < a->s->n_phases; i++) {
		const struct snapshot_phase *p = &a->s->phases[i];

		if (!(a->which.phases >> i & 1))
			continue;
		if (n && a->m->scope == SCOPE_ALL)
			ret[0].to_ns = p->ended_ns;
		else
			ret[n++] = (struct span){p->began_ns, p->ended_ns};
	}
	return n;
}

/* By the end of operations: what began before and succeeded in it is its throughput. */
static void ask_throughput(const struct asking *a, struct measured *ret)
{
	struct span spans[32];
	unsigned int n = spans_of(a, spans);
	uint64_t length = 0, ok = 0;
	struct tally t;

	for (unsigned int i = 0; i < n; i++) {
		struct selection which = {ALL_PHASES, spans[i].from_ns, spans[i].to_ns};

		if (spans[i].to_ns <= spans[i].from_ns)
			continue;
		tally(a, &which, &t);
		ok += t.n[SAMPLE_OK];
		length += spans[i].to_ns - spans[i].from_ns;
	}
	if (!length)
		answer_unknown(ret, "the phase had no length");
	else
		answer(ret, ok * 1e9 / length, ok ?: 1); /* none is a throughput of 0 */
}

static int collect(const struct asking *a, struct latencies *ret)
{
	int err = 0;

	for (unsigned int i = a->first; i <= a->last && !err; i++)
		err = latencies_add(ret, &a->s->samples[i], &a->which, a->m->all);
	if (!err)
		latencies_sort(ret);
	return err;
}

static void answer_latency(const struct asking *a, const struct latencies *l, struct measured *ret)
{
	const char *name = a->m->row->name;
	bool more = false;
	uint64_t ns = 0;
	double sum = 0, n = 0;

	if (!strcmp(name, "avg")) {
		/* What timed out has no length that could be part of it. */
		for (size_t i = 0; i < l->n && !(l->all[i].ns & LATENCY_IS_MORE); i++) {
			sum += (double)l->all[i].ns * l->all[i].count;
			n += l->all[i].count;
		}
		if (n > 0)
			answer(ret, sum / n, n);
		else
			answer_unknown(ret, "no operation succeeded");
		return;
	}
	latencies_quantile(l,
		!strcmp(name, "min")   ? 0
		: !strcmp(name, "max") ? 1
				       : a->m->quantile,
		&ns, &more);
	answer(ret, ns, l->operations);
	ret->more = more;
}

static void ask_latency(const struct asking *a, struct measured *ret)
{
	struct latencies l = {};

	if (collect(a, &l))
		answer_unknown(ret, "out of memory");
	else if (!l.n)
		answer_unknown(
			ret, a->m->all ? "there were no operations" : "no operation succeeded");
	else
		answer_latency(a, &l, ret);
	latencies_done(&l);
}

/* Longer than that without a success is a stall: of a workload, by its own baseline. */
static uint64_t stall_of(const struct asking *a, unsigned int workload)
{
	uint64_t gap = 0, most = LEAST_STALL_NS;
	int err;

	for (unsigned int i = 0; i < a->s->n_phases; i++) {
		const struct snapshot_phase *p = &a->s->phases[i];

		if (p->role != ROLE_BASELINE || !p->reached)
			continue;
		gap = median_gap(&a->s->samples[workload], p->began_ns, p->ended_ns, &err);
		if (STALL_GAPS * gap > most)
			most = STALL_GAPS * gap;
	}
	return most;
}

static void ask_stalls(const struct asking *a, struct measured *ret)
{
	struct span spans[32];
	unsigned int n = spans_of(a, spans);
	struct stalls one, all = {};

	for (unsigned int w = a->first; w <= a->last; w++)
		for (unsigned int i = 0; i < n; i++) {
			stalls_between(&a->s->samples[w], spans[i].from_ns, spans[i].to_ns,
				stall_of(a, w), &one);
			all.n += one.n;
			if (one.longest_ns > all.longest_ns)
				all.longest_ns = one.longest_ns;
		}
	answer(ret, !strcmp(a->m->row->name, "stalls") ? all.n : all.longest_ns, 1);
}

static void ask_late(const struct asking *a, struct measured *ret)
{
	uint64_t late = 0, n = 0;

	for (unsigned int w = a->first; w <= a->last; w++) {
		const struct samples *s = &a->s->samples[w];

		for (size_t i = 0; i < s->n; i++) {
			const struct sample *one = sample_at(s, i);

			if (!sample_is_in(one, &a->which))
				continue;
			n += sample_count(s, one);
			if (one->start_ns > one->planned_ns + LATE_NS)
				late += sample_count(s, one);
		}
	}
	answer(ret, late, n);
}

/* Of the whole run: when an operation that never began would have ended nobody knows. */
static void ask_dropped(const struct asking *a, struct measured *ret)
{
	uint64_t n = 0;

	for (unsigned int w = a->first; w <= a->last; w++)
		n += snapshot_count(a->s, METRIC_load_dropped, w);
	answer(ret, n, 1);
}

static const struct {
	const char *name;
	void (*ask)(const struct asking *a, struct measured *ret);
} rows[] = {
	{"operations", ask_counts},
	{"ok", ask_counts},
	{"failed", ask_counts},
	{"indeterminate", ask_counts},
	{"success_rate", ask_counts},
	{"error_rate", ask_counts},
	{"throughput", ask_throughput},
	{"avg", ask_latency},
	{"min", ask_latency},
	{"max", ask_latency},
	{"p", ask_latency},
	{"stalls", ask_stalls},
	{"longest_stall", ask_stalls},
	{"late", ask_late},
	{"dropped", ask_dropped},
};

void ask_workload(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	bool one = m->object >= 0;
	/* A guard's window is that of the metrics that name no other time. */
	struct asking a = {.s = s,
		.m = m,
		.within = m->scope == SCOPE_INJECT ? within : NULL,
		.first = one ? m->object : 0,
		.last = (one ? (unsigned int)m->object + 1 : s->n_samples) - 1};

	if (!s->n_samples) {
		answer_unknown(ret, "there is no workload");
		return;
	}
	if (a.within)
		a.which = (struct selection){ALL_PHASES, within->from_ns, within->to_ns};
	else
		a.which.phases = ask_phases(s, m, ret);
	/* What went on after the last phase counts to none of them. */
	if (!a.within && m->scope == SCOPE_ALL && a.which.phases)
		a.which.phases = ALL_PHASES;
	for (size_t i = 0; i < ARRAY_SIZE(rows) && a.which.phases; i++)
		if (!strcmp(rows[i].name, m->row->name))
			rows[i].ask(&a, ret);
}
