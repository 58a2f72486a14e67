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
/* Tells of those that the end of a quick verb cuts off; in a scenario servers are ended so, and all
 * is well. */
void commands_tell_running(struct experiment *x);

#endif
