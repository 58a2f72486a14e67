/* SPDX-License-Identifier: GPL-2.0 */
/* Sends JSON to a URL once, and waits no longer than that for the answer. */
#ifndef JINX_POST_H
#define JINX_POST_H

#include <stddef.h>
#include <stdint.h>

/*
 * `headers`: "name=value,name=value", NULL: none. `cancel`: a descriptor; once it is readable
 * nobody waits. 0, or -1 with the reason in `why`.
 */
int post_json(const char *url, const char *headers, const char *text, uint64_t timeout_ns,
	int cancel, char *why, size_t size);

#endif
