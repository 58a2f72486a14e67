/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_KILL_SWITCH_H
#define JINX_KILL_SWITCH_H

#include <stdbool.h>
#include <unistd.h>

/* While this file exists every experiment of the host ends, and none begins. */
#define KILL_SWITCH "/run/jinx.stop"

static inline bool kill_switch(void)
{
	return access(KILL_SWITCH, F_OK) == 0;
}

#endif
