/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language of expectations and guards: "p99(inject) <= 3 * p99(baseline)". A condition is
 * parsed and typed when the scenario is read, and evaluated on what was measured; it comes to true,
 * false or unknown. Knows nothing of where the numbers come from.
 */
#ifndef JINX_EXPECT_H
#define JINX_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Times are in nanoseconds, rates a second, ratios from 0 to 1. */
enum dimension { DIMENSION_NUMBER, DIMENSION_RATIO, DIMENSION_TIME, DIMENSION_RATE };

/* What stands before the metric's name, and so whose metric it is. */
enum metric_subject {
	OF_WORKLOAD, /* "p99", or "workload.NAME.p99" */
	OF_RUN,	     /* "recovery_time", "lost" */
	OF_RULES,    /* "injected", "injected[fsync]", "calls[read]" */
	OF_PROBE,    /* "probe.NAME.failures" */
	OF_TARGET,   /* "target.NAME.restarts", or "restarts" */
	OF_LOG,	     /* "log.NAME(\"regex\")" */
};

/* How its value may change while an experiment goes on. */
enum course {
	CHANGES,
	GROWS, /* it never becomes less */
};

/* What the scenario has to have: nothing, a promise (`slo`), a workload's `verify`. */
enum metric_need { NEEDS_NOTHING, NEEDS_SLO, NEEDS_VERIFY };

struct metric_row {
	const char *name; /* "p" stands for every pNN; "log" has no name behind NAME */
	enum metric_subject subject;
	enum dimension dimension;
	enum course course;
	bool whole; /* without a scope it means the whole run, else the inject phases */
	enum metric_need needs;
	bool pooled; /* OF_TARGET: without a name it is of all targets */
};

extern const struct metric_row expect_metrics[];
extern const size_t n_expect_metrics;

enum scope_kind { SCOPE_INJECT, SCOPE_BASELINE, SCOPE_RECOVER, SCOPE_ALL, SCOPE_PHASE };

struct metric {
	const struct metric_row *row;
	double quantile; /* of pNN: 0.99 */
	bool all;	 /* "latency.all.p99": failed operations too */
	enum scope_kind scope;
	unsigned int phase; /* SCOPE_PHASE: which */
	int object;	   /* the probe, target, log or workload by number; -1: no name was given */
	unsigned int rule; /* [2]: 1-based; 0: none was named */
	int point;	   /* [fsync]: its number; -1: none was named */
	int error;	   /* [write, ENOSPC]: 28; 0: none was named */
	bool natural;	   /* [fsync, natural]: without what was injected */
	char *pattern;	   /* of a log */
};

/* "calls[read]", "errors[write, ENOSPC]" */
bool metric_counts_calls(const struct metric *m);

/* What there is in a scenario. A name's number is its index. */
struct names {
	const char *const *phases, *const *probes, *const *targets, *const *logs, *const *workloads;
	unsigned int n_phases, n_probes, n_targets, n_logs, n_workloads, n_rules;
	/* A point of this name, and an errno; -1 when there is none. */
	int (*point)(const char *name);
	int (*error)(const char *name);
	/* And back. */
	const char *(*point_name)(int point);
	const char *(*error_name)(int error);
};

enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

extern const char *const truth_names[]; /* "false", "unknown", "true" */

struct condition;
struct judged;

/*
 * Parses and types a condition. 0; -EINVAL with the reason in *why, whose place.column is the
 * character in the text (1-based) and whose line is 1; -ENOMEM.
 */
int condition_parse(
	const char *text, const struct names *names, struct condition **ret, struct error *why);
void condition_free(struct condition *t);

/* As it was written. */
const char *condition_text(const struct condition *t);

/* "<=" */
const char *condition_relation(const struct condition *t);

/* As it was understood: "p99 of the inject phases <= 3 * p99 of the baseline phases". Returns ret.
 */
const char *condition_describe(
	const struct condition *t, const struct names *names, char *ret, size_t size);

/* It asks about injections itself, so that none is an answer. */
bool condition_is_about_injections(const struct condition *t);

/* It asks how many there were; eligible and matched are counted in a dry run, too. */
bool condition_asks_injected(const struct condition *t);

/* It compares what only grows with a number, so that it can become true, and never false again. */
bool condition_only_grows(const struct condition *t);
/* The other way round: once it is false it stays so. */
bool condition_only_falls(const struct condition *t);

/* It asks for what is known at the end only: recovery, loss, budgets. */
bool condition_is_of_run(const struct condition *t);

/* It is false, and whatever else happens it stays so. */
bool condition_is_lost(const struct condition *t, const struct judged *j);

/* It is "METRIC <op> number": true, with the number. */
bool condition_bound(const struct condition *t, const char *metric, double *ret);

/* Calls f for each metric that it needs. */
void condition_metrics(
	const struct condition *t, void (*f)(const struct metric *m, void *context), void *context);

/*
 * What it comes to whatever happens: false ("success_rate > 100%"), true ("ok >= 0"), or unknown:
 * that depends. The first is an error already when it is parsed.
 */
enum truth condition_foregone(const struct condition *t);

/* A value that was measured, or why there is none. Infinite is a value: it never happened. */
struct measured {
	bool known;
	double value;
	bool more;     /* it is at least that: operations timed out */
	uint64_t n;    /* of how many samples; 0 where that means nothing */
	char why[160]; /* not known: the reason, "no operation ended in it" */
};

typedef void (*measure_function)(const struct metric *m, void *context, struct measured *ret);

/* What a condition came to. */
struct judged {
	enum truth truth;
	double left, right; /* NAN where unknown */
	double least;	    /* of the left side, which is infinite, this is known; 0: nothing */
	enum dimension dimension;
	uint64_t n;    /* the least n of its metrics; 0: none tells */
	char why[200]; /* unknown: the reason */
	/* The left side is a share of few: where it lies with 95 % confidence; high 0: not told. */
	double low, high;
};

/*
 * Evaluates a condition. `least` is how many samples each metric needs, 0 for the default: one, and
 * for pNN as many as make it more than the largest of them (100 for p99).
 */
void condition_evaluate(const struct condition *t, uint64_t least, measure_function f,
	void *context, struct judged *ret);

/* "812ms", "99.5%", "20/s", "3", "never". Returns ret. */
const char *value_text(double value, enum dimension d, char *ret, size_t size);

/* The left side's: ">= 2s" where more is not known. Returns ret. */
const char *judged_value_text(const struct judged *j, char *ret, size_t size);

/* "p99(refuse) <= 400ms: 812ms, n = 87", or with the reason of unknown. Returns ret. */
const char *judged_text(const struct condition *t, const struct judged *j, char *ret, size_t size);

#endif
