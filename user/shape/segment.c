// SPDX-License-Identifier: GPL-2.0
#include "shape/segment.h"

#include <string.h>

#include <netinet/in.h>

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };

static uint32_t read32(const unsigned char *at)
{
	return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static void write32(unsigned char *at, uint32_t value)
{
	write16(at, value >> 16);
	write16(at + 2, value & 0xffff);
}

bool segment_find(const unsigned char *frame, size_t size, struct segment *ret)
{
	size_t header;

	if (!packet_find(frame, size, IPPROTO_TCP, &ret->at) ||
		ret->at.end - ret->at.transport < SEGMENT_HEADER)
		return false;
	ret->tcp = frame + ret->at.transport;
	header = 4 * (ret->tcp[12] >> 4);
	if (header < SEGMENT_HEADER || header > ret->at.end - ret->at.transport ||
		ret->tcp[13] & (SYN | RST) || !(ret->tcp[13] & ACK))
		return false;
	ret->ends = ret->tcp[13] & FIN;
	ret->text = ret->tcp + header;
	ret->size = ret->at.end - ret->at.transport - header;
	return true;
}

/* Returns its bytes. */
static size_t put(const unsigned char *frame, const struct segment *s, bool back,
	unsigned int flags, const void *text, size_t size, unsigned char *ret)
{
	size_t at = packet_put(frame, &s->at, back, IPPROTO_TCP, SEGMENT_HEADER + size, ret);
	unsigned char *tcp = ret + at;

	memset(tcp, 0, SEGMENT_HEADER);
	memcpy(tcp, s->tcp + (back ? 2 : 0), 2);
	memcpy(tcp + 2, s->tcp + (back ? 0 : 2), 2);
	write32(tcp + 4, read32(s->tcp + (back ? 8 : 4)));
	write32(tcp + 8, back ? read32(s->tcp + 4) + s->size + s->ends : read32(s->tcp + 8));
	tcp[12] = SEGMENT_HEADER / 4 << 4;
	tcp[13] = flags;
	write16(tcp + 14, 0xffff);
	if (size)
		memcpy(tcp + SEGMENT_HEADER, text, size);
	write16(tcp + 16, packet_checksum(ret, at, s->at.six, IPPROTO_TCP, SEGMENT_HEADER + size));
	return at + SEGMENT_HEADER + size;
}

size_t segment_answer(const unsigned char *frame, const struct segment *s, const void *text,
	size_t size, unsigned char *ret)
{
	return put(frame, s, true, PSH | ACK | FIN, text, size, ret);
}

size_t segment_reset(const unsigned char *frame, const struct segment *s, unsigned char *ret)
{
	return put(frame, s, false, RST | ACK, NULL, 0, ret);
}
