/* SPDX-License-Identifier: GPL-2.0 */
/* Packets that wait: a heap, what is due first on top, and of those due at once what came first. */
#ifndef JINX_QUEUE_H
#define JINX_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct packet {
	uint64_t due_ns, number;
	unsigned int detour, tag;
	size_t size;
	unsigned char data[];
};

struct queue {
	struct packet **all;
	size_t n, room;
	size_t bytes; /* of all */
	uint64_t next_number;
};

#define QUEUE_MORE 4 /* bytes that data may grow by */

/* A copy of the data waits from now on. 0 or -ENOMEM. */
int queue_add(struct queue *q, uint64_t due_ns, unsigned int detour, unsigned int tag,
	const void *data, size_t size);
/* What is due first; NULL: nothing waits. */
const struct packet *queue_first(const struct queue *q);
/* Takes it out; the caller frees it. */
struct packet *queue_take(struct queue *q);

#endif
