// SPDX-License-Identifier: GPL-2.0
#include "run/acts.h"

#include "base/log.h"
#include "keeper/stage.h"
#include "run/parts.h"

static void forsaken(struct experiment *x)
{
	unsigned int n;

	if (!x->acts.any) {
		experiment_end(x, VERDICT_FAILED,
			"the keeper has died: nobody follows the target any more");
		return;
	}
	n = journal_undo(x->targets.janitor.journal);
	log_debug("the keeper is gone, and %u of what it did had to be undone", n);
	experiment_end(x, VERDICT_FAILED, "the keeper has died: what it did has been undone");
}

static void on_end(uint32_t events, void *context)
{
	struct experiment *x = context;

	(void)events;
	loop_remove(x->acts.end);
	x->acts.end = NULL;
	forsaken(x);
}

int acts_begin(struct experiment *x)
{
	return loop_watch(x->loop, keeper_socket(x->keeper), EPOLLRDHUP, on_end, x, &x->acts.end);
}

void acts_arm(struct experiment *x, uint64_t rules, uint64_t began_ns)
{
	if (!x->acts.any || !keeper_arm(x->keeper, rules, began_ns) || x->over)
		return;
	/* It was late, and is killed: nobody would see its socket's end any more. */
	loop_remove(x->acts.end);
	x->acts.end = NULL;
	forsaken(x);
}

void acts_move(struct experiment *x, unsigned int target)
{
	if (x->acts.any && keeper_move(x->keeper, &x->targets, target))
		log_debug("the keeper did not take note of a target's cgroup");
}
