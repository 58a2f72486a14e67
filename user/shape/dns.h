/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An answer to a packet that asks a name server, in the server's place. The packet is a stranger's:
 * nothing in it is trusted.
 */
#ifndef JINX_DNS_H
#define JINX_DNS_H

#include "scenario/scenario.h"

#define DNS_FRAME_MOST 512 /* bytes of an answer's frame: headers, a name, an OPT record */

/*
 * `frame` is as a tap has it (shape/frame.h), without a tag. The answer has the question's number
 * and text, the ends of the question's packet the other way round, and no records but EDNS's own.
 * Returns its bytes; 0: the packet is no plain question in a datagram of its own, or at the
 * beginning of a segment of TCP, whose connection the answer closes (shape/segment.h).
 */
size_t dns_answer(const unsigned char *frame, size_t size, enum dns_reply reply,
	unsigned char ret[DNS_FRAME_MOST]);

/* To the server of a question by TCP; 0: it is none. */
size_t dns_reset(const unsigned char *frame, size_t size, unsigned char ret[DNS_FRAME_MOST]);

#endif
