/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's functions and tracepoints, to be listed. */
#ifndef JINX_KERNEL_POINTS_H
#define JINX_KERNEL_POINTS_H

#include <stddef.h>

#include "base/error.h"

struct kernel_point {
	char *name;
	char *module;	     /* or "", also of functions in several */
	unsigned int places; /* how many functions have that name */
	const char *fail;    /* what the kernel lets it be failed with: "errno", "NULL", "true"; "":
				nothing, or not known */
	char *arguments;     /* "struct file *file, int datasync", "void"; "": not known */
};

/* Sorted by name; to be freed with kernel_points_free(). */
struct kernel_points {
	struct kernel_point *all;
	size_t n, room;
	struct error unknown; /* what could not be asked, and why; "" */
};

/* The functions whose name matches the pattern (of fnmatch()). 0, or -errno with the reason:
 * -ENOENT: none does. */
int kernel_functions(const char *pattern, struct kernel_points *ret, struct error *why);

/*
 * The tracepoints: "block/block_rq_issue". Where the kernel doesn't show their groups (tracefs
 * isn't mounted, or may not be read) names alone are asked and listed: -EOPNOTSUPP if the pattern
 * has a /.
 */
int kernel_tracepoints(const char *pattern, struct kernel_points *ret, struct error *why);

void kernel_points_free(struct kernel_points *p);

#endif
