/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Regular expressions (PCRE2, UTF-8 where the text is). A match takes a bounded time: what would
 * take longer is told, and is not taken for "no match".
 */
#ifndef JINX_PATTERN_H
#define JINX_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct pattern;

/* 0; -EINVAL with what is wrong and where in *why's message; -ENOMEM. */
int pattern_new(const char *text, struct pattern **ret, struct error *why);
void pattern_free(struct pattern *p);

/* Whether it is found in the text: 1 or 0; -E2BIG: it would have taken too long. */
int pattern_find(const struct pattern *p, const char *text, size_t size);

/* Of a text in which it isn't found: whether it might be once there is more of it. */
bool pattern_may_come(const struct pattern *p, const char *text, size_t size);

/* After a match: where its group of this name is. False: there is none, or it took no part. */
bool pattern_named(const struct pattern *p, const char *name, size_t *ret_at, size_t *ret_size);

/* Whether it has a group of this name. */
bool pattern_has(const struct pattern *p, const char *name);

#endif
