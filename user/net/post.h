/* SPDX-License-Identifier: GPL-2.0 */
/* Sends JSON to a URL once, and waits no longer than that for the answer. */
#ifndef JINX_POST_H
#define JINX_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* It can be read as one; nothing is looked up. */
bool post_can_go_to(const char *url);

struct post_answer {
	char why[128];	 /* it was not taken, or "" */
	char body[1024]; /* the beginning of what was answered */
};

/*
 * `headers`: "name=value,name=value", percent-encoded as OpenTelemetry has it, NULL: none.
 * `cancel`: a descriptor; once it is readable nobody waits. 0, or -1 with the reason in ret->why.
 */
int post_json(const char *url, const char *headers, const char *text, uint64_t timeout_ns,
	int cancel, struct post_answer *ret);

#endif
