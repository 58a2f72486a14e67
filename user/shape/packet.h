/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The headers of a packet that a process answers in somebody's place. The packet is a stranger's:
 * nothing in it is trusted.
 */
#ifndef JINX_PACKET_H
#define JINX_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_HEADERS (10 + 14 + 40) /* of virtio, Ethernet and IPv6, the most that is put */

/* Where the parts of a packet are, in its frame (shape/frame.h). */
struct parts {
	size_t ip, transport, end;
	bool six;
};

static inline uint16_t read16(const unsigned char *at)
{
	return at[0] << 8 | at[1];
}

static inline void write16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* False: it is no whole packet of this IP protocol, or a fragment. */
bool packet_find(const unsigned char *frame, size_t size, uint8_t protocol, struct parts *ret);

/*
 * What is before the transport's header, for `payload` bytes from there on; `back`: to whom the
 * packet is from. Returns where it ends.
 */
size_t packet_put(const unsigned char *frame, const struct parts *p, bool back, uint8_t protocol,
	size_t payload, unsigned char *ret);

/* Of what is at `transport` behind headers that packet_put() has put; its own field is zero. */
uint16_t packet_checksum(
	const unsigned char *frame, size_t transport, bool six, uint8_t protocol, size_t payload);

#endif
