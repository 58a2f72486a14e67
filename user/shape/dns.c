// SPDX-License-Identifier: GPL-2.0
#include "shape/dns.h"

#include <string.h>

#include <netinet/in.h>

#include "shape/segment.h"

#define UDP_HEADER 8

/* The flags of a question and its answer (RFC 1035, 4.1.1; RFC 4035, 3.2.2). */
#define IS_ANSWER 0x80
#define OPCODE 0x78
#define RECURSION_DESIRED 0x01
#define RECURSION_AVAILABLE 0x80
#define CHECKING_DISABLED 0x10

#define TYPE_AND_CLASS 4
#define TYPE_OPT 41
#define RECORD_REST 10 /* of a record, after its name: type, class, TTL, length */
#define OPT_SIZE (1 + RECORD_REST)
#define OPT_PAYLOAD 1232

struct asked {
	struct parts at;	/* by UDP */
	struct segment segment; /* by TCP */
	size_t dns, end;	/* of the message's own length */
	size_t question;	/* the bytes of name, type and class */
};

static bool find_udp(const unsigned char *frame, size_t size, struct asked *p)
{
	size_t udp, length;

	if (!packet_find(frame, size, IPPROTO_UDP, &p->at))
		return false;
	udp = p->at.transport;
	p->dns = udp + UDP_HEADER;
	if (p->dns > p->at.end)
		return false;
	length = read16(frame + udp + 4);
	p->end = udp + length;
	return length >= UDP_HEADER && p->end <= p->at.end;
}

/* The bytes of a name; 0: it is none. Pointers are of answers, and none is followed. */
static size_t name_size(const unsigned char *at, size_t left)
{
	size_t size = 0;

	while (size < left && size < DNS_NAME_MOST) {
		unsigned int length = at[size];

		if (!length)
			return size + 1;
		if (length > DNS_LABEL_MOST)
			return 0;
		size += length + 1;
	}
	return 0;
}

static bool find_question(const unsigned char *frame, struct asked *p)
{
	const unsigned char *dns = frame + p->dns;
	size_t left = p->end - p->dns, name;

	if (left < DNS_HEADER || dns[2] & (IS_ANSWER | OPCODE) || read16(dns + 4) != 1 ||
		read16(dns + 6) || read16(dns + 8))
		return false;
	name = name_size(dns + DNS_HEADER, left - DNS_HEADER);
	if (!name || left - DNS_HEADER - name < TYPE_AND_CLASS)
		return false;
	p->question = name + TYPE_AND_CLASS;
	return true;
}

/* The OPT record among the additional ones (RFC 6891, 6.1.1); NULL: there is none. */
static const unsigned char *find_opt(const unsigned char *frame, const struct asked *p)
{
	unsigned int n = read16(frame + p->dns + 10);
	size_t at = p->dns + DNS_HEADER + p->question;

	for (; n; n--) {
		size_t name = name_size(frame + at, p->end - at);

		if (!name || p->end - at - name < RECORD_REST)
			return NULL;
		if (name == 1 && read16(frame + at + 1) == TYPE_OPT)
			return frame + at;
		at += name + RECORD_REST;
		if (p->end - at < read16(frame + at - 2))
			return NULL;
		at += read16(frame + at - 2);
	}
	return NULL;
}

/* DO stays as it was asked (RFC 3225, 3). */
static void put_opt(unsigned char *to, const unsigned char *asked)
{
	memset(to, 0, OPT_SIZE);
	write16(to + 1, TYPE_OPT);
	write16(to + 3, OPT_PAYLOAD);
	to[7] = asked[7] & 0x80;
}

static unsigned int code_of(enum dns_reply reply)
{
	switch (reply) {
	case DNS_SERVFAIL:
		return 2;
	case DNS_NXDOMAIN:
		return 3;
	case DNS_REFUSED:
		return 5;
	case DNS_NO_REPLY:
	case DNS_EMPTY:
	case DNS_DROP:
	case NR_DNS_REPLIES:
		break;
	}
	return 0;
}

/* What the datagram holds. Returns its bytes. */
static size_t put_dns(
	const unsigned char *frame, const struct asked *p, enum dns_reply reply, unsigned char *to)
{
	const unsigned char *asked = frame + p->dns, *opt = find_opt(frame, p);
	size_t size = DNS_HEADER + p->question;

	memcpy(to, asked, size);
	to[2] = IS_ANSWER | (asked[2] & RECURSION_DESIRED);
	to[3] = RECURSION_AVAILABLE | (asked[3] & CHECKING_DISABLED) | code_of(reply);
	write16(to + 10, opt != NULL);
	if (!opt)
		return size;
	put_opt(to + size, opt);
	return size + OPT_SIZE;
}

static size_t answer_by_udp(
	const unsigned char *frame, const struct asked *p, enum dns_reply reply, unsigned char *ret)
{
	unsigned char made[DNS_FRAME_MOST - PACKET_HEADERS];
	size_t payload = UDP_HEADER + put_dns(frame, p, reply, made + UDP_HEADER);
	size_t at = packet_put(frame, &p->at, true, IPPROTO_UDP, payload, ret);
	unsigned char *udp = ret + at;

	memcpy(udp, made, payload);
	memcpy(udp, frame + p->at.transport + 2, 2);
	memcpy(udp + 2, frame + p->at.transport, 2);
	write16(udp + 4, payload);
	write16(udp + 6, 0);
	write16(udp + 6, packet_checksum(ret, at, p->at.six, IPPROTO_UDP, payload) ?: 0xffff);
	return at + payload;
}

static bool find_tcp(const unsigned char *frame, size_t size, struct asked *p)
{
	if (!segment_find(frame, size, &p->segment) || p->segment.size < DNS_LENGTH)
		return false;
	p->dns = p->segment.text - frame + DNS_LENGTH;
	p->end = p->dns + read16(p->segment.text);
	/* The rest of a long one may be in the next segment: what is looked for has its own end. */
	if (p->end > p->segment.at.end)
		p->end = p->segment.at.end;
	return true;
}

static size_t answer_by_tcp(
	const unsigned char *frame, const struct asked *p, enum dns_reply reply, unsigned char *ret)
{
	unsigned char made[DNS_FRAME_MOST - PACKET_HEADERS - SEGMENT_HEADER];
	size_t n = put_dns(frame, p, reply, made + DNS_LENGTH);

	write16(made, n);
	return segment_answer(frame, &p->segment, made, DNS_LENGTH + n, ret);
}

size_t dns_answer(const unsigned char *frame, size_t size, enum dns_reply reply,
	unsigned char ret[DNS_FRAME_MOST])
{
	struct asked p = {};

	if (find_udp(frame, size, &p))
		return find_question(frame, &p) ? answer_by_udp(frame, &p, reply, ret) : 0;
	if (find_tcp(frame, size, &p) && find_question(frame, &p))
		return answer_by_tcp(frame, &p, reply, ret);
	return 0;
}

size_t dns_reset(const unsigned char *frame, size_t size, unsigned char ret[DNS_FRAME_MOST])
{
	struct asked p = {};

	if (!find_tcp(frame, size, &p) || !find_question(frame, &p))
		return 0;
	return segment_reset(frame, &p.segment, ret);
}
