// SPDX-License-Identifier: GPL-2.0
#include "measure/bursts.h"

#include <stddef.h>

static void add(struct bursts *b, unsigned int rule, uint64_t n, uint64_t from_ns, uint64_t now_ns)
{
	struct burst *last = b->rules[rule].burst ? &b->all[b->rules[rule].burst - 1] : NULL;

	if (last && now_ns <= last->to_ns + BURST_REST_NS) {
		last->to_ns = now_ns;
		last->injected += n;
	} else if (b->n < MAX_BURSTS) {
		b->all[b->n++] = (struct burst){rule, from_ns, now_ns, n};
		b->rules[rule].burst = b->n;
	} else {
		b->left += n;
	}
}

void bursts_look(struct bursts *b, const uint64_t *injected, unsigned int n_rules,
	uint64_t began_ns, uint64_t now_ns)
{
	for (unsigned int i = 0; i < n_rules; i++) {
		uint64_t n = injected[i] - b->rules[i].injected;

		b->rules[i].injected = injected[i];
		if (n)
			add(b, i, n, b->looked_ns ?: began_ns, now_ns);
	}
	b->looked_ns = now_ns;
}
