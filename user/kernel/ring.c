// SPDX-License-Identifier: GPL-2.0
#include "kernel/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "../../bpf/abi.h"
#include "base/process.h"

/* How many events are handed on between two looks at the clock. */
#define GROUP 64

struct ring {
	uint64_t *consumer;	  /* how far we have read; the kernel sees what is free */
	const uint64_t *producer; /* how far there is something; a page of its own, then the data */
	const char *data;	  /* mapped twice in a row: no event is in two pieces */
	size_t size, page;
};

static void unmap(struct ring *r)
{
	if (r->consumer != MAP_FAILED)
		munmap(r->consumer, r->page);
	if (r->producer != MAP_FAILED)
		munmap((void *)r->producer, r->page + 2 * r->size);
}

int ring_open(int map_fd, size_t size, struct ring **ret)
{
	struct ring *r = calloc(1, sizeof(*r));
	int err = 0;

	if (!r)
		return -ENOMEM;
	r->size = size;
	r->page = sysconf(_SC_PAGESIZE);
	r->consumer = mmap(NULL, r->page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
	r->producer = mmap(NULL, r->page + 2 * size, PROT_READ, MAP_SHARED, map_fd, r->page);
	if (r->consumer == MAP_FAILED || r->producer == MAP_FAILED) {
		err = -errno;
		unmap(r);
		free(r);
		return err;
	}
	r->data = (const char *)r->producer + r->page;
	*ret = r;
	return 0;
}

void ring_close(struct ring *r)
{
	if (!r)
		return;
	unmap(r);
	free(r);
}

/* The kernel side reads it at each event, on another CPU: written seldom. */
static void give_back(struct ring *r, uint64_t at)
{
	__atomic_store_n(r->consumer, at, __ATOMIC_RELEASE);
}

bool ring_drain(struct ring *r, event_function f, void *context, uint64_t until_ns)
{
	uint64_t at = *r->consumer, given = at, end = at;
	bool more = true;

	for (unsigned int n = 1; more; n++) {
		const uint32_t *header = (const uint32_t *)(r->data + (at & (r->size - 1)));
		uint32_t length;

		if (at == end)
			end = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
		length = at == end ? BPF_RINGBUF_BUSY_BIT
				   : __atomic_load_n(header, __ATOMIC_ACQUIRE);
		more = !(length &
			 BPF_RINGBUF_BUSY_BIT); /* who is writing it wakes us, or the tick */
		if (!more || (!(length & BPF_RINGBUF_DISCARD_BIT) &&
				     !f((const void *)(header + 2), context)))
			break;
		length &= ~BPF_RINGBUF_DISCARD_BIT;
		at += (length + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
		if (at - given > r->size / 8)
			give_back(r, given = at);
		if (n % GROUP == 0 && monotonic_ns() > until_ns)
			break;
	}
	give_back(r, at);
	return more;
}
