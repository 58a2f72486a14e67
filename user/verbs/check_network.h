/* SPDX-License-Identifier: GPL-2.0 */
/* check: at which devices packets are lost and shaped. */
#ifndef JINX_CHECK_NETWORK_H
#define JINX_CHECK_NETWORK_H

#include <jansson.h>

#include "kernel/plan.h"
#include "scenario/scenario.h"

/* By mechanism and network namespace, as it would be now. Empty where the plan has none. */
json_t *devices_json(const struct plan *plan);
/* The same for people. */
void print_devices(const struct plan *plan);

/* The nodes of its network, and why they can't be had; "": they can. */
json_t *nodes_json(const struct standing *st, const char *why_not);
void print_nodes(const struct standing *st, const char *why_not);

#endif
