/* SPDX-License-Identifier: GPL-2.0 */
/* The logs of a scenario, line by line as they come. */
#ifndef JINX_LOGS_H
#define JINX_LOGS_H

#include "base/lines.h"
#include "run/tail.h"
#include "scenario/scenario.h"

struct experiment;
struct runner;
struct source;

struct logs {
	struct reader {
		struct experiment *experiment;
		unsigned int number;
		struct lines lines;
		struct tail tail;      /* of a file */
		struct runner *runner; /* journalctl, of a unit */
		int output;	       /* of a target: where what it prints comes from; -1 */
		struct source *readable, *look;
	} all[MAX_LOGS];
};

/* Reads from now on. 0 or -errno. */
int logs_begin(struct experiment *x);

/* What is there by now is read; a unit's is read as journalctl tells it. */
void logs_look(struct experiment *x);

/* Everything has ended: what is there by now is read. */
void logs_finish(struct experiment *x);

void logs_release(struct experiment *x);

#endif
