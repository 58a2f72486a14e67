/* SPDX-License-Identifier: GPL-2.0 */
/* Signals that end an experiment, and those that it outlives. */
#ifndef JINX_SIGNALS_H
#define JINX_SIGNALS_H

/*
 * A descriptor that is readable when SIGINT, SIGTERM or SIGHUP has come, which end nothing by
 * themselves any more; -errno. What was ignored from the start, as by nohup, stays so.
 */
int signals_open(void);

/* Whether one has come; takes all that have. */
int signals_take(int fd);

#endif
