/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of user space that make a system call, each in a way of its own. */
#ifndef JINX_ABI_WRAPPER_H
#define JINX_ABI_WRAPPER_H

#include "check.h"

/* Where such a function has the arguments of the call that it makes. */
enum wrapper_layout {
	WRAPS_SAME,   /* in the same order, as C passes them */
	WRAPS_NUMBER, /* one later: the first one is the call's number */
	WRAPS_FOUR,   /* the first four alike, and the call gets 0 for the others */
	WRAPS_HERE,   /* one earlier: the call gets AT_FDCWD first */
	WRAPS_GO,     /* as Go passes them, and the first one is the call's number */
	NR_WRAPPER_LAYOUTS
};

/* The attach cookie: the number of the point in the plan, NO_POINT when the function is told it. */
#define WRAPPER_COOKIE(layout, number) ((__u64)(layout) << 16 | (number))
#define WRAPPER_LAYOUT(cookie) ((__u32)((cookie) >> 16 & 0xff))
#define WRAPPER_POINT(cookie) ((__u32)((cookie)&0xffff))

/*
 * Of a function that is a point itself, besides: how far it is from there to an instruction that
 * returns; and that it never returns, being no function but a place in one.
 */
#define FUNCTION_COOKIE(number, distance) ((__u64)(__u32)(distance) << 32 | (number))
#define FUNCTION_DISTANCE(cookie) ((__s32)((cookie) >> 32))
#define FUNCTION_PASSES (1u << 24)
/* Of a probe, in place of a distance: which spec its arguments have, from 1 on; 0: nobody asks. */
#define FUNCTION_PROBE (1u << 25)
#define PROBE_COOKIE(number, spec) \
	(FUNCTION_COOKIE(number, spec) | FUNCTION_PASSES | FUNCTION_PROBE)
#define PROBE_SPEC(cookie) ((cookie)&FUNCTION_PROBE ? (__u32)((cookie) >> 32) : 0)

/* What tells that a target may map a C library without jinx's breakpoints. */
enum stranger {
	STRANGER_NEW,	 /* a process of it executes something, or has come into its cgroup */
	STRANGER_MISSED, /* a call has come by none of them */
	NR_STRANGERS
};

/* Threads that are between such a function and its call; the oldest goes first. */
#define MAX_WRAPPED 32768

#endif
