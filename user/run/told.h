/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a line of a load tool says: by the named groups of its pattern. `rate`: operations a second
 * since the line before; `operations`: how many; `failed`: how many failed besides;
 * `latency_s`, `latency_ms`, `latency_us`: how long they took. With neither a rate nor a number a
 * line is one operation.
 */
#ifndef JINX_TOLD_H
#define JINX_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern;

struct told {
	uint64_t since_ns; /* the line before, or the start */
	double rest;	   /* of a rate, which comes to no whole number of operations */
	/* Of the last line. */
	uint64_t ok, failed, latency_ns;
};

void told_begin(struct told *t, uint64_t now_ns);

/* Whether the line counts; then ok, failed and latency_ns are its. */
bool told_take(
	struct told *t, const struct pattern *p, const char *line, size_t size, uint64_t now_ns);

#endif
