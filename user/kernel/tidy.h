/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 6.6 filters of clsact stay at devices when jinx is killed, and do nothing. A process
 * puts them away then: it holds nothing but a pipe's end, which tells it of jinx's death, and the
 * sockets by which filters are removed.
 */
#ifndef JINX_TIDY_H
#define JINX_TIDY_H

#include <stdbool.h>

#include "kernel/tc.h"
#include "target/netns.h"

/*
 * Once, before the first filter, after the namespaces' sockets have been opened; `sets` may be
 * NULL. 0 or -errno.
 */
int tidy_start(const struct netns_set *const *sets, unsigned int n);
/* No filter is left: it ends. */
void tidy_end(void);

/* Before a filter is attached; forgotten when it has been removed. -1: nobody will put it away. */
int tidy_note(const struct tc *t);
void tidy_made_clsact(int note);
void tidy_forget(int note);

#endif
