// SPDX-License-Identifier: GPL-2.0
#include "kernel/quantiles.h"

#include <math.h>

/* The z with normal distribution function q, for q >= 1/2, by halving. */
static double normal(double q)
{
	double low = 0, high = 10;

	for (int i = 0; i < 32; i++) {
		double z = (low + high) / 2;

		if (erfc(-z * M_SQRT1_2) / 2 < q)
			low = z;
		else
			high = z;
	}
	return low;
}

/* Shape 3 and scale 1: the mean is 3/2 and the variance 3/4. */
static double pareto(double q)
{
	return (1 / cbrt(1 - q) - 1.5) / sqrt(0.75);
}

void quantiles_fill(enum distribution d, __s32 *ret)
{
	for (int i = 0; i < NR_QUANTILES; i++) {
		double q = (i + 0.5) / NR_QUANTILES, z;

		if (d == SPREAD_PARETO)
			z = pareto(q);
		else
			z = q < 0.5 ? -normal(1 - q) : normal(q);
		ret[i] = lround(ldexp(z, QUANTILE_BITS));
	}
}
