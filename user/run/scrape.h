/* SPDX-License-Identifier: GPL-2.0 */
/* The metrics that an experiment serves while it runs (--metrics). */
#ifndef JINX_SCRAPE_H
#define JINX_SCRAPE_H

#include <stdint.h>

#include "output/openmetrics.h"

struct experiment;

struct scrape {
	struct server *server; /* NULL: it isn't asked for */
	struct loop *lingering;
	const struct snapshot *last; /* what is told from now on; NULL: it goes on */
	bool told_last;
	char *texts[NR_EXPOSITIONS]; /* as they were made last, and when they are to be made again
				      */
	uint64_t again_ns[NR_EXPOSITIONS];
};

/* Listens where the options say, before anything is attached. 0 or -errno with *why. */
int scrape_open(struct experiment *x, struct error *why);
/* Answers from now on, in the experiment's loop. 0 or -errno. */
int scrape_begin(struct experiment *x);
/* Before the loop is freed. */
void scrape_end(struct experiment *x);

/*
 * Waits as long as the options say until somebody has been told of the end, or a signal comes.
 * After scrape_end().
 */
void scrape_linger(struct experiment *x, const struct snapshot *s);
void scrape_close(struct experiment *x);

#endif
