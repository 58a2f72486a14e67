/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet of TCP with text, answered in the server's place: with some text, and the connection
 * closed. The server's end is closed by a RST: it never sees what the client counts as sent, so
 * that nothing more can be said on that connection. The packet is a stranger's.
 */
#ifndef JINX_SEGMENT_H
#define JINX_SEGMENT_H

#include "shape/packet.h"

#define SEGMENT_HEADER 20

struct segment {
	struct parts at;
	const unsigned char *tcp, *text;
	size_t size; /* of the text */
	bool ends;   /* it is the last that the client sends */
};

/* False: it is none, or begins a connection, or resets it. `frame` is as a tap has it. */
bool segment_find(const unsigned char *frame, size_t size, struct segment *ret);

/* To the client. Returns the frame's bytes, PACKET_HEADERS, SEGMENT_HEADER and `size` at the most.
 */
size_t segment_answer(const unsigned char *frame, const struct segment *s, const void *text,
	size_t size, unsigned char *ret);

/* To the server. */
size_t segment_reset(const unsigned char *frame, const struct segment *s, unsigned char *ret);

#endif
