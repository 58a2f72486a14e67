/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_SPAN_H
#define JINX_SPAN_H

#include <stdint.h>

/* A time: from `from_ns` on, and at `to_ns` no more. Of which clock its user says. */
struct span {
	uint64_t from_ns, to_ns;
};

#endif
