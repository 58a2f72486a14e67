/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_PROCESS_H
#define JINX_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* This process, its parent and so on up to pid 1, which is always the last. Returns how many. */
int process_ancestors(pid_t *ret, int max);

/* CLOCK_MONOTONIC in nanoseconds: what bpf_ktime_get_ns() reads. */
uint64_t monotonic_ns(void);

/* The process of this pidfd has ended, all its threads; it may wait for its parent as a zombie. */
bool process_has_ended(int pidfd);

/* Waits so many ms until a child ends by itself, else kills it. It is buried. pidfd -1: it is
 * killed at once. */
void process_end(pid_t pid, int pidfd, int ms);

/* It is a thread of the kernel: it makes no system calls. */
bool process_is_kernels(pid_t pid);

/*
 * How readily the kernel takes this process when memory runs out (/proc/self/oom_score_adj); what
 * is forked inherits it. Reading gives 0 and setting does nothing where there is none.
 */
int process_oom_score(void);
void process_set_oom_score(int score);

/* To be woken quickly on a busy host, as far as this process may. */
void process_hurry(void);
/*
 * The same for a process that serves others: in a session of its own, so that a signal to jinx's
 * group is for jinx.
 */
void process_be_first(void);

/* The process of a thread; of its first thread the number itself; 0: there is none. */
pid_t process_of_thread(pid_t tid);
/* Its parent; 0: it has none that can be seen, or there is no such process. */
pid_t process_parent(pid_t pid);

/* When it was started, in ticks since the host was; with its number it is nobody else's. 0: gone.
 */
uint64_t process_started(pid_t pid);

/*
 * Of /proc/PID/stat: 'R' runs or waits for a CPU, 'T' is stopped, ...; 0: there is none. Where the
 * first thread has ended and others go on (pthread_exit() in main) it is that of one of these.
 */
char process_state(pid_t pid);
/* Of one thread, whatever the others do. */
char process_thread_state(pid_t pid, pid_t tid);
/* The same, and process_started() by the same look. */
char process_look(pid_t pid, uint64_t *ret_started);
/* How often its first thread has waited for something so far; 0: it is gone. */
uint64_t process_sleeps(pid_t pid);

#endif
