// SPDX-License-Identifier: GPL-2.0
#include "measure/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "expect/pattern.h"

#define BLOCK (64u << 10)
#define MAX_BLOCKS (MAX_KEPT / BLOCK)

/* Before each line. */
struct head {
	uint64_t time_ns;
	uint32_t size;
};

/* Blocks are only added to, and never move: copies see as many lines as they know of. */
struct kept_blocks {
	unsigned int references;
	unsigned int n;
	size_t used[MAX_BLOCKS];
	char *all[MAX_BLOCKS];
};

static char *room(struct kept_blocks *b, size_t size)
{
	char *ret;

	if (size > BLOCK)
		return NULL;
	if (!b->n || b->used[b->n - 1] + size > BLOCK) {
		if (b->n == MAX_BLOCKS || !(b->all[b->n] = malloc(BLOCK)))
			return NULL;
		b->n++;
	}
	ret = b->all[b->n - 1] + b->used[b->n - 1];
	b->used[b->n - 1] += size;
	return ret;
}

void kept_add(struct kept *j, uint64_t now_ns, const char *line, size_t size)
{
	struct head h = {now_ns, size};
	char *to;

	if (!j->blocks && (j->blocks = calloc(1, sizeof(*j->blocks))))
		j->blocks->references = 1;
	to = j->blocks && !j->cut ? room(j->blocks, sizeof(h) + size) : NULL;
	if (!to) {
		j->cut = true;
		return;
	}
	memcpy(to, &h, sizeof(h));
	memcpy(to + sizeof(h), line, size);
	j->n_lines++;
}

struct kept kept_share(const struct kept *j)
{
	if (j->blocks)
		j->blocks->references++;
	return *j;
}

void kept_done(struct kept *j)
{
	struct kept_blocks *b = j->blocks;

	*j = (struct kept){};
	if (!b || --b->references)
		return;
	for (unsigned int i = 0; i < b->n; i++)
		free(b->all[i]);
	free(b);
}

int kept_count(const struct kept *j, const struct pattern *p, uint64_t from_ns, uint64_t to_ns,
	uint64_t *ret)
{
	uint64_t left = j->n_lines;

	*ret = 0;
	for (unsigned int i = 0; left; i++) {
		const char *at = j->blocks->all[i], *end = at + j->blocks->used[i];

		for (struct head h; left && at < end; left--, at += h.size) {
			int found = 0;

			memcpy(&h, at, sizeof(h));
			at += sizeof(h);
			if (h.time_ns >= from_ns && h.time_ns < to_ns)
				found = pattern_find(p, at, h.size);
			if (found < 0)
				return found;
			*ret += found;
		}
	}
	return 0;
}
