/* SPDX-License-Identifier: GPL-2.0 */
/* A run of a suite: a scenario, or one combination of its matrix. */
#ifndef JINX_ITEM_H
#define JINX_ITEM_H

#include <jansson.h>

#include "measure/verdict.h"
#include "scenario/scenario.h"

enum item_state { ITEM_WAITS, ITEM_RUNS, ITEM_ENDED, ITEM_LEFT_OUT };

struct item {
	char *file;
	char *category;	    /* the folder that the file is in */
	char *name;	    /* the scenario's, with what varies: "slow [delay=100ms]" */
	struct scenario *s; /* NULL: it can't be read */
	unsigned int combination;
	char series[8]; /* of its file, see struct options; "": none */
	bool alone;	/* nothing else may run beside it */
	enum item_state state;
	enum verdict verdict;
	bool pardoned; /* --inconclusive pass: it doesn't count */
	char reason[400];
	json_t *report; /* NULL: there is none */
	uint64_t began_ns, ended_ns;
	uint64_t limit_ns; /* it has not ended by then: it hangs */
	unsigned int kills;
	int pid, pidfd, log, json; /* while it runs; -1 */
};

struct items {
	unsigned int n;
	struct item *all;
};

/* Whether an experiment of the one would be in the other's: a target of both. */
bool shares_target(const struct scenario *a, const struct scenario *b);

/* It judges time, CPU or memory, so that what runs beside it would be judged too; or it says so. */
bool wants_to_be_alone(const struct scenario *s);

/* Longer than it can take if it ends by itself. */
uint64_t longest_time_ns(const struct scenario *s);

/* The number of the one that is to begin now, with at most `jobs` at a time; -1: none. */
int schedule_next(const struct items *items, unsigned int jobs);

/* The exit code of all: of the worst that counts. */
int worst_exit_code(const struct items *items);

/* Of an ended process: from its exit code, what it has printed, and its report. With `prove` the
 * faults were left out. */
void item_judge(struct item *it, int exit_code, const char *printed, bool prove);

void items_free(struct items *items);

#endif
