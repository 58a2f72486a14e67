// SPDX-License-Identifier: GPL-2.0
#include "history/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Of each set, for the exact distribution: the table of it has so many rows. */
#define MOST_EXACT 30
#define RESAMPLES 2000

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The middle of a sorted array. Of two infinite ones it is that, and no NAN. */
static double middle(const double *sorted, size_t n)
{
	double low = sorted[(n - 1) / 2], high = sorted[n / 2];

	return low == high ? low : (low + high) / 2;
}

double median(const double *values, size_t n)
{
	_cleanup_free_ double *sorted = n ? malloc(n * sizeof(*sorted)) : NULL;

	if (!sorted)
		return NAN;
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_value);
	return middle(sorted, n);
}

/* Twice U, so that ties have whole numbers. */
static uint64_t twice_u(const double *a, size_t n, const double *b, size_t m)
{
	uint64_t u = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			u += 2 * (b[k] > a[i]) + (b[k] == a[i]);
	return u;
}

double superiority(const double *a, size_t n, const double *b, size_t m)
{
	return n && m ? twice_u(a, n, b, m) / (2.0 * n * m) : NAN;
}

/*
 * The share of all orders of n and m in which U is at most u. Whether the last in the order is of
 * the one or of the other set: f(n, m, u) = f(n - 1, m, u - m) + f(n, m - 1, u).
 */
static double exact_tail(size_t n, size_t m, size_t u)
{
	size_t width = u + 1;
	_cleanup_free_ double *f = calloc((n + 1) * width, sizeof(*f));
	double sum = 0, orders = 1;

	if (!f)
		return NAN;
	/* Row i: of i and the m so far. */
	for (size_t i = 0; i <= n; i++)
		f[i * width] = 1;
	for (size_t k = 1; k <= m; k++)
		for (size_t i = 1; i <= n; i++)
			for (size_t v = width; v-- > k;)
				f[i * width + v] += f[(i - 1) * width + v - k];
	for (size_t v = 0; v < width; v++)
		sum += f[n * width + v];
	for (size_t i = 1; i <= n; i++)
		orders = orders * (m + i) / i;
	return sum / orders;
}

/* Values of both, sorted; the sum over ties of t^3 - t. */
static double ties(const double *a, size_t n, const double *b, size_t m)
{
	_cleanup_free_ double *all = malloc((n + m) * sizeof(*all));
	double sum = 0;

	if (!all)
		return NAN;
	memcpy(all, a, n * sizeof(*all));
	memcpy(all + n, b, m * sizeof(*all));
	qsort(all, n + m, sizeof(*all), by_value);
	for (size_t i = 0, k; i < n + m; i = k) {
		for (k = i; k < n + m && all[k] == all[i]; k++)
			;
		sum += pow(k - i, 3) - (k - i);
	}
	return sum;
}

static double normal_p(double u, size_t n, size_t m, double tied)
{
	double all = n + m, mean = n * m / 2.0;
	double deviation = sqrt(n * m / 12.0 * (all + 1 - tied / (all * (all - 1))));
	double z = (fabs(u - mean) - 0.5) / deviation;

	if (!(deviation > 0) || z <= 0)
		return 1;
	return erfc(z / sqrt(2));
}

double mann_whitney(const double *a, size_t n, const double *b, size_t m)
{
	uint64_t twice;
	double tied, p;
	size_t u;

	if (!n || !m)
		return NAN;
	twice = twice_u(a, n, b, m);
	tied = ties(a, n, b, m);
	if (tied > 0 || n > MOST_EXACT || m > MOST_EXACT)
		return normal_p(twice / 2.0, n, m, tied);
	u = twice / 2;
	p = 2 * exact_tail(n, m, u < n * m - u ? u : n * m - u);
	return p < 1 ? p : 1;
}

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014 (SplitMix64). */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static void resample(const double *from, size_t n, uint64_t *state, double *ret)
{
	for (size_t i = 0; i < n; i++)
		ret[i] = from[draw(state) % n];
}

void superiority_interval(const double *a, size_t n, const double *b, size_t m, uint64_t seed,
	double *ret_low, double *ret_high)
{
	_cleanup_free_ double *own = malloc((n + m + RESAMPLES) * sizeof(*own));
	double *found = own ? own + n + m : NULL;

	*ret_low = *ret_high = NAN;
	if (!own || !n || !m)
		return;
	for (size_t i = 0; i < RESAMPLES; i++) {
		resample(a, n, &seed, own);
		resample(b, m, &seed, own + n);
		found[i] = superiority(own, n, own + n, m);
	}
	qsort(found, RESAMPLES, sizeof(*found), by_value);
	*ret_low = found[RESAMPLES * 25 / 1000];
	*ret_high = found[RESAMPLES * 975 / 1000 - 1];
}

void correct_for_many(double *p, size_t n)
{
	_cleanup_free_ bool *done = calloc(n ?: 1, sizeof(*done));
	double least = 1;

	/* From the largest on; none becomes larger than the one after it. */
	for (size_t rank = n; done && rank > 0; rank--) {
		size_t next = n;

		for (size_t k = 0; k < n; k++)
			if (!done[k] && (next == n || p[k] > p[next]))
				next = k;
		done[next] = true;
		least = p[next] = fmin(least, p[next] * n / rank);
	}
}

double least_p(size_t n, size_t m, size_t n_values)
{
	double orders = 1;

	for (size_t i = 1; i <= n; i++)
		orders = orders * (m + i) / i;
	return fmin(1, 2 / orders * n_values);
}
