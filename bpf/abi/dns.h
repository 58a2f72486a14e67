/* SPDX-License-Identifier: GPL-2.0 */
/* Which names a rule means that the target asks a name server for. */
#ifndef JINX_ABI_DNS_H
#define JINX_ABI_DNS_H

#include "check.h"

#define DNS_PORT 53
#define DNS_HEADER 12
#define DNS_LENGTH 2	  /* before it, by TCP (RFC 1035, 4.2.2) */
#define DNS_NAME_MOST 255 /* RFC 1035, 2.3.4; with its last byte, which is 0 */
#define DNS_LABEL_MOST 63
#define DNS_TEST_MOST 128 /* of a rule's name, in the same form */
#define MAX_DNS_NAMES 8	  /* of one rule */
#define MAX_DNS_TESTS 64  /* of all rules */

struct dns_test {
	__u8 name[DNS_TEST_MOST]; /* as in a packet, in lower case */
	__u32 length;
	__u16 below; /* it means the names below this one, and not itself */
	__u16 port;  /* besides DNS_PORT; 0: none */
	__u64 rules; /* a bit each */
};

SIZE_IS(dns_test, 144);
FIELD_IS_AT(dns_test, rules, 136);

#endif
