/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What jinx was started with and changes for itself: limits and signals. What it starts is to have
 * them as if jinx weren't there.
 */
#ifndef JINX_INHERITED_H
#define JINX_INHERITED_H

/* First thing of all. */
void inherited_note(void);

/* In a process that goes on to execute something. Safe after fork. */
void inherited_restore(void);

#endif
