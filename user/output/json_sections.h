/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of the JSON report that have a file of their own. */
#ifndef JINX_JSON_SECTIONS_H
#define JINX_JSON_SECTIONS_H

#include <jansson.h>

#include "measure/snapshot.h"

/* The metrics from one row of metrics.def to another, by their names. */
void set_metrics(json_t *object, const struct snapshot *s, enum metric_id first,
	enum metric_id last, unsigned int index);

/* How operations failed, and how often: {"exit 7": 12, "timeout": 1}. */
json_t *failures_json(const struct failures *f);
json_t *last_failure_json(const struct failures *f);

json_t *workloads_json(const struct snapshot *s);
json_t *probes_json(const struct snapshot *s);
json_t *logs_json(const struct snapshot *s);
json_t *targets_json(const struct snapshot *s);
json_t *pressure_json(const struct snapshot *s);

#endif
