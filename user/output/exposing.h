/* SPDX-License-Identifier: GPL-2.0 */
/* How families of metrics are written; for exposed.c, which knows what is in each. */
#ifndef JINX_EXPOSING_H
#define JINX_EXPOSING_H

#include "measure/slo.h"
#include "output/openmetrics.h"

struct exposing {
	const struct snapshot *s;
	const struct exposed_moment *moment;
	enum exposition how;
	FILE *to;
	struct slo_uses slo;
	const struct family *family; /* the one that is being written */
};

/* Writes the samples of a family. */
extern void (*const expose[NR_FAMILIES])(struct exposing *e);

/* Writes the labels of a sample, besides the scenario's name. */
typedef void (*label_function)(struct exposing *e, unsigned int index);

void label(struct exposing *e, const char *name, const char *value);
void label_number(struct exposing *e, const char *name, unsigned int value);

/* f: NULL for none. NAN: there is no such sample. */
void sample(struct exposing *e, label_function f, unsigned int index, double value);
/* One state of a set. */
void state(struct exposing *e, label_function f, unsigned int index, const char *name, bool on);
/* With buckets from 1 ms to 30 s. */
void histogram_long(
	struct exposing *e, label_function f, unsigned int index, const struct histogram *h);
/* From 1 us to 10 s. */
void histogram_short(
	struct exposing *e, label_function f, unsigned int index, const struct histogram *h);

#endif
