/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What this process may do: Linux's capabilities. They are called privileges here, as a capability
 * is what a kernel can do. A set of them is a word with a bit for each. Home of libcap.
 */
#ifndef JINX_PRIVILEGES_H
#define JINX_PRIVILEGES_H

#include <stddef.h>
#include <stdint.h>

#include <linux/capability.h>

typedef uint64_t privileges;

#define PRIVILEGE(name) (1ull << CAP_##name)

/* Those in effect, with what cap_sys_admin stands for (include/linux/capability.h: bpf_capable). */
privileges privileges_held(void);

/* "cap_bpf, cap_perfmon"; "none" for the empty set. Returns ret. */
char *privileges_text(privileges set, char *ret, size_t size);

/* What it takes to open perf events: Debian's kernels have a level at which they are root's alone.
 */
privileges privileges_for_events(void);

/* Replaces those in effect by `set`, as far as they are permitted; what isn't can be taken again.
 */
int privileges_use(privileges set);

/*
 * Gives up all but `keep`, for good: from every set, with what an executed program could gain.
 * 0 or -errno.
 */
int privileges_drop(privileges keep);

#endif
