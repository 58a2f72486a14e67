// SPDX-License-Identifier: GPL-2.0
#include "measure/snapshot_calls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/plan_meters.h"
#include "measure/calls.h"
#include "measure/measure.h"
#include "measure/snapshot.h"
#include "scenario/code.h"

unsigned int snapshot_calls_index(const struct snapshot *s, unsigned int i, unsigned int phase)
{
	return i * s->n_phases + phase;
}

bool snapshot_calls_made(const struct snapshot *s, unsigned int i)
{
	for (unsigned int p = 0; p < s->n_phases; p++) {
		unsigned int at = snapshot_calls_index(s, i, p);

		if (snapshot_count(s, METRIC_calls, at) ||
			snapshot_count(s, METRIC_calls_unfinished, at))
			return true;
	}
	return false;
}

void snapshot_count_calls(struct snapshot *s, const struct measure *m)
{
	for (unsigned int i = 0; i < m->plan->n_meters; i++)
		s->n_calls += __builtin_popcount(m->plan->meters[i].targets);
	s->n_unmeasured = m->plan->n_unmetered;
}

/* Quantiles of a histogram, from one metric on: average, median, p99, longest. */
static void take_quantiles(
	struct snapshot *s, enum metric_id first, unsigned int at, const struct histogram *h)
{
	double us[] = {h->sum / 1e3 / h->count, histogram_quantile(h, 0.50) / 1e3,
		histogram_quantile(h, 0.99) / 1e3, h->max / 1e3};

	for (unsigned int i = 0; i < 4; i++)
		s->numbers[first + i].values[at] = h->count ? us[i] : NAN;
}

/* What is passed by takes no time, and the time that is measured there is jinx's own. */
static const char *untimed(const struct measure *m, enum point p)
{
	const struct code_place *place = code_place(p);

	if (!place)
		return NULL;
	if (place->kind == CODE_USDT || place->kind == CODE_TRACEPOINT)
		return "it is a place that is passed, and takes no time";
	return m->untimed[p - POINT_code_0];
}

static void take_row(struct snapshot *s, unsigned int at, const struct meter_row *row,
	const struct meter_row *natural, bool timed)
{
	struct histogram *h = &s->numbers[METRIC_call_latency].histograms[at];
	struct histogram *n = &s->numbers[METRIC_call_natural].histograms[at];

	/* Untouched memory costs nothing. */
	if (row->begun) {
		calls_histogram(row, h);
		calls_histogram(natural, n);
	}
	s->numbers[METRIC_calls].counts[at] = h->count;
	s->numbers[METRIC_call_errors].counts[at] = calls_failed(row);
	s->numbers[METRIC_calls_unfinished].counts[at] = calls_unfinished(row, h->count);
	if (!timed) {
		*h = (struct histogram){};
		*n = (struct histogram){};
	}
	take_quantiles(s, METRIC_call_avg, at, h);
	take_quantiles(s, METRIC_natural_avg, at, n);
}

static bool take_target(
	struct snapshot *s, const struct measure *m, unsigned int meter, unsigned int i)
{
	struct snapshot_calls *to = &s->calls[i];

	to->errors = calloc(s->n_phases ?: 1, sizeof(*to->errors));
	if (!to->errors)
		return false;
	for (unsigned int p = 0; p < s->n_phases; p++) {
		unsigned int natural = meter_natural_row(m->plan, meter, to->target, p);
		const struct meter_row *row = &m->calls[meter_row(m->plan, meter, to->target, p)];

		memcpy(to->errors[p], row->errors, sizeof(row->errors));
		take_row(s, snapshot_calls_index(s, i, p), row,
			natural == NO_ROW ? row : &m->calls[natural], !to->untimed);
	}
	return true;
}

static bool describe_target(struct snapshot *s, const struct measure *m, unsigned int meter,
	unsigned int target, unsigned int i)
{
	const struct meter *from = &m->plan->meters[meter];

	s->calls[i] = (struct snapshot_calls){.point = strdup(points[from->at.point].name),
		.mechanism = strdup(mechanisms[from->at.mechanism].name),
		.id = from->at.point,
		.target = target,
		.delayed = from->delayed >> target & 1,
		.before = from->before >> target & 1,
		.untimed = untimed(m, from->at.point)};
	return s->calls[i].point && s->calls[i].mechanism;
}

static bool take_unmeasured(struct snapshot *s, const struct measure *m)
{
	bool complete = true;

	for (unsigned int i = 0; i < s->n_unmeasured; i++) {
		const struct unmetered *from = &m->plan->unmetered[i];

		s->unmeasured[i] = (struct snapshot_unmeasured){
			strdup(points[from->point].name), strdup(from->reason), from->point};
		complete &= s->unmeasured[i].point && s->unmeasured[i].reason;
	}
	return complete;
}

bool snapshot_take_calls(struct snapshot *s, const struct measure *m)
{
	unsigned int next = 0;

	for (unsigned int i = 0; i < m->plan->n_meters; i++)
		for (unsigned int t = 0; t < s->n_targets; t++) {
			if (!(m->plan->meters[i].targets >> t & 1))
				continue;
			if (!describe_target(s, m, i, t, next) || !take_target(s, m, i, next))
				return false;
			next++;
		}
	return take_unmeasured(s, m);
}

void snapshot_free_calls(struct snapshot *s)
{
	for (unsigned int i = 0; s->calls && i < s->n_calls; i++) {
		free(s->calls[i].point);
		free(s->calls[i].mechanism);
		free(s->calls[i].errors);
	}
	for (unsigned int i = 0; s->unmeasured && i < s->n_unmeasured; i++) {
		free(s->unmeasured[i].point);
		free(s->unmeasured[i].reason);
	}
	free(s->calls);
	free(s->unmeasured);
}
