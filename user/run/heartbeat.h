/* SPDX-License-Identifier: GPL-2.0 */
/* While it beats, faults are injected; and what ends them at once. */
#ifndef JINX_HEARTBEAT_H
#define JINX_HEARTBEAT_H

#include <stdint.h>

struct experiment;

/* Renews it by itself from now on, and looks at the kill switch and the gate. 0 or -errno. */
int heartbeat_begin(struct experiment *x);

void heartbeat_renew(struct experiment *x, uint64_t now_ns);

#endif
