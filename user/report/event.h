/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_EVENT_H
#define JINX_EVENT_H

#include "kernel/plan.h"

/* One injection as a line of JSON; `ret` has room for EVENT_LINE_SIZE bytes. Returns its length. */
#define EVENT_LINE_SIZE 512
size_t event_line(const struct event *e, const struct plan *plan, char *ret);

#endif
