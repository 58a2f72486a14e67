/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_ENVIRONMENT_H
#define JINX_ENVIRONMENT_H

/*
 * Leaves of this process's environment what commands of a scenario have: PATH, HOME, USER, LOGNAME,
 * TMPDIR, TZ and what begins with JINX_; LANG is C.UTF-8. 0 or -errno.
 */
int environment_reduce(void);

/* TZ is this until zone_return(); NULL: it stays as it is. 0 or -errno. */
int zone_borrow(const char *zone);
void zone_return(void);

#endif
