/* SPDX-License-Identifier: GPL-2.0 */
/* What the keeper is asked by jinx, and its own side of that (keeper.c has jinx's). */
#ifndef JINX_SERVICE_H
#define JINX_SERVICE_H

#include "keeper/keeper.h"

struct request {
	enum { START, LOOK_UP, LOOK_IN, ARM, MOVE } what;
	unsigned int id; /* which the answer has too */
	struct start_request start;
	unsigned int number;	  /* LOOK_UP, LOOK_IN, MOVE: the target's */
	uint64_t rules, began_ns; /* ARM */
	/* LOOK_UP, LOOK_IN, MOVE: of the target's cgroup, which may have changed */
	uint64_t cgroup_id;
	bool gone;
	char path[CGROUP_PATH_MAX];
};

struct answer {
	unsigned int id; /* 0: it is ready */
	int result;
	uint64_t took_ns;
};

struct service {
	struct keeper_options o;
	int socket, notes; /* its ends */
	struct counters *counters;
	struct taken *taken;
};

/* In a fresh child of jinx: becomes the keeper. Its first answer says that it is ready. */
_Noreturn void keeper_serve(const struct service *s);

#endif
