/* SPDX-License-Identifier: GPL-2.0 */
/* Scenarios as items of a suite: what jinx suite, a matrix and jinx gameday have in common. */
#ifndef JINX_ITEMS_H
#define JINX_ITEMS_H

#include <stdio.h>

#include "suite/item.h"
#include "verbs/verbs.h"

/* Of all combinations of all scenarios. */
#define MAX_ITEMS 4096

struct collecting {
	struct items items;
	struct call *call;
	unsigned int repetition; /* from 1; 0: each is run once */
	char series[8];		 /* of the file that is read */
};

/*
 * All combinations of a file, as often as --repeat says; one that can't be read has ended.
 * `named`: by the user. 0, -E2BIG or -ENOMEM.
 */
int items_add_file(struct collecting *c, const char *file, bool named);

/* Of struct carrying; the context is the call. */
int items_run_one(const struct item *it, const char *json, void *context);

/* Files for what all came to; NULL: not wanted. */
struct results {
	const char *junit_path, *json_path;
	FILE *junit, *json;
};

bool results_take_stdout(const struct results *r);
/* They keep what they held until there is something to write. 0, or -errno, having said why. */
int results_open(struct results *r);
int results_write(const struct items *items, bool prove, struct results *r);

#endif
