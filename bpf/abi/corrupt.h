/* SPDX-License-Identifier: GPL-2.0 */
/* What becomes of the bytes that a call returns, or takes. */
#ifndef JINX_ABI_CORRUPT_H
#define JINX_ABI_CORRUPT_H

#include "check.h"

enum corruption_kind {
	CORRUPT_NONE,
	CORRUPT_FLIP,	  /* bits of what was read */
	CORRUPT_FILL,	  /* a run of bytes of it gets the pattern, over and over */
	CORRUPT_TRUNCATE, /* from somewhere on there are zeros */
	CORRUPT_LOSE,	  /* what is written is not, and said to be */
	CORRUPT_SHORT,	  /* the call is asked for less */
	CORRUPT_END,	  /* for nothing: what reads is at the end */
};

#define MAX_PATTERN 16
#define MAX_CHANGES (1u << 20) /* bytes or bits, of one call */
#define MAX_COUNT 65536u       /* of `count` */

struct corruption {
	__u32 kind;	   /* enum corruption_kind */
	__u32 count;	   /* bits to flip, bytes to fill; ppm of them to ask for */
	__u64 of;	   /* in each so many bytes of the file; 0: in each call */
	__u64 first, end;  /* offsets in the file; end 0: to its own end */
	__u32 pattern_len; /* 1 to MAX_PATTERN */
	__u8 pattern[MAX_PATTERN];
	__u32 unused;
};

SIZE_IS(corruption, 56);
FIELD_IS_AT(corruption, of, 8);
FIELD_IS_AT(corruption, pattern, 36);

#endif
