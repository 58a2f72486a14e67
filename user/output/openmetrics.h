/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an experiment tells a monitoring system while it runs: OpenMetrics 1.0, and the text format
 * of Prometheus (0.0.4) for who doesn't take that.
 */
#ifndef JINX_OPENMETRICS_H
#define JINX_OPENMETRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "measure/snapshot.h"

enum exposition { EXPOSITION_OPENMETRICS, EXPOSITION_PROMETHEUS, NR_EXPOSITIONS };

extern const char *const exposition_types[NR_EXPOSITIONS];

/* What a client takes that sends this as "Accept". */
enum exposition exposition_for(const char *accept);

/* What a snapshot doesn't say. */
struct exposed_moment {
	bool running;
	int phase; /* the one that is under way; -1: none */
	const char *version;
};

enum family_type { FAMILY_COUNTER, FAMILY_GAUGE, FAMILY_HISTOGRAM, FAMILY_INFO, FAMILY_STATESET };

enum family_id {
#define FAMILY(id, name, type, unit, help) FAMILY_ID_##id,
#include "output/families.def"
#undef FAMILY
	NR_FAMILIES
};

struct family {
	const char *name;
	enum family_type type;
	const char *unit, *help;
};

extern const struct family families[NR_FAMILIES];

/* Whether the stream took it the caller looks. */
void write_metrics(
	const struct snapshot *s, const struct exposed_moment *m, enum exposition how, FILE *to);

#endif
