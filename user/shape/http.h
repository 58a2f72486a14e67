/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An answer to a packet with an HTTP/1.1 request, in the server's place: its status and no body,
 * and the connection closed. The server's end is closed by a RST: it never sees the request, whose
 * bytes the client counts as sent, so that nothing more can be said on that connection. The packet
 * is a stranger's.
 */
#ifndef JINX_HTTP_H
#define JINX_HTTP_H

#include "scenario/scenario.h"

#define HTTP_FRAME_MOST 512

/*
 * To the client. Returns its bytes; 0: the packet is no request's first one. `frame` is as a tap
 * has it (shape/frame.h), without a tag.
 */
size_t http_respond(const unsigned char *frame, size_t size, unsigned int status,
	unsigned char ret[HTTP_FRAME_MOST]);

/* To the server. The same. */
size_t http_reset(const unsigned char *frame, size_t size, unsigned char ret[HTTP_FRAME_MOST]);

/* "Service Unavailable"; NULL: no status that there is. */
const char *http_reason(unsigned int status);

#endif
