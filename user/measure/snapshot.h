/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an experiment has come to at one moment: made once and never changed, and all of it its own,
 * so that it can be kept and compared. Outputs and judges read this and nothing else.
 */
#ifndef JINX_SNAPSHOT_H
#define JINX_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../bpf/abi.h"
#include "base/histogram.h"
#include "measure/injections.h"
#include "measure/failures.h"
#include "measure/kept.h"
#include "measure/metrics.h"
#include "base/error.h"
#include "expect/expect.h"
#include "measure/role.h"
#include "measure/samples.h"
#include "measure/steadiness.h"
#include "measure/trend.h"
#include "measure/snapshot_calls.h"
#include "measure/verdict.h"
#include "measure/verify.h"

struct measure;

struct snapshot_phase {
	char *name;
	enum role role;
	bool reached, cut_short;
	uint64_t began_ns, ended_ns; /* CLOCK_MONOTONIC; one that goes on: when it was taken */
	struct failures failures;    /* how operations failed */
};

/* An expectation as it was written, and what it came to. */
struct snapshot_expectation {
	char *name, *text;  /* text: of a program its arguments */
	char *about;	    /* as it was understood */
	char *relation;	    /* "<=", "" */
	char *criterion;    /* the set that it comes from; NULL: none */
	struct place place; /* in the scenario's file; line 0: it is of none */
	bool optional;
	struct judged judged;
};

struct snapshot_guard {
	char *text;
	bool fired;
	double at_s; /* since the first phase began */
	struct judged judged;
};

struct snapshot_workload {
	char *name, *kind;	   /* kind: "exec" */
	double rate;		   /* operations a second; 0: a closed loop */
	struct failures *failures; /* a row a phase */
	struct samples samples;
	struct verified verified;
};

struct snapshot_probe {
	char *name, *kind;
	struct samples history;
	struct failures failures;
	uint64_t outage_ns; /* when the outage under way began; 0: there is none */
	char *why;	    /* why it could not be asked, the last time; "" */
};

struct snapshot_log {
	char *name;
	struct kept kept;
	char *why; /* it can't be read; "" */
};

struct snapshot_target {
	char *name;
	bool is_command;
	bool looked; /* its numbers mean something */
};

struct snapshot_rule {
	char *text;  /* in words */
	char *fault; /* the fault alone, in few: "fail EIO at exit" */
	char *kind;  /* "fail" */
	unsigned int phase, target;
	bool refused; /* it was left out */
	char *reason; /* why; "" */
	bool sleeps;  /* its metrics of delays mean something */
	bool shapes;  /* those of packets do */
	bool takes;   /* those of what it uses up do */
	unsigned int first_binding, n_bindings;
};

struct snapshot_binding {
	unsigned int rule;
	char *point, *mechanism;
	__u64 by_reason[NR_REASONS]; /* what became of the calls that matched */
};

/* The numbers of a metric, one for each of its scope; by its kind. */
union snapshot_numbers {
	uint64_t *counts;
	double *values;
	struct histogram *histograms;
};

struct snapshot {
	char id[8];
	char *name, *about; /* about: NULL when the scenario has none */
	char *kernel;	    /* its release */
	uint64_t seed;
	struct judgement judgement;
	unsigned int n_phases, n_workloads, n_probes, n_logs, n_targets, n_rules, n_bindings,
		n_notes, n_calls, n_unmeasured;
	bool names_workloads; /* there may be several */
	struct snapshot_phase *phases;
	struct snapshot_workload *workloads;
	struct snapshot_probe *probes;
	struct snapshot_log *logs;
	uint64_t taken_ns; /* CLOCK_MONOTONIC */
	struct snapshot_target *targets;
	struct snapshot_rule *rules;
	struct snapshot_binding *bindings;
	struct snapshot_calls *calls;
	struct snapshot_unmeasured *unmeasured;
	char **notes;
	uint64_t began_ns;	       /* the first phase did; CLOCK_MONOTONIC */
	struct injections *injections; /* of injections */
	unsigned int n_samples, n_expectations, n_guards;
	struct samples *samples;       /* a row a workload */
	struct steadiness *steadiness; /* likewise; NULL before the end */
	struct snapshot_expectation *expectations;
	struct snapshot_guard *guards;
	char started_at[24]; /* "2026-01-31T12:00:00", UTC */
	int64_t began_at;    /* the same, in seconds since 1970 */
	char host[65];
	/* Why nothing can be said of what the faults did: before them nothing worked, or it was not
	 * as `steady` wants it. "": nothing speaks against it. */
	char not_steady[256];
	char *file;	    /* the scenario's; NULL: it is of none */
	double slo_success; /* what is promised; 0: nothing */
	uint64_t slo_latency_ns, slo_window_s;
	bool has_faults, observed;
	struct trend *trend; /* NULL: there were no earlier runs */
	union snapshot_numbers numbers[NR_METRICS];
};

/* What was measured from outside (snapshot_outside.c); false: out of memory. */
bool snapshot_take_outside(struct snapshot *s, const struct measure *m);
void snapshot_free_outside(struct snapshot *s);
/* "p99 <= 400ms: 812ms, n = 87": with the value and, of what is unknown, the reason. Returns ret.
 */
const char *expectation_text(const struct snapshot_expectation *e, char *ret, size_t size);

/* The part of snapshot_take() that is about judging. 0 or -ENOMEM. */
int snapshot_take_judging(struct snapshot *s, const struct measure *m);
void snapshot_free_judging(struct snapshot *s);

/* NULL: out of memory. */
struct snapshot *snapshot_take(const struct measure *m);
void snapshot_free(struct snapshot *s);

/*
 * How many there are of a scope. Of workloads: one a phase of each, whose number is workload *
 * n_phases + phase.
 */
unsigned int snapshot_size(const struct snapshot *s, enum metric_scope scope);

/* A counter; `index` is that of the phase, rule, ..., 0 for the run. */
uint64_t snapshot_count(const struct snapshot *s, enum metric_id m, unsigned int index);
/* A counter of the whole scope together. */
uint64_t snapshot_sum(const struct snapshot *s, enum metric_id m);
/* What a rule has injected, at all of its points. */
uint64_t snapshot_injected_by(const struct snapshot *s, unsigned int rule);
/*
 * What has had an effect of that: none if the rule was to use up something and never held any. Of a
 * rule, and of all of them.
 */
uint64_t snapshot_fired_by(const struct snapshot *s, unsigned int rule);
uint64_t snapshot_fired(const struct snapshot *s);
/* A gauge, or a counter as a real number. */
double snapshot_value(const struct snapshot *s, enum metric_id m, unsigned int index);

#endif
