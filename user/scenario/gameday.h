/* SPDX-License-Identifier: GPL-2.0 */
/* The plan of a gameday: scenarios in their order. docs/gameday.md */
#ifndef JINX_GAMEDAY_H
#define JINX_GAMEDAY_H

#include "scenario/scenario.h"

#define MAX_ROUNDS 64

/* A scenario of it. */
struct round {
	char *file; /* as jinx finds it */
	uint64_t pause_ns;
	bool has_pause; /* else the gameday's */
	unsigned int n_set;
	char *set[MAX_PARAMS]; /* "name=value" */
	struct place place;
};

struct gameday {
	char *name, *about; /* about: NULL: none */
	char *folder;	    /* the plan's, with a slash behind it: files are beside it */
	uint64_t pause_ns;
	bool stop_deviated; /* also at one that has deviated */
	unsigned int n;
	struct round rounds[MAX_ROUNDS];
};

/* As scenario_read(). */
int gameday_read(const char *path, bool trusted, struct gameday **ret, struct complaints *all);
void gameday_free(struct gameday *g);

#endif
