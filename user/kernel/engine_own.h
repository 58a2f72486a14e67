/* SPDX-License-Identifier: GPL-2.0 */
/* The engine from inside, for the two files that it is in. */
#ifndef JINX_ENGINE_OWN_H
#define JINX_ENGINE_OWN_H

#include "kernel/attach.h"
#include "kernel/engine.h"
#include "kernel/ring.h"

struct engine {
	struct jinx_bpf *skel;
	const struct plan *plan;
	struct ring *ring; /* NULL: nobody wants to know of events */
	struct links links;
	unsigned int slot[MAX_TARGETS]; /* of each target in the kernel side's tables */
	bool looks_up;			/* rules name paths */
	struct gate *gate;		/* NULL when the plan has no delays that sleep */
	struct detours *detours;	/* NULL when it shapes no packets */
	struct losses *losses;		/* NULL when it loses none at devices */
	struct queues *queues;		/* NULL when it does neither */
	struct meter_rows *meters;	/* NULL when the plan measures nothing */
	uint64_t missed;		/* by links that are gone */
	uint64_t *left;			/* a row a binding: delays that clones never took over */
};

/* From the opened object to everything attached, and disarmed. 0 or -errno. */
int engine_set_up(struct engine *e, const struct targets *t, const struct engine_options *options,
	struct error *why);

#endif
