/* SPDX-License-Identifier: GPL-2.0 */
/* What an experiment came to; every output is made from this. */
#ifndef JINX_REPORT_H
#define JINX_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/histogram.h"
#include "kernel/plan.h"
#include "report/failures.h"

/* All but two are exit codes too, see verdict_exit(). */
enum verdict {
	VERDICT_UNSET, /* nobody has judged: that is a failure */
	VERDICT_DEVIATED = 1,
	VERDICT_UNSUPPORTED = 3,
	VERDICT_ABORTED = 4,
	VERDICT_INCONCLUSIVE = 5,
	VERDICT_FAILED = 6,
	VERDICT_HELD = 7, /* exits with 0 */
};

#define EXIT_USAGE 2

enum role { ROLE_BASELINE, ROLE_INJECT, ROLE_RECOVER };

struct phase_report {
	enum role role;
	bool reached;
	uint64_t duration_ns; /* how long it lasted */
	uint64_t operations, failed, unfinished;
	struct failures failures; /* how those failed */
	struct histogram latency; /* of all operations of the phase */
	uint64_t recovery_ns;	  /* recover phases; NOT_RECOVERED when it didn't happen */
};

#define NOT_RECOVERED UINT64_MAX

/* Of a target that is a command: how its first process ended. */
struct command_report {
	bool ended; /* by itself, not with the experiment */
	int status; /* as waitpid() has it */
};

struct report {
	const struct scenario *scenario;
	const struct plan *plan;
	const struct caps *caps;
	const char *id;
	uint64_t seed;
	enum verdict verdict;
	char reason[256];  /* of the verdict */
	uint64_t ready_ns; /* from the start of jinx to everything attached */
	uint64_t events_lost, missed;
	unsigned int n_notes;
	char **notes; /* what else happened: a target ended, a rule was left out */
	struct phase_report phases[MAX_PHASES];
	struct command_report commands[MAX_TARGETS];
	struct counters *counters; /* a row a binding of the plan */
	struct sleeps *sleeps;	   /* a row a rule of the plan; of delays */
};

/* An empty report of the experiment with this id, which may still change. NULL: out of memory. */
struct report *report_new(
	const struct scenario *s, const struct plan *plan, const char *id, uint64_t seed);
void report_free(struct report *r);

extern const char *const role_names[];
const char *verdict_name(enum verdict v);
/* The program's exit code. */
int verdict_exit(enum verdict v);

/* Numbers of a phase, in the units that reports use; NAN where there is nothing to tell. */
struct headline {
	uint64_t total_operations, successful_operations, failed_operations;
	double avg_latency_ms, p50_ms, p95_ms, p99_ms, max_latency_ms;
	double recovery_time_ms, throughput_ops_per_sec, success_rate;
};

void report_headline(const struct phase_report *p, struct headline *ret);

void report_note(struct report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How exact the delays of a rule were: quantiles of actual - wanted, in microseconds. */
struct lateness {
	double p50_us, p99_us, avg_us, max_us; /* NAN when there were none */
};

void report_lateness(const struct sleeps *s, struct lateness *ret);

/* As a shell has it: the exit code, or 128 and the signal; -1: the command didn't end by itself. */
int report_exit_code(const struct command_report *c);

/* All injections of the experiment so far. */
uint64_t report_injected(const struct report *r);

/* The final table. */
void report_print(const struct report *r, FILE *to);

/* The report as JSON, to be freed. NULL: out of memory. */
char *report_json(const struct report *r);

/* One injection as a line of JSON; `ret` has room for EVENT_LINE_SIZE bytes. Returns its length. */
#define EVENT_LINE_SIZE 512
size_t event_line(const struct event *e, const struct plan *plan, char *ret);

/* What a quantity of suppressed calls is made of: "12 chance, 3 limit"; "-" when there are none. */
void report_suppressed(const struct counters *c, char *ret, size_t size);

#endif
