/* SPDX-License-Identifier: GPL-2.0 */
/* Who listens by the name of an experiment: anybody can. */
#ifndef JINX_LISTENERS_H
#define JINX_LISTENERS_H

/* The number of the experiment's name: hexadecimal digits. */
#define ID_LENGTH 6

/*
 * The ids of the experiments of this user, as the kernel lists sockets, in memory that is the
 * caller's to free; where it doesn't tell whose a socket is, of all users. How many, or -errno.
 */
int listeners_find(char (**ret)[8]);

#endif
