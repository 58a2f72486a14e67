/* SPDX-License-Identifier: GPL-2.0 */
/* Which paths a rule means that the target asks HTTP servers for. */
#ifndef JINX_ABI_HTTP_H
#define JINX_ABI_HTTP_H

#include "check.h"

#define HTTP_PATH_MOST 64
#define HTTP_METHOD_LEAST 3   /* GET */
#define HTTP_METHOD_MOST 14   /* UNSUBSCRIBE has 11 */
#define HTTP_REQUEST_LEAST 16 /* "GET / HTTP/1.1\r\n" */
#define HTTP_LINE_MOST 16384  /* servers refuse longer ones */
#define MAX_HTTP_PATHS 8      /* of one rule */
#define MAX_HTTP_TESTS 64     /* of all rules */

struct http_test {
	__u8 path[HTTP_PATH_MOST]; /* without what begins with ? */
	__u32 length;
	__u32 begins; /* it means all paths that begin so */
	__u64 rules;  /* a bit each */
};

SIZE_IS(http_test, 80);
FIELD_IS_AT(http_test, rules, 72);

#endif
