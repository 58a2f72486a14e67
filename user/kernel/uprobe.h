/* SPDX-License-Identifier: GPL-2.0 */
/* Breakpoints at functions of user space that run a BPF program. */
#ifndef JINX_UPROBE_H
#define JINX_UPROBE_H

#include <stdint.h>

/* What a program for them is loaded as (Linux 6.6; libbpf 1.1 has no name for it). */
#define UPROBE_MULTI 48

/*
 * Attaches a program at so many places of a file, in whichever process maps it, each with its
 * cookie. Returns the link's descriptor or -errno.
 */
int uprobe_attach(int program, const char *path, const uint64_t *offsets, const uint64_t *cookies,
	unsigned int n);

#endif
