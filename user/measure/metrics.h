/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers that an experiment comes to, by name: metrics.def has a row for each. */
#ifndef JINX_METRICS_H
#define JINX_METRICS_H

enum metric_kind {
	METRIC_COUNTER,	  /* a whole number that only grows */
	METRIC_GAUGE,	  /* a real number, or NAN where there is nothing to tell */
	METRIC_HISTOGRAM, /* of durations */
};

/* Of what there is one. */
enum metric_scope {
	METRIC_OF_RUN,
	METRIC_OF_PHASE,
	METRIC_OF_RULE,
	METRIC_OF_BINDING,
	METRIC_OF_TARGET,
	METRIC_OF_CALLS,    /* of a target at a point in a phase */
	METRIC_OF_WORKLOAD, /* in a phase */
	METRIC_OF_LOAD,	    /* of a workload, in all */
	METRIC_OF_PROBE,
	METRIC_OF_LOG,
	METRIC_OF_PRESSURE, /* of a target in a phase */
	NR_METRIC_SCOPES
};

enum metric_id {
#define METRIC(id, name, unit, kind, scope, about) METRIC_##id,
#include "measure/metrics.def"
#undef METRIC
	NR_METRICS
};

struct metric_info {
	const char *id, *name, *unit;
	enum metric_kind kind;
	enum metric_scope scope;
	const char *about;
};

extern const struct metric_info metrics[NR_METRICS];

#endif
