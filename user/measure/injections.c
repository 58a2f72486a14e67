// SPDX-License-Identifier: GPL-2.0
#include "measure/injections.h"

static void thin_out(struct injections *c)
{
	for (unsigned int i = 0; i < MAX_INJECTION_LOOKS / 2; i++)
		c->all[i] = c->all[2 * i + 1];
	c->n = MAX_INJECTION_LOOKS / 2;
	c->every = 2 * (c->every ?: 1);
}

void injections_add(struct injections *c, uint64_t ns, uint64_t injected)
{
	if (++c->skipped < c->every)
		return;
	c->skipped = 0;
	if (c->n == MAX_INJECTION_LOOKS)
		thin_out(c);
	c->all[c->n++] = (struct injections_point){ns, injected};
}

/* As the last look before that moment had it. */
static uint64_t until(const struct injections *c, uint64_t ns)
{
	unsigned int low = 0, high = c->n;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (c->all[middle].ns < ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? c->all[low - 1].injected : 0;
}

uint64_t injections_between(const struct injections *c, uint64_t from_ns, uint64_t to_ns)
{
	return until(c, to_ns) - until(c, from_ns);
}
