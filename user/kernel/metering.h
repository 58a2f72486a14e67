/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel side is told of the plan's meters, and what it has counted by them. */
#ifndef JINX_METERING_H
#define JINX_METERING_H

#include "kernel/plan.h"
#include "target/target.h"

struct jinx_bpf;
struct meter_rows;

/* Before loading. */
void metering_constants(struct jinx_bpf *skel, const struct plan *plan, const struct targets *t);
/* After loading; `slot` as of fill_slots(). */
void metering_variables(struct jinx_bpf *skel, const struct plan *plan, const unsigned int *slot);

/* After loading, if the plan has meters: maps its rows. 0 or -errno. */
int metering_open(struct jinx_bpf *skel, const struct plan *plan, struct meter_rows **ret);
void metering_close(struct meter_rows *rows);

/* A copy of all rows, in plan_meters.h's order. */
void metering_read(const struct meter_rows *rows, struct meter_row *ret);

#endif
