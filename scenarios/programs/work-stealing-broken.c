// SPDX-License-Identifier: GPL-2.0
/* A queue of tasks from which its owner takes, and others steal, without asking whether the task is
 * still there when they take it. */
#include "race.h"

static _Atomic int next; /* of the tasks that nobody has */
static _Atomic int done;

static void take(void)
{
	int task = next;

	if (task >= 1) /* there is one a round */
		return;
	trace("taking it\n");
	next = task + 1;
	done++;
}

static void begin(void)
{
	next = done = 0;
}

static void first(void)
{
	take();
}

static void second(void)
{
	take();
}

static const char *wrong(void)
{
	return done == 1 ? NULL : "a task was done twice";
}
