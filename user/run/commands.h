/* SPDX-License-Identifier: GPL-2.0 */
/* Targets that end: commands, and processes that were given by their pids. */
#ifndef JINX_COMMANDS_H
#define JINX_COMMANDS_H

#include "target/target.h"

struct experiment;

struct commands {
	unsigned int running; /* of which something still runs */
	struct waited {
		struct experiment *experiment;
		unsigned int target; /* index */
		struct source *end;
	} all[MAX_TARGETS];
};

/* Waits for their ends. 0 or -errno. */
int commands_begin(struct experiment *x);

#endif
