/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Breakpoints at the functions of programs that are points of a plan, in each root that processes
 * of a target have.
 */
#ifndef JINX_BREAKPOINTS_H
#define JINX_BREAKPOINTS_H

#include <stdbool.h>

#include "kernel/plan.h"
#include "target/target.h"

struct breakpoints;

/* The programs that run there, and what they are called in the kernel side's object. */
enum breakpoint_program {
	AT_FUNCTION,
	AT_FUNCTION_RETURN,
	FAIL_FUNCTION,
	REPLACE_RESULT,
	SPIN_AT_FUNCTION,
	SLEEP_AT_FUNCTION,
	SPIN_AT_RETURN,
	SLEEP_AT_RETURN,
	METER_FUNCTION,
	METER_FUNCTION_RETURN,
	NR_BREAKPOINT_PROGRAMS
};

extern const struct breakpoint_row {
	const char *name;
	enum mechanism mechanism;
	bool at_return;
} breakpoint_programs[NR_BREAKPOINT_PROGRAMS];

/* Which one has the name; -1: none. */
int breakpoint_program(const char *name);

/*
 * `specs` is where the kernel side looks for the arguments of probes, MAX_PROBE_SPECS of them.
 * NULL: out of memory.
 */
struct breakpoints *breakpoints_new(const struct plan *plan, struct probe_arguments *specs);
/* Detaches everything. NULL is allowed. */
void breakpoints_free(struct breakpoints *b);

/*
 * The descriptors of a program, and of that which tells what is mapped (mapping.h); in another
 * process they may be others. -1: it is not in use. NULL is allowed to ask.
 */
void breakpoints_use(struct breakpoints *b, enum breakpoint_program which, int program);
void breakpoints_resolve_by(struct breakpoints *b, int resolver);
int breakpoints_fd(const struct breakpoints *b, enum breakpoint_program which);
int breakpoints_resolver(const struct breakpoints *b);

/*
 * Attaches where the target's processes have such a file and nothing of jinx's is there yet. How
 * many places are new, or -errno with *why.
 */
int breakpoints_look(
	struct breakpoints *b, const struct targets *t, unsigned int target, struct error *why);

#endif
