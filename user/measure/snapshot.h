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
#include "measure/failures.h"
#include "measure/metrics.h"
#include "measure/role.h"
#include "measure/snapshot_calls.h"
#include "measure/verdict.h"

struct measure;

struct snapshot_phase {
	char *name;
	enum role role;
	bool reached;
	struct failures failures; /* how operations failed */
};

struct snapshot_workload {
	char *name;
	struct failures *failures; /* a row a phase */
};

struct snapshot_target {
	char *name;
	bool is_command;
};

struct snapshot_rule {
	char *text;  /* in words */
	char *fault; /* the fault alone, in few: "fail EIO at exit" */
	char *kind;  /* "fail" */
	unsigned int phase, target;
	bool refused; /* it was left out */
	char *reason; /* why; "" */
	bool sleeps;  /* its metrics mean something */
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
	unsigned int n_phases, n_workloads, n_targets, n_rules, n_bindings, n_notes, n_calls,
		n_unmeasured;
	bool names_workloads; /* there may be several */
	struct snapshot_phase *phases;
	struct snapshot_workload *workloads;
	struct snapshot_target *targets;
	struct snapshot_rule *rules;
	struct snapshot_binding *bindings;
	struct snapshot_calls *calls;
	struct snapshot_unmeasured *unmeasured;
	char **notes;
	union snapshot_numbers numbers[NR_METRICS];
};

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
/* A gauge, or a counter as a real number. */
double snapshot_value(const struct snapshot *s, enum metric_id m, unsigned int index);

#endif
