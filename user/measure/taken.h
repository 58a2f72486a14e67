/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule has used up at the most (actors/burden.h), or changed. */
#ifndef JINX_TAKEN_H
#define JINX_TAKEN_H

#include <stdint.h>

#define MAX_LEFT_ALONE 16

struct taken {
	uint64_t held, backed_off;
	/* Of clocks: processes whose vDSO was changed, and what bpf/abi/skew.h counts. */
	uint64_t patched, read, refused, hidden, seccomp, unfound, times;
	uint64_t n_left; /* processes that were left alone; the first ones by name */
	struct left_alone {
		int32_t pid;
		uint32_t why; /* enum unreached */
		char name[16];
	} left[MAX_LEFT_ALONE];
};

#endif
