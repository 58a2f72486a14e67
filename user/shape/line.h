/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bad line: what it does to the packets that go over it, one after the other. Pure: the same seed
 * and the same packets at the same times have the same fate.
 */
#ifndef JINX_LINE_H
#define JINX_LINE_H

#include "scenario/scenario.h"

#define LINE_QUEUE_PACKETS 8 /* wait before a narrow line, however long that takes */

/* That of one rule in one direction. */
struct line {
	struct shape shape;
	const int32_t *quantiles; /* of its distribution (kernel/quantiles.h) */
	enum dns_reply reply;	  /* that its questions get; DNS_NO_REPLY: they go on */
	unsigned int status;	  /* that its requests get; 0: they go on */
	uint64_t cap_ns;	  /* no delay is longer */
	uint64_t seed;
	uint64_t packets; /* so far */
	uint64_t free_ns; /* with a rate: when the last one has gone out */
	uint64_t out_ns[LINE_QUEUE_PACKETS], went_out; /* when the last ones have */
	uint64_t last_due_ns;			       /* of those that keep their order */
};

enum loss { NOT_LOST, LOST, OVERFLOWED };

struct fate {
	enum loss lost;
	bool twice, early, corrupt;
	uint64_t due_ns; /* when it goes on */
	uint64_t random; /* of a corrupted one: which bit */
};

/* What becomes of a packet of so many bytes that comes now (CLOCK_MONOTONIC). */
void line_take(struct line *l, uint64_t now_ns, size_t size, struct fate *ret);

/* No packet takes longer. */
uint64_t line_longest(const struct shape *s, uint64_t cap_ns);

#endif
