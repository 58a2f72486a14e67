/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is measured while an experiment runs: the live state, which the loop fills. Who wants to
 * tell of it takes a snapshot (measure/snapshot.h).
 */
#ifndef JINX_MEASURE_H
#define JINX_MEASURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/histogram.h"
#include "kernel/plan.h"
#include "measure/injections.h"
#include "measure/failures.h"
#include "measure/outside.h"
#include "measure/pressure.h"
#include "measure/role.h"
#include "measure/steadiness.h"
#include "measure/taken.h"
#include "measure/verify.h"
#include "measure/verdict.h"

/* A phase, with the operations of all workloads; or of one of them. */
struct phase_report {
	enum role role;
	bool reached;
	bool cut_short;	      /* it ended before its time */
	uint64_t began_ns;    /* CLOCK_MONOTONIC */
	uint64_t duration_ns; /* how long it lasted */
	uint64_t operations, failed, unfinished;
	uint64_t indeterminate;	  /* of those that failed: nobody knows whether they took effect */
	struct failures failures; /* how those failed */
	struct histogram latency; /* of all operations of the phase */
	uint64_t recovery_ns;	  /* recover phases; NOT_RECOVERED when it didn't happen */
	uint64_t last_failure_ns; /* likewise: the first success that no failure followed */
};

#define NOT_RECOVERED UINT64_MAX

/* What an expectation of the scenario has come to. */
struct expectation_report {
	bool settled; /* it will not be asked again */
	struct judged judged;
};

/* A guard that has stopped the experiment. */
struct guard_report {
	bool fired;
	uint64_t at_ns; /* since the first phase began */
	struct judged judged;
};

/* Of a target that is a command: how its first process ended. */
struct command_report {
	bool ended; /* by itself, not with the experiment */
	int status; /* as waitpid() has it */
};

/* A workload's part of each phase; recovery_ns is of all workloads together, and not here. */
struct workload_report {
	struct phase_report phases[MAX_PHASES];
	uint64_t late, dropped; /* open-loop: for want of a worker */
	struct samples samples;
	struct ledger ledger;
	struct verified verified;
};

struct measure {
	const struct scenario *scenario;
	const struct plan *plan;
	const struct caps *caps;
	const char *id;
	uint64_t seed;
	struct judgement judgement;
	uint64_t ready_ns; /* from the start of jinx to everything attached */
	uint64_t events_lost, missed;
	unsigned int n_notes;
	char **notes; /* what else happened: a target ended, a rule was left out */
	struct phase_report phases[MAX_PHASES];
	struct workload_report *workloads; /* by their numbers */
	uint64_t began_ns;		   /* the first phase did; CLOCK_MONOTONIC */
	int64_t began_at;		   /* the same, in seconds since 1970 */
	const char *host;
	char not_steady[256]; /* what `steady` wants was not so before the first fault; "": it was
			       */
	bool show_commands;   /* with their arguments */
	bool observed;	      /* nothing was to be injected (--dry-run observe) */
	const char *untimed[NR_CODE_POINTS]; /* why calls of a function are counted alone; NULL */
	bool rested; /* after the last phase it went on without faults, to see it recover */
	struct steadiness *steadiness;		 /* a row a workload; NULL until the end */
	struct expectation_report *expectations; /* a row each of the scenario's */
	struct guard_report guards[MAX_GUARDS];
	struct command_report commands[MAX_TARGETS];
	struct target_report targets[MAX_TARGETS];
	struct probe_report *probes; /* by their numbers */
	struct log_report *logs;
	bool ledgers_full;	      /* verifications lack operations */
	struct injections injections; /* as time went on */
	struct counters *counters;    /* a row a binding of the plan */
	struct sleeps *sleeps;	      /* a row a rule of the plan; of delays */
	struct shaped *shaped;	      /* the same; of packets that are shaped */
	struct pressure *pressure;    /* a row a phase of each target */
	struct taken *taken;	      /* the same; of what `exhaust` uses up */
	struct meter_row *calls;      /* rows of the plan's meters (kernel/plan_meters.h) */
};

/* An empty report of the experiment with this id, which may still change. NULL: out of memory. */
struct measure *measure_new(
	const struct scenario *s, const struct plan *plan, const char *id, uint64_t seed);
void measure_free(struct measure *r);

/* What a workload has done in a phase. */
struct phase_report *measure_load(struct measure *r, unsigned int workload, unsigned int phase);

/* Numbers of a phase, in the units that reports use; NAN where there is nothing to tell. */
struct headline {
	uint64_t total_operations, successful_operations, failed_operations;
	double avg_latency_ms, p50_ms, p95_ms, p99_ms, max_latency_ms;
	double recovery_time_ms, throughput_ops_per_sec, success_rate;
};

void measure_headline(const struct phase_report *p, struct headline *ret);

/* Recovery and what belongs to it, once everything has ended. 0 or -ENOMEM. */
int measure_steadiness(struct measure *r, uint64_t end_ns);

/* What the scenario says counts as steady, and when it was to be. `end_ns`: until then. */
void measure_question(const struct measure *r, uint64_t end_ns, struct steadiness_question *ret);

void measure_note(struct measure *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How exact the delays of a rule were: quantiles of actual - wanted, in microseconds. */
struct lateness {
	double p50_us, p99_us, avg_us, max_us; /* NAN when there were none */
};

void measure_lateness(const struct sleeps *s, struct lateness *ret);

/* As a shell has it: the exit code, or 128 and the signal; -1: the command didn't end by itself. */
int measure_exit_code(const struct command_report *c);

/* All injections of the experiment so far. */
uint64_t measure_injected(const struct measure *r);

#endif
