/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether two sets of runs differ. Of each run there is one number: what happens within a run hangs
 * together, so that its operations are no independent samples.
 */
#ifndef JINX_STATS_H
#define JINX_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Fewer can't show anything at 5 %: the least p of Mann-Whitney's test of 4 and 4 is 0.029. */
#define FEWEST_RUNS 4

/* NAN of none. Infinite values are values. */
double median(const double *values, size_t n);

/*
 * Mann and Whitney's U test, both sides: how probable it is that the two sets are at least that
 * different by chance alone. Exact where no two values are equal and there are few, else by the
 * normal distribution, corrected for ties and continuity. (Mann, Whitney: On a test of whether one
 * of two random variables is stochastically larger than the other, 1947.)
 */
double mann_whitney(const double *a, size_t n, const double *b, size_t m);

/* How often a value of b is larger than one of a, where equal ones count half: 0.5 is no
 * difference. */
double superiority(const double *a, size_t n, const double *b, size_t m);

/* An interval that has it with 95 % confidence: a bootstrap's percentiles, the same for the same
 * seed. */
void superiority_interval(const double *a, size_t n, const double *b, size_t m, uint64_t seed,
	double *ret_low, double *ret_high);

/*
 * Several p values of which each may be small by chance, corrected in place: of those below 5 %
 * then one in twenty is expected to be chance (Benjamini, Hochberg: Controlling the false discovery
 * rate, 1995). Not Holm's correction, as several values shift together in most regressions, and
 * four runs can never show anything with it.
 */
void correct_for_many(double *p, size_t n);

/* The least p that so many runs can come to, corrected for n_values of which one alone has changed.
 */
double least_p(size_t n, size_t m, size_t n_values);

#endif
