/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one thread waits for: descriptors and points in time, each with a function that is called
 * then. Nothing that is called may wait. Each of them may add and remove what it likes, itself too.
 */
#ifndef JINX_LOOP_H
#define JINX_LOOP_H

#include <stdint.h>
#include <sys/epoll.h>

struct loop;
struct source; /* a descriptor or a timer of a loop */

/* `events` are those that have come, as epoll has them. */
typedef void (*watch_function)(uint32_t events, void *context);
/* `now_ns` is the time at which it is called, not the one for which it was set. */
typedef void (*timer_function)(uint64_t now_ns, void *context);

/* No time of CLOCK_MONOTONIC. */
#define LOOP_NEVER UINT64_MAX

/* 0 or -errno. */
int loop_new(struct loop **ret);
/* Frees its sources too; descriptors stay open. */
void loop_free(struct loop *l);

/*
 * Calls f while the descriptor has one of these events (EPOLLIN, EPOLLOUT), or with EPOLLET each
 * time that it gets one. It must stay open until loop_remove(). 0, with the source in *ret unless
 * that is NULL; -errno: -EPERM for a regular file, which never makes anybody wait.
 */
int loop_watch(struct loop *l, int fd, uint32_t events, watch_function f, void *context,
	struct source **ret);

/*
 * Calls f at a time of CLOCK_MONOTONIC, and then each `every_ns`, counted from that time, without
 * the ones that have been missed; 0: once, until loop_set(). 0 or -ENOMEM.
 */
int loop_timer(struct loop *l, uint64_t at_ns, uint64_t every_ns, timer_function f, void *context,
	struct source **ret);

/*
 * Sets a timer anew, LOOP_NEVER to let it rest. One whose time has passed is called once in each
 * turn of the loop, in the order of the times; those of the same time in the order of their
 * setting.
 */
void loop_set(struct source *timer, uint64_t at_ns);

/* It is not called any more, and freed. NULL is nothing. */
void loop_remove(struct source *s);

/* Calls what is due, and waits, until loop_stop(): then nothing else is called. 0 or -errno. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

#endif
