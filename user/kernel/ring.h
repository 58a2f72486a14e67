/* SPDX-License-Identifier: GPL-2.0 */
/* The buffer through which the kernel side tells of events (kernel/bpf/ringbuf.c). */
#ifndef JINX_RING_H
#define JINX_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;
struct ring;

/* False: no more for now. */
typedef bool (*event_function)(const struct event *e, void *context);

/* Maps a ring buffer of `size` bytes; it stays when the descriptor is closed. 0 or -errno. */
int ring_open(int map_fd, size_t size, struct ring **ret);
void ring_close(struct ring *r);

/*
 * Hands on what there is, in order, until `f` has enough or it is `until_ns` (CLOCK_MONOTONIC).
 * True: there is more.
 */
bool ring_drain(struct ring *r, event_function f, void *context, uint64_t until_ns);

#endif
