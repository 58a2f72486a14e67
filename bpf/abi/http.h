/* SPDX-License-Identifier: GPL-2.0 */
/* Which paths a rule means that the target asks HTTP servers for. */
#ifndef JINX_ABI_HTTP_H
#define JINX_ABI_HTTP_H

#include "check.h"

#define HTTP_PATH_MOST 64
#define MAX_HTTP_PATHS 8  /* of one rule */
#define MAX_HTTP_TESTS 64 /* of all rules */

struct http_test {
	__u8 path[HTTP_PATH_MOST]; /* without what begins with ? */
	__u32 length;
	__u32 begins; /* it means all paths that begin so */
	__u64 rules;  /* a bit each */
};

SIZE_IS(http_test, 80);
FIELD_IS_AT(http_test, rules, 72);

#endif
