/* SPDX-License-Identifier: GPL-2.0 */
/* When each rule injected: spans of time without a longer rest in them. */
#ifndef JINX_BURSTS_H
#define JINX_BURSTS_H

#include <stdint.h>

#include "../../bpf/abi.h"

#define MAX_BURSTS 256u
/* What is further apart is another burst. */
#define BURST_REST_NS 1000000000ull

struct burst {
	unsigned int rule;
	uint64_t from_ns, to_ns; /* CLOCK_MONOTONIC, of the looks around it */
	uint64_t injected;
};

/* All zero: none yet. */
struct bursts {
	unsigned int n;
	uint64_t left; /* injections of bursts that there was no room for */
	struct burst all[MAX_BURSTS];
	struct {
		uint64_t injected;  /* until the last look */
		unsigned int burst; /* the number of its last one, from 1; 0: none */
	} rules[MAX_RULES];
	uint64_t looked_ns;
};

/* What the rules have injected until now; `began_ns`: before the first look. */
void bursts_look(struct bursts *b, const uint64_t *injected, unsigned int n_rules,
	uint64_t began_ns, uint64_t now_ns);

#endif
