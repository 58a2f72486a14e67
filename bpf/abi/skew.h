/* SPDX-License-Identifier: GPL-2.0 */
/* The clocks that a target sees. */
#ifndef JINX_ABI_SKEW_H
#define JINX_ABI_SKEW_H

#include "check.h"

#define MAX_SPARED 32 /* processes; those beyond see a mixture */
#define MAX_CLOCKS \
	16 /* CLOCK_REALTIME and so on, by their numbers (linux/time.h); a power of two */

/*
 * From where each clock says began_ns on it goes by what is here, and before that as it does: so
 * that all threads see it begin at the same reading, and one that is only made slower never goes
 * backwards.
 */
struct skew {
	__u64 began_ns[MAX_CLOCKS];
	__s64 offset_ns;	      /* of CLOCK_REALTIME and its like */
	__u64 slower_ppm, faster_ppm; /* slower by 1000000: it stands still */
	__u64 step_ns;		      /* it goes on in steps of this; 0: as it does */
	__u32 clocks;		      /* which, a bit each */
	__u32 unused;
	__u64 read;	 /* how often a program was told another time */
	__u64 refused;	 /* and how often its memory could not be written */
	__u64 hidden;	 /* programs that were started without a vDSO */
	__u64 seccomp;	 /* those that were left alone, as they have filters of system calls */
	__u64 unfound;	 /* as their auxiliary vector was not found: 32-bit programs */
	__u64 times;	 /* calls of time(2), whose result is in a register */
	__u64 deadlines; /* that were shifted */
	__u32 spared[MAX_SPARED]; /* processes that keep the true time; 0: no more */
};

SIZE_IS(skew, 352);
FIELD_IS_AT(skew, offset_ns, 128);
FIELD_IS_AT(skew, clocks, 160);
FIELD_IS_AT(skew, read, 168);

#endif
