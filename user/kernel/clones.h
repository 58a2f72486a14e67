/* SPDX-License-Identifier: GPL-2.0 */
/* Copies of bpf/linger.bpf.c's program, several at a call, each for a share of the threads. */
#ifndef JINX_CLONES_H
#define JINX_CLONES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "../../bpf/abi.h"

struct jinx_bpf;
struct clones;

/*
 * Loads the program with the maps and constants of `main`, which is loaded already, ready to be
 * copied. 0 and *ret, or -errno with the reason in `why`.
 */
int clones_load(struct jinx_bpf *main, struct clones **ret, struct error *why);
/* Loads and attaches the clones for a system call, of this number in the plan. 0 or -errno. */
int clones_attach(struct clones *c, enum point point, unsigned int number);
void clones_detach(struct clones *c);
void clones_free(struct clones *c);

#endif
