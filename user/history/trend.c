// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "history/history.h"

static const char *const names[TREND_ROWS] = {
	"success_rate", "throughput", "p50", "p99", "recovery_time"};

static const struct figure *value_named(const struct figure *all, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	return NULL;
}

static void fill_row(struct history *h, const struct runs *before, const struct figure *own,
	struct trend_row *ret)
{
	struct figure v;

	ret->name = own->name;
	ret->dimension = own->dimension;
	for (size_t i = 0; i < before->n; i++)
		ret->values[i] = history_value(h, before->all[i].n, own->name, &v) ? v.value : NAN;
	ret->values[before->n] = own->value;
}

struct trend *history_trend(
	struct history *h, const struct snapshot *s, const struct run_tags *tags)
{
	const struct run_filter f = {.name = s->name,
		.variant = tags->variant,
		.namespace = tags->namespace,
		.last = TREND_RUNS - 1};
	struct trend *ret = calloc(1, sizeof(*ret));
	struct figure values[MAX_VALUES];
	size_t n = values_of(s, values);
	struct error why;
	struct runs before;

	if (!ret || history_find(h, &f, &before, &why)) {
		free(ret);
		return NULL;
	}
	for (size_t i = 0; before.n && i < ARRAY_SIZE(names); i++) {
		const struct figure *own = value_named(values, n, names[i]);

		if (own)
			fill_row(h, &before, own, &ret->rows[ret->n_rows++]);
	}
	ret->n_runs = before.n + 1;
	runs_free(&before);
	if (ret->n_rows)
		return ret;
	free(ret);
	return NULL;
}
