/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel side is told of who and what is meant: `where` of the rules, and identities. */
#ifndef JINX_FILL_WHERE_H
#define JINX_FILL_WHERE_H

#include "kernel/plan.h"
#include "target/target.h"

struct jinx_bpf;

/* Before loading: which rules ask for what, and the programs and maps that it takes. */
void fill_where_constants(struct jinx_bpf *skel, const struct plan *plan);

/* After loading: the values of `where` and of its `not`. 0 or -errno. */
int fill_where(struct jinx_bpf *skel, const struct plan *plan, const struct targets *targets);

/* The addresses of a host, counted in the order of the rules from 0 on; at any time. */
void fill_host(struct jinx_bpf *skel, unsigned int index, const struct host_addresses *h);

/* Programs are looked for in the roots of the target. 0 or -errno. */
int fill_identity(struct jinx_bpf *skel, struct identity *to, const struct identities *from,
	const struct target *t);

#endif
