/* SPDX-License-Identifier: GPL-2.0 */
/* What an experiment writes: the report, events, a recording, the table, the terminal. */
#ifndef JINX_OUTPUTS_H
#define JINX_OUTPUTS_H

#include "base/loop.h"
#include "base/output.h"
#include "kernel/engine.h"
#include "measure/snapshot.h"
#include "run/before_failure.h"
#include "run/experiment.h"

struct outputs {
	struct output *reports[NR_OUTPUTS]; /* files of formats; NULL: not wanted */
	struct output *events, *record;	    /* likewise */
	struct output *terminal;	    /* stderr: messages and the live view */
	struct output *table;		    /* stdout, or the terminal */
	const struct plan *plan;
	struct engine *engine;
	struct source *more;	       /* a timer: there may be events, and room for them */
	struct before_failure *before; /* NULL: nobody asks for it */
	bool full;		       /* events can't be taken until a reader goes on */
};

/* From here to outputs_close() what is logged goes to the terminal without waiting. 0 or -ENOMEM.
 */
int outputs_begin(struct outputs *o, const struct experiment_options *options);

/* The files that were named. 0, or -EINVAL with *why. */
int outputs_open(struct outputs *o, const struct experiment_options *options,
	const struct plan *plan, struct error *why);

/* Takes events from now on, and writes what can be written without waiting. 0 or -errno. */
int outputs_start(struct outputs *o, struct loop *l, struct engine *engine);

/* Takes the events that there are, as far as there is room for them. */
void outputs_take(struct outputs *o);

/*
 * The events that are left, then the report, to wherever it is wanted. Waits for slow readers
 * until `cancel` is readable. False: something is not complete, and it was said what.
 */
bool outputs_publish(struct outputs *o, const struct experiment_options *options,
	const struct snapshot *s, int cancel);

/* Waits likewise for the terminal. */
void outputs_close(struct outputs *o, int cancel);

#endif
