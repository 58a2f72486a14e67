// SPDX-License-Identifier: GPL-2.0
#include "actors/roll.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_SIZE 256

/* Where it is, or else may be. */
static struct stopped *place_of(const struct roll *r, const struct stopped *p)
{
	uint64_t at =
		((uint64_t)p->pid * 0x9e3779b97f4a7c15ull ^ p->started) * 0xbf58476d1ce4e5b9ull >>
		32;

	while (r->all[at & (r->size - 1)].pid &&
		(r->all[at & (r->size - 1)].pid != p->pid ||
			r->all[at & (r->size - 1)].started != p->started))
		at++;
	return &r->all[at & (r->size - 1)];
}

static int grow(struct roll *r)
{
	struct roll larger = {.n = r->n, .size = r->size ? 2 * r->size : FIRST_SIZE};

	larger.all = calloc(larger.size, sizeof(*larger.all));
	if (!larger.all)
		return -ENOMEM;
	for (unsigned int i = 0; i < r->size; i++)
		if (r->all[i].pid)
			*place_of(&larger, &r->all[i]) = r->all[i];
	free(r->all);
	*r = larger;
	return 0;
}

int roll_add(struct roll *r, const struct stopped *p)
{
	struct stopped *place;

	if (2 * r->n >= r->size && grow(r))
		return -ENOMEM;
	place = place_of(r, p);
	if (place->pid)
		return 0;
	*place = *p;
	r->n++;
	return 1;
}

void roll_free(struct roll *r)
{
	free(r->all);
	*r = (struct roll){};
}
