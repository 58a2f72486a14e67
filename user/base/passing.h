/* SPDX-License-Identifier: GPL-2.0 */
/* Messages on a unix socket, with a descriptor or without. */
#ifndef JINX_PASSING_H
#define JINX_PASSING_H

#include <sys/types.h>

/* As send(), with `fd` unless it is -1. */
ssize_t passing_send(int socket, const void *message, size_t size, int fd);
/* As recv(); *ret_fd is the caller's to close, -1: none came. */
ssize_t passing_receive(int socket, void *message, size_t size, int *ret_fd);

#endif
