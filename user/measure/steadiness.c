// SPDX-License-Identifier: GPL-2.0
#include "measure/steadiness.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* The standard deviation of normal values is so many times their median absolute deviation. */
#define MAD_SCALE 1.4826
#define MAX_WINDOWS 200000u

struct window {
	uint64_t operations, ok;
	double success;	  /* NAN: no operation ended in it */
	double median_ns; /* NAN: none succeeded */
	bool steady;
};

struct windows {
	uint64_t from_ns, each_ns;
	size_t n;
	struct window *all;
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The nearest rank of n values, which are sorted. */
static double rank(const double *values, size_t n, double q)
{
	size_t at = ceil(q * n - 1e-9);

	return values[at ? at - 1 : 0];
}

static double median_of(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return n ? rank(values, n, 0.5) : NAN;
}

static void fill_window(const struct samples *s, size_t *at, uint64_t to_ns,
	struct latencies *scratch, struct window *w)
{
	uint64_t n = 0, median = 0;
	bool more;

	scratch->n = scratch->operations = 0;

	for (; *at < s->n && sample_at(s, *at)->end_ns < to_ns; ++*at) {
		const struct sample *one = sample_at(s, *at);

		if (one->result == SAMPLE_UNFINISHED)
			continue;
		n += sample_count(s, one);
		if (one->result != SAMPLE_OK)
			continue;
		scratch->all[scratch->n++] =
			(struct latency){one->end_ns - one->planned_ns, sample_count(s, one)};
		scratch->operations += sample_count(s, one);
	}
	latencies_sort(scratch);
	w->operations = n;
	w->ok = scratch->operations;
	w->success = n ? (double)w->ok / n : NAN;
	w->median_ns = latencies_quantile(scratch, 0.5, &median, &more) ? median : NAN;
}

/* All windows that fit whole between the two times. */
static int make_windows(const struct samples *s, uint64_t from_ns, uint64_t to_ns, uint64_t each_ns,
	struct windows *ret)
{
	_cleanup_free_ struct latency *room = malloc((s->n + 1) * sizeof(*room));
	struct latencies scratch = {.all = room};
	size_t at = s->n ? samples_from(s, from_ns) : 0;

	*ret = (struct windows){.from_ns = from_ns, .each_ns = each_ns};
	ret->n = to_ns > from_ns ? (to_ns - from_ns) / each_ns : 0;
	if (ret->n > MAX_WINDOWS)
		ret->n = MAX_WINDOWS;
	ret->all = calloc(ret->n + 1, sizeof(*ret->all));
	if (!ret->all || !room)
		return -ENOMEM;
	for (size_t i = 0; i < ret->n; i++)
		fill_window(s, &at, from_ns + (i + 1) * each_ns, &scratch, &ret->all[i]);
	return 0;
}

static uint64_t count_between(const struct samples *s, uint64_t from_ns, uint64_t to_ns)
{
	struct selection which = {ALL_PHASES, from_ns, to_ns};
	struct tally t;

	if (to_ns <= from_ns)
		return 0;
	samples_tally(s, &which, &t);
	return tally_operations(&t);
}

/* Wide enough for MIN_PER_WINDOW operations at the baseline's rate, in multiples of what was asked.
 */
static uint64_t choose_window(const struct samples *s, const struct steadiness_question *q)
{
	uint64_t length = q->baseline_to_ns - q->baseline_from_ns, times;
	double expected = (double)count_between(s, q->baseline_from_ns, q->baseline_to_ns) *
			  q->window_ns / (length ?: 1);

	if (!length || expected <= 0 || expected >= MIN_PER_WINDOW)
		return q->window_ns;
	times = ceil(MIN_PER_WINDOW / expected - 1e-9);
	return q->window_ns * times;
}

/* success >= the 5 % quantile less a point; median <= theirs and 3 deviations, at least 25 %. */
static int learn_bounds(const struct windows *w, struct steadiness *ret)
{
	_cleanup_free_ double *values = malloc((w->n + 1) * sizeof(*values));
	double median, deviation;
	size_t n = 0;

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < w->n; i++)
		if (!isnan(w->all[i].success))
			values[n++] = w->all[i].success;
	qsort(values, n, sizeof(*values), by_value);
	if (isnan(ret->least_success) && n)
		ret->least_success = rank(values, n, 0.05) - 0.01;
	n = 0;
	for (size_t i = 0; i < w->n; i++)
		if (!isnan(w->all[i].median_ns))
			values[n++] = w->all[i].median_ns;
	median = median_of(values, n);
	for (size_t i = 0; i < n; i++)
		values[i] = fabs(values[i] - median);
	deviation = 3 * MAD_SCALE * median_of(values, n);
	if (isnan(ret->most_median_ns) && n)
		ret->most_median_ns =
			median + (deviation > 0.25 * median ? deviation : 0.25 * median);
	return 0;
}

/* Where nothing ended, or nothing succeeded, nothing is steady. */
static void mark(struct windows *w, const struct steadiness *by)
{
	for (size_t i = 0; i < w->n; i++) {
		struct window *one = &w->all[i];

		one->steady =
			one->success >= by->least_success && one->median_ns <= by->most_median_ns;
	}
}

static void unknown(struct steadiness *ret, const char *why)
{
	ret->known = false;
	snprintf(ret->why, sizeof(ret->why), "%s", why);
}

static bool has_baseline(const struct steadiness_question *q)
{
	return q->baseline_to_ns > q->baseline_from_ns;
}

/* What counts as steady. 0 or -ENOMEM. */
static int choose_bounds(const struct samples *s, const struct steadiness_question *q,
	struct windows *baseline, struct steadiness *ret)
{
	bool enough;
	int err;

	*ret = (struct steadiness){.known = true,
		.least_success = q->least_success,
		.most_median_ns = q->most_median_ns,
		.baseline_rate = NAN};
	ret->window_ns = choose_window(s, q);
	err = make_windows(s, q->baseline_from_ns, q->baseline_to_ns, ret->window_ns, baseline);
	if (err)
		return err;
	enough = baseline->n >= MIN_BASELINE_WINDOWS;
	if (has_baseline(q)) {
		struct selection which = {ALL_PHASES, q->baseline_from_ns, q->baseline_to_ns};
		struct tally t;

		samples_tally(s, &which, &t);
		ret->baseline_rate =
			t.n[SAMPLE_OK] * 1e9 / (q->baseline_to_ns - q->baseline_from_ns);
	}
	if (!isnan(ret->least_success) && !isnan(ret->most_median_ns))
		return 0;
	if (enough)
		err = learn_bounds(baseline, ret);
	/* One bound of the user's is enough. */
	if (!isnan(q->least_success) && isnan(ret->most_median_ns))
		ret->most_median_ns = INFINITY;
	if (!isnan(q->most_median_ns) && isnan(ret->least_success))
		ret->least_success = 0;
	if (!isnan(ret->least_success) && !isnan(ret->most_median_ns))
		return err;
	if (!has_baseline(q))
		unknown(ret, "there is no baseline to compare with");
	else if (enough)
		unknown(ret, "no operation succeeded in the baseline");
	else
		snprintf(ret->why, sizeof(ret->why), "the baseline has %s of %gs, it takes %d",
			plural(baseline->n, "whole window"), ret->window_ns / 1e9,
			MIN_BASELINE_WINDOWS);
	ret->known = false;
	return err;
}

static uint64_t hold_windows(uint64_t window_ns)
{
	uint64_t hold = HOLD_WINDOWS * window_ns;

	if (hold < MIN_HOLD_NS)
		hold = MIN_HOLD_NS;
	return (hold + window_ns - 1) / window_ns;
}

/* From window `first` on: where steady ones begin that last, or go on to the end. w->n: nowhere. */
static size_t lasting(const struct windows *w, size_t first)
{
	size_t begin = first, hold = hold_windows(w->each_ns);

	for (size_t i = first; i < w->n; i++) {
		if (!w->all[i].steady)
			begin = i + 1;
		else if (i + 1 - begin >= hold)
			break;
	}
	return begin;
}

/* Of any kind: what was under way and never ended is a sign of life of the workload. */
static bool any_after(const struct samples *s, uint64_t ns)
{
	return s->n && samples_from(s, ns) < s->n;
}

static int find_recovery(
	const struct samples *s, const struct steadiness_question *q, struct steadiness *ret)
{
	struct windows w;
	size_t at;
	int err = make_windows(s, q->disarmed_ns, q->end_ns, ret->window_ns, &w);
	size_t hold = hold_windows(ret->window_ns);

	if (err) {
		free(w.all);
		return err;
	}
	mark(&w, ret);
	at = lasting(&w, 0);
	if (w.n < hold)
		snprintf(ret->recovery_why, sizeof(ret->recovery_why),
			"%.3gs after the faults are too short to tell, it takes %gs",
			(q->end_ns - q->disarmed_ns) / 1e9, hold * ret->window_ns / 1e9);
	else if (!any_after(s, q->disarmed_ns))
		snprintf(ret->recovery_why, sizeof(ret->recovery_why),
			"no operation ended after the faults");
	else
		ret->recovery_known = true;
	ret->recovery_ns = at < w.n ? at * (double)ret->window_ns : NOT_HAPPENED;
	free(w.all);
	return 0;
}

/* Runs of windows that are not steady; one steady window between two of them bridges them. */
static void add_outages(const struct windows *w, struct steadiness *ret)
{
	size_t begin = 0, end = 0; /* of the one that is open, behind its last window */
	bool open = false;

	for (size_t i = 0; i <= w->n; i++) {
		bool bad = i < w->n && !w->all[i].steady;

		if (bad && !open) {
			open = true;
			begin = i;
		}
		if (bad)
			end = i + 1;
		if (open && !bad && (i == w->n || i > end)) {
			double length = (end - begin) * (double)w->each_ns;

			open = false;
			ret->outages++;
			ret->downtime_ns += length;
			if (length > ret->longest_outage_ns)
				ret->longest_outage_ns = length;
		}
	}
}

static void add_degradation(
	const struct windows *w, const struct steadiness_question *q, struct steadiness *ret)
{
	double expected = ret->baseline_rate * w->each_ns / 1e9;

	ret->degradation = ret->missing = isnan(expected) || expected <= 0 ? NAN : 0;
	for (size_t i = 0; i < w->n && expected > 0; i++) {
		double short_of = expected - w->all[i].ok;

		if (w->from_ns + (i + 1) * w->each_ns > q->disarmed_ns)
			break;
		ret->missing += short_of;
		if (short_of / expected > ret->degradation)
			ret->degradation = short_of / expected;
	}
	if (ret->missing < 0)
		ret->missing = 0;
}

static int find_outages(
	const struct samples *s, const struct steadiness_question *q, struct steadiness *ret)
{
	struct windows w;
	size_t impact = 0, restored;
	int err = make_windows(s, q->armed_ns, q->end_ns, ret->window_ns, &w);

	if (!err) {
		mark(&w, ret);
		while (impact < w.n && w.all[impact].steady)
			impact++;
		restored = lasting(&w, impact);
		ret->time_to_impact_ns =
			impact < w.n ? impact * (double)ret->window_ns : NOT_HAPPENED;
		ret->time_to_restore_ns = impact == w.n ? 0
					  : restored < w.n
						  ? (restored - impact) * (double)ret->window_ns
						  : NOT_HAPPENED;
		add_outages(&w, ret);
		add_degradation(&w, q, ret);
	}
	free(w.all);
	return err;
}

int steadiness_of(
	const struct samples *s, const struct steadiness_question *q, struct steadiness *ret)
{
	struct windows baseline;
	int err = choose_bounds(s, q, &baseline, ret);

	free(baseline.all);
	if (err || !ret->known)
		return err;
	return find_outages(s, q, ret) ?: find_recovery(s, q, ret);
}

int baseline_is_steady(const struct samples *s, const struct steadiness_question *q,
	struct steadiness *ret, bool *ret_steady)
{
	struct windows baseline;
	size_t steady = 0;
	int err = choose_bounds(s, q, &baseline, ret);

	if (!err && ret->known) {
		mark(&baseline, ret);
		for (size_t i = 0; i < baseline.n; i++)
			steady += baseline.all[i].steady;
	}
	*ret_steady =
		ret->known && baseline.n >= MIN_BASELINE_WINDOWS && steady * 100 >= baseline.n * 95;
	free(baseline.all);
	return err;
}
