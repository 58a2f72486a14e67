/* SPDX-License-Identifier: GPL-2.0 */
/* Which functions of its own the kernel lets others fail, and how. */
#ifndef JINX_INJECTABLE_H
#define JINX_INJECTABLE_H

#include "kernel/caps.h"

/* Of the points that are functions of the kernel; or why the kernel doesn't say. */
void injectable_note(struct caps *caps);

#endif
