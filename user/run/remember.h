/* SPDX-License-Identifier: GPL-2.0 */
/* An experiment's end goes into the history, and the ones before it into what is told of it. */
#ifndef JINX_REMEMBER_H
#define JINX_REMEMBER_H

#include "history/history.h"

struct remembering {
	const char *path; /* of the history; NULL: there is none */
	struct run_tags tags;
};

/* Earlier runs of the same, for s->trend; those that can't be read are none. */
void remember_trend(const struct remembering *r, struct snapshot *s);

/* What can't be written is said, and changes nothing of the verdict. */
void remember(const struct remembering *r, const struct snapshot *s);

#endif
