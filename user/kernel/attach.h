/* SPDX-License-Identifier: GPL-2.0 */
/* Which programs a plan needs, and where they go. */
#ifndef JINX_ATTACH_H
#define JINX_ATTACH_H

#include "kernel/plan.h"
#include "target/target.h"

struct bpf_link;
struct bpf_object;
struct bpf_program;
struct clones;
struct breakpoints;
struct wrappers;

/* A program on a target's cgroup, or on an event of it. */
struct cgroup_link {
	struct bpf_link *link;
	struct bpf_program *program;
	unsigned int target, served; /* served: all targets of that program, a bit each */
	uint64_t cgroup_id;
};

struct links {
	unsigned int n, room;
	struct bpf_link **all;
	unsigned int n_cgroup, cgroup_room;
	struct cgroup_link *cgroup;
	struct clones *clones;		 /* NULL when no binding needs them */
	struct wrappers *wrappers;	 /* the same */
	struct breakpoints *breakpoints; /* the same */
	struct probe_arguments *probes;	 /* the kernel side's */
};

/* Keeps a link of libbpf's, whose error is in errno when it is NULL. 0 or -errno. */
int links_keep(struct links *links, struct bpf_link *link);

/* The same for one of a target's cgroup. 0 or -errno, and then the link is undone. */
int links_keep_of_cgroup(struct links *links, const struct cgroup_link *link);
bool links_have(const struct links *links, const struct bpf_program *program,
	const struct targets *targets, unsigned int target);

/* The targets of the rules that share the programs of a binding, a bit each. */
unsigned int attach_targets_served(const struct plan *plan, unsigned int binding);

/*
 * Whether a program of this name is attached for a call at the binding's point: by a mechanism that
 * names it, or for an earlier binding of the same mechanism.
 */
bool attach_has(const struct plan *plan, const char *program, unsigned int binding);

/* Before loading: selects the plan's programs and names their attach targets. */
int attach_prepare(struct bpf_object *obj, const struct plan *plan, struct error *why);

/* After loading: attaches every selected program. On an error some may be attached: undo. */
int attach_all(struct bpf_object *obj, const struct plan *plan, const struct targets *targets,
	struct links *links, struct error *why);

/* After targets have moved: programs on cgroups where there are none yet. 0 or -errno. */
int attach_missing(struct bpf_object *obj, const struct plan *plan, const struct targets *targets,
	struct links *links);
/* And no more where targets are not any more. */
void attach_drop_unused(const struct targets *targets, struct links *links);

/*
 * Calls that probes at a call's return have missed, of all processes: only so many threads at once
 * are followed to it. 0 before Linux 6.7, which doesn't tell.
 */
uint64_t attach_missed(const struct links *links);

void attach_undo(struct links *links);

/* The place that a binding attaches to, for people: "__x64_sys_openat". Returns ret. */
const char *attach_describe(const struct binding *b, char *ret, size_t size);

#endif
