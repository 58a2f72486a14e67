// SPDX-License-Identifier: GPL-2.0
#include "measure/metrics.h"

const struct metric_info metrics[NR_METRICS] = {
#define METRIC(id, name, unit, kind, scope, about) \
	[METRIC_##id] = {#id, name, unit, METRIC_##kind, METRIC_OF_##scope, about},
#include "measure/metrics.def"
#undef METRIC
};
