/* SPDX-License-Identifier: GPL-2.0 */
/* The distributions of delays, as the kernel side draws from them. */
#ifndef JINX_QUANTILES_H
#define JINX_QUANTILES_H

#include "../../bpf/abi.h"

/*
 * NR_QUANTILES values in units of the standard deviation, times 2^QUANTILE_BITS, of mean 0: entry i
 * is the quantile at (i + 1/2) / NR_QUANTILES. Pareto is the one of netem, with a shape of 3
 * (iproute2: netem/pareto.c). Not for SPREAD_UNIFORM, which needs no table.
 */
void quantiles_fill(enum distribution d, __s32 *ret);

#endif
