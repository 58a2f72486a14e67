/* SPDX-License-Identifier: GPL-2.0 */
/* From the first phase to the last: the loop in which an experiment happens. */
#ifndef JINX_TIMELINE_H
#define JINX_TIMELINE_H

#include "kernel/engine.h"
#include "run/experiment.h"
#include "run/helper.h"
#include "run/load.h"
#include "run/outputs.h"
#include "run/recovery.h"
#include "target/target.h"

#define MAX_STOPPERS 8

/* What experiment.c prepares and releases, and timeline.c works with. */
struct experiment {
	const struct scenario *s;
	const struct experiment_options *options;
	struct report *report;
	struct targets targets;
	struct engine *engine;
	struct helper *helper;
	int oom_score; /* before jinx raised its own */
	struct load *load;
	struct recovery recovery;
	int epoll, signals, control;
	int beside;	      /* tells of cgroups beside the targets' */
	uint64_t searched_ns; /* when targets that are gone were looked for everywhere */
	uint64_t returned_ns[MAX_TARGETS];
	struct error astray[MAX_TARGETS]; /* why a target that is gone isn't back */
	struct outputs out;
	bool backlog; /* there may be more events, and room for them */
	unsigned int phase;
	uint64_t phase_began_ns, began_ns, ticked_ns;
	bool over;
	unsigned int commands;			/* still running */
	unsigned int noticed[NR_NOTICES];	/* targets of which it was told, a bit each */
	int n_stoppers, stoppers[MAX_STOPPERS]; /* they wait for our end */
};

/*
 * Everything is attached and disarmed: goes through the phases, then detaches. The results are in
 * the report; its verdict is HELD unless something ended the experiment.
 */
void timeline_run(struct experiment *x);

#endif
