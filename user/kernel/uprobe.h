/* SPDX-License-Identifier: GPL-2.0 */
/* Breakpoints at functions of user space that run a BPF program. */
#ifndef JINX_UPROBE_H
#define JINX_UPROBE_H

#include <stdbool.h>
#include <stdint.h>

/* What a program for them is loaded as (Linux 6.6; libbpf 1.1 has no name for it). */
#define UPROBE_MULTI 48

/*
 * Attaches a program at so many places of a file, in whichever process maps it, each with its
 * cookie. Returns the link's descriptor or -errno.
 */
int uprobe_attach(int program, const char *path, const uint64_t *offsets, const uint64_t *cookies,
	unsigned int n);

struct uprobe {
	const char *path;
	uint64_t offset, cookie;
	uint64_t semaphore; /* the place of a counter that the kernel raises meanwhile; 0: none */
	bool at_return;	    /* of the function that begins there */
};

/* The same at one place; and by a perf event, where the kernel has no other way (before Linux
 * 6.6), for a program that isn't loaded as UPROBE_MULTI. */
int uprobe_attach_one(int program, const struct uprobe *where);
int uprobe_attach_event(int program, const struct uprobe *where);

/* The place of a function of this program in its file. 0 or -ENOENT. */
int uprobe_own_offset(const void *function, uint64_t *ret);

#endif
