/* SPDX-License-Identifier: GPL-2.0 */
/* Metrics as they are written: "target.db.restarts", "p99[fsync, natural](stall)". */
#ifndef JINX_EXPECT_METRIC_H
#define JINX_EXPECT_METRIC_H

#include "expect/expect.h"
#include "expect/lexer.h"

/* The lexer is at its first word, and goes behind it. 0, -EINVAL with the reason, -ENOMEM. */
int metric_parse(struct lexer *l, const struct names *names, struct metric *ret);

/* "a time" */
const char *dimension_name(enum dimension d);

#endif
