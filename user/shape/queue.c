// SPDX-License-Identifier: GPL-2.0
#include "shape/queue.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool before(const struct packet *a, const struct packet *b)
{
	return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->number < b->number;
}

static void swap(struct packet **a, struct packet **b)
{
	struct packet *c = *a;

	*a = *b;
	*b = c;
}

static int make_room(struct queue *q)
{
	size_t room = q->room ? 2 * q->room : 1024;
	struct packet **all;

	if (q->n < q->room)
		return 0;
	all = realloc(q->all, room * sizeof(*all));
	if (!all)
		return -ENOMEM;
	q->all = all;
	q->room = room;
	return 0;
}

int queue_add(struct queue *q, uint64_t due_ns, unsigned int detour, unsigned int tag,
	const void *data, size_t size)
{
	struct packet *p = make_room(q) ? NULL : malloc(sizeof(*p) + size + QUEUE_MORE);

	if (!p)
		return -ENOMEM;
	*p = (struct packet){due_ns, q->next_number++, detour, tag, size};
	memcpy(p->data, data, size);
	q->bytes += size;
	q->all[q->n] = p;
	for (size_t i = q->n++; i && before(q->all[i], q->all[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&q->all[i], &q->all[(i - 1) / 2]);
	return 0;
}

const struct packet *queue_first(const struct queue *q)
{
	return q->n ? q->all[0] : NULL;
}

struct packet *queue_take(struct queue *q)
{
	struct packet *first = q->n ? q->all[0] : NULL;
	size_t i = 0, next;

	if (!first)
		return NULL;
	q->bytes -= first->size;
	q->all[0] = q->all[--q->n];
	for (;;) {
		next = 2 * i + 1;
		if (next >= q->n)
			return first;
		if (next + 1 < q->n && before(q->all[next + 1], q->all[next]))
			next++;
		if (!before(q->all[next], q->all[i]))
			return first;
		swap(&q->all[i], &q->all[next]);
		i = next;
	}
}
