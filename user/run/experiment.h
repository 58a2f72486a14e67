/* SPDX-License-Identifier: GPL-2.0 */
/* An experiment: a plan carried out along the scenario's timeline. */
#ifndef JINX_EXPERIMENT_H
#define JINX_EXPERIMENT_H

#include "report/report.h"

struct experiment_options {
	uint64_t started_ns; /* when jinx started (CLOCK_MONOTONIC) */
	const char *events_path, *json_path, *record_path, *replay_path; /* NULL: not wanted */
	uint32_t events_size; /* of the ring buffer, as engine_options */
	bool observe;	      /* nothing is carried out, only counted */
	bool pass_exit_code;  /* the command's, where jinx itself hasn't failed */
	bool quiet;	      /* no live view and no table */
	int ready_fd;	      /* told the experiment's id once its first phase has begun; 0: none */
	FILE *table;	      /* where the final table goes */
};

#define DEFAULT_EVENTS_SIZE (1u << 22)

/*
 * Runs the scenario to its end and reports. Returns the exit code: a verdict, or
 * EXIT_USAGE when a target isn't there. Logs what goes wrong.
 */
int experiment_run(const struct scenario *s, const struct plan *plan, const struct caps *caps,
	const struct experiment_options *options);

#endif
