/* SPDX-License-Identifier: GPL-2.0 */
/* What hooks read: docs/hooks.md, docs/hook.schema.json. */
#ifndef JINX_HOOK_STATE_H
#define JINX_HOOK_STATE_H

#include <jansson.h>

#include "scenario/scenario.h"

struct snapshot;

struct hook_state {
	enum run_hook hook;
	const struct scenario *s;
	bool dry_run;
	const char *id;		       /* NULL: it has none yet */
	int phase;		       /* -1: it is about the run */
	const char *verdict, *reason;  /* NULL: it has not ended */
	const struct snapshot *report; /* NULL: nothing was measured */
};

/* A file in memory that has it as JSON; -errno. */
int hook_state_file(const struct hook_state *h);

/* The JSON Schema of it (draft 2020-12). */
json_t *hook_schema_make(void);

#endif
