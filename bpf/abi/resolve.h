/* SPDX-License-Identifier: GPL-2.0 */
/* Questions that jinx asks the kernel side by running a program: which file is it? */
#ifndef JINX_ABI_RESOLVE_H
#define JINX_ABI_RESOLVE_H

#include "check.h"
#include "caller.h"
#include "filter.h"

/* Argument and answer of the resolve_mapping program. */
struct resolve_mapping {
	__u64 address;	     /* in: of the caller */
	struct file_id file; /* out: that is mapped there */
};

SIZE_IS(resolve_mapping, 24);

/* Argument and answer of the resolve_file program. */
struct resolve_file {
	struct file_id file;
	struct file_id directory; /* that the file is in */
	char name[MAX_FILE_NAME]; /* there, or how it begins */
	__u32 fd;		  /* in */
	__u32 unused;
};

SIZE_IS(resolve_file, 72);
FIELD_IS_AT(resolve_file, fd, 64);

#endif
