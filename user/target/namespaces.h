/* SPDX-License-Identifier: GPL-2.0 */
/* Namespaces of jinx itself: in some an experiment would not do what it says. */
#ifndef JINX_NAMESPACES_H
#define JINX_NAMESPACES_H

#include <stdbool.h>

#include "base/error.h"

/* /proc/self/ns/NAME is the host's, which has this inode number (include/linux/proc_ns.h). */
#define PROC_CGROUP_INIT_INO 0xEFFFFFFBu
#define PROC_PID_INIT_INO 0xEFFFFFFCu
#define PROC_TIME_INIT_INO 0xEFFFFFFAu
bool namespace_is_first(const char *name, unsigned int inode);

/*
 * 0; -EOPNOTSUPP with the reason: a cgroup namespace, in which paths mean others, or a time
 * namespace whose clock isn't the kernel's, by which delays and the heartbeat go.
 */
int namespaces_check(struct error *why);

/* jinx ps and jinx stop of the host don't find what runs here: sockets of a network namespace are
 * its own. */
bool namespaces_hide(void);

/* What /proc/PID/timens_offsets says is another time than the host's. */
bool clocks_are_moved(const char *offsets);

#endif
