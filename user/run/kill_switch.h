/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_KILL_SWITCH_H
#define JINX_KILL_SWITCH_H

#include <stdbool.h>

/* While this file exists every experiment of the host ends, and none begins. */
#define KILL_SWITCH "/run/jinx.stop"

/*
 * Whether it does: where this process sees /run, or where the host's first process does, which in a
 * container may be another place. First called before privileges are dropped.
 */
bool kill_switch(void);

#endif
