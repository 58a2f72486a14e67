// SPDX-License-Identifier: GPL-2.0
#include "history/values.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "measure/ask.h"

/* name: as it would stand in an expectation, but for the quantile, the scope and its brackets. */
static const struct remembered {
	const char *name, *metric;
	double quantile;
	enum scope_kind scope;
	enum better better;
} all[] = {
	{"success_rate", "success_rate", 0, SCOPE_INJECT, BETTER_HIGHER},
	{"throughput", "throughput", 0, SCOPE_INJECT, BETTER_HIGHER},
	{"p50", "p", 0.5, SCOPE_INJECT, BETTER_LOWER},
	{"p99", "p", 0.99, SCOPE_INJECT, BETTER_LOWER},
	{"max", "max", 0, SCOPE_INJECT, BETTER_LOWER},
	{"success_rate(baseline)", "success_rate", 0, SCOPE_BASELINE, BETTER_HIGHER},
	{"throughput(baseline)", "throughput", 0, SCOPE_BASELINE, BETTER_HIGHER},
	{"p50(baseline)", "p", 0.5, SCOPE_BASELINE, BETTER_LOWER},
	{"p99(baseline)", "p", 0.99, SCOPE_BASELINE, BETTER_LOWER},
	{"success_rate(recover)", "success_rate", 0, SCOPE_RECOVER, BETTER_HIGHER},
	{"throughput(recover)", "throughput", 0, SCOPE_RECOVER, BETTER_HIGHER},
	{"p99(recover)", "p", 0.99, SCOPE_RECOVER, BETTER_LOWER},
	{"recovery_time", "recovery_time", 0, SCOPE_ALL, BETTER_LOWER},
	{"time_to_restore", "time_to_restore", 0, SCOPE_ALL, BETTER_LOWER},
	{"downtime", "downtime", 0, SCOPE_ALL, BETTER_LOWER},
	{"lost", "lost", 0, SCOPE_ALL, BETTER_LOWER},
	{"injected", "injected", 0, SCOPE_INJECT, BETTER_NEITHER},
};

static const struct metric_row *row(const char *name)
{
	size_t i = 0;

	while (strcmp(expect_metrics[i].name, name))
		i++;
	return &expect_metrics[i];
}

static bool ask(const struct snapshot *s, const struct remembered *r, struct figure *ret)
{
	const struct metric m = {.row = row(r->metric),
		.quantile = r->quantile,
		.scope = r->scope,
		.object = -1,
		.point = -1};
	struct measured found;

	snapshot_ask(s, &m, &found);
	*ret = (struct figure){r->name, found.value, m.row->dimension, r->better};
	return found.known && !isnan(found.value);
}

static enum better better_by(const char *relation)
{
	return *relation == '<' ? BETTER_LOWER : *relation == '>' ? BETTER_HIGHER : BETTER_NEITHER;
}

static bool has(const struct figure *values, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(values[i].name, name))
			return true;
	return false;
}

/* "p99 <= 1s" is about what is remembered as p99. */
static bool is_one_of_them(const struct figure *values, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(values[i].name);

		if (!strncmp(text, values[i].name, length) && text[length] == ' ')
			return true;
	}
	return false;
}

size_t values_of(const struct snapshot *s, struct figure ret[MAX_VALUES])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		n += ask(s, &all[i], &ret[n]);
	for (unsigned int i = 0; i < s->n_expectations && n < MAX_VALUES; i++) {
		const struct snapshot_expectation *e = &s->expectations[i];

		if (e->relation[0] && !isnan(e->judged.left) && !has(ret, n, e->name) &&
			!is_one_of_them(ret, n, e->text))
			ret[n++] = (struct figure){e->name, e->judged.left, e->judged.dimension,
				better_by(e->relation)};
	}
	return n;
}
