/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each mechanism is, in user space: how it is tried, which points it reaches, which programs
 * it takes and how they are attached. A mechanism is a row in bpf/mechanisms.def, which has its
 * words and flags, and a `struct mechanism_kind mechanism_ID` in the file of its family here.
 */
#ifndef JINX_MECHANISM_H
#define JINX_MECHANISM_H

#include "kernel/caps.h"

struct bpf_object;
struct bpf_program;
struct btf;
struct jinx_bpf;
struct links;
struct plan;
struct targets;

#define MAX_PROGRAMS 10 /* of one mechanism at one point */
#define FUNCTION_MAX 96

/* Programs of jinx.bpf.c by name, and the functions that trampolines go to. */
struct programs {
	int n;
	struct program {
		char name[64];
		char function[FUNCTION_MAX]; /* "" when the program's section says where */
	} all[MAX_PROGRAMS];
};

/* What attaching goes by. */
struct attaching {
	struct bpf_object *object;
	const struct plan *plan;
	const struct targets *targets;
	struct links *links;
	bool again; /* targets have moved: only what is of their cgroups is missing */
};

/* Functions that may be NULL say what that means. */
struct mechanism_kind {
	/*
	 * Tries it on this kernel, by loading and attaching what does nothing. May note in `caps`
	 * what else it finds. 0, or -errno with the reason.
	 */
	int (*probe)(const struct btf *btf, struct caps *caps, struct error *why);

	/* Why it doesn't reach this point where it works; NULL: it does. Pure. */
	const char *(*out_of_reach)(enum point p, const struct caps *caps);
	/* Why it can't tell what `asks` (enum filter_kind bits) is about there; NULL: it can. Pure.
	 * Of those that carry out rules.
	 */
	const char *(*blind)(unsigned int asks, enum point p, const struct caps *caps);

	/* The programs that it takes at a point. */
	void (*programs)(enum point p, struct programs *ret);
	/* Before loading, for each binding of a rule: what it needs besides. NULL: nothing. */
	void (*prepare)(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding);
	/*
	 * Attaches one of its programs for a binding, which is plan_place()'s. 0 or -errno. NULL:
	 * it goes where its section or function says, once for all points that share it.
	 */
	int (*attach)(const struct attaching *a, unsigned int place, struct bpf_program *program);
	/* Attaches what it needs besides its programs. 0 or -errno. NULL: nothing. */
	int (*attach_rest)(const struct attaching *a, unsigned int binding);
	bool each_point; /* its program is attached at each point, whose number is the cookie */

	/* The place, for people: "__x64_sys_openat". */
	void (*describe)(enum point p, char *ret, size_t size);
};

extern const struct mechanism_kind *const mechanism_kinds[NR_MECHANISMS];

/* Adds the program whose name is `prefix` and `name`; `function` as in struct program. */
void programs_add(struct programs *to, const char *function, const char *prefix, const char *name);

/* The kernel's function of a system call, "__x64_sys_openat". Returns ret. */
const char *call_function(enum point p, char *ret, size_t size);

#endif
