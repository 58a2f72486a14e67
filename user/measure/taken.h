/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule has used up at the most (actors/burden.h). */
#ifndef JINX_TAKEN_H
#define JINX_TAKEN_H

#include <stdint.h>

struct taken {
	uint64_t held, backed_off;
};

#endif
