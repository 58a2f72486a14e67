// SPDX-License-Identifier: GPL-2.0
/*
 * "target.NAME.restarts": at the moment, or at the end; of the whole run. "restarts" is of all
 * targets together, "alive" true if each of them is.
 */
#include <math.h>
#include <string.h>

#include "measure/ask.h"

static double sum(double a, double b)
{
	return a + b;
}

static const struct row {
	const char *name;
	enum metric_id metric;
	const char *unknown;
	double (*pool)(double a, double b);
} rows[] = {
	{"alive", METRIC_alive, "its processes come and go", fmin},
	{"restarts", METRIC_restarts, "its processes come and go", sum},
	{"exit_code", METRIC_exit_code, "no command of it has ended by itself"},
	{"signal", METRIC_signal, "no command of it has ended by itself"},
	{"cpu_seconds", METRIC_cpu_seconds, "the kernel doesn't tell"},
	{"longest_absence", METRIC_longest_absence, "its processes were never replaced by others"},
	{"oom_kills", METRIC_oom_kills, "the kernel doesn't tell: no memory controller is there",
		sum},
};

/* A target of which nothing can be told, such as the workload, does not count. */
static double of_all(const struct snapshot *s, const struct row *row, unsigned int *ret_last)
{
	double ret = NAN;

	for (unsigned int i = 0; i < s->n_targets; i++) {
		double v = snapshot_value(s, row->metric, i);

		*ret_last = i;
		if (!isnan(v))
			ret = isnan(ret) ? v : row->pool(ret, v);
	}
	return ret;
}

static void ask_row(const struct snapshot *s, const struct metric *m, const struct row *row,
	struct measured *ret)
{
	unsigned int i = m->object;
	double v = m->object < 0 ? of_all(s, row, &i) : snapshot_value(s, row->metric, i);

	if (m->row->dimension == DIMENSION_TIME)
		v *= 1e9;
	if (!isnan(v))
		answer(ret, v, 0);
	else if (i < s->n_targets)
		answer_unknown(ret, "target %s: %s", s->targets[i].name, row->unknown);
	else
		answer_unknown(ret, "there is no target");
}

void ask_target(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	(void)within;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].name, m->row->name))
			return ask_row(s, m, &rows[i], ret);
	answer_unknown(ret, "not measured");
}
