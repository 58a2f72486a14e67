/* SPDX-License-Identifier: GPL-2.0 */
/* What calls came to, made of what the kernel side has counted. */
#ifndef JINX_CALLS_H
#define JINX_CALLS_H

#include "../../bpf/abi.h"
#include "base/histogram.h"

/* The durations of a row: of the calls that have ended. */
void calls_histogram(const struct meter_row *row, struct histogram *ret);

/* How many of them failed, whatever with. */
uint64_t calls_failed(const struct meter_row *row);

/* Those that began and have not ended, out of how many did. */
uint64_t calls_unfinished(const struct meter_row *row, uint64_t ended);

/* Of several histograms one. */
void histogram_pool(struct histogram *to, const struct histogram *from);

#endif
