/* SPDX-License-Identifier: GPL-2.0 */
/* check: at which devices packets are lost and shaped. */
#ifndef JINX_CHECK_NETWORK_H
#define JINX_CHECK_NETWORK_H

#include <jansson.h>

#include "kernel/plan.h"

/* By mechanism and network namespace, as it would be now. Empty where the plan has none. */
json_t *devices_json(const struct plan *plan);
/* The same for people. */
void print_devices(const struct plan *plan);

#endif
