// SPDX-License-Identifier: GPL-2.0
#include "shape/dns.h"

#include <string.h>

#include <linux/if_ether.h>
#include <netinet/in.h>

#include "shape/frame.h"

#define ADDRESSES (2 * ETH_ALEN)
#define UDP_HEADER 8
#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define HOPS 64

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

/* Where the parts of a packet are, in its frame. */
struct parts {
	size_t ip, udp, dns, end;
	size_t question; /* the bytes of name, type and class */
	bool six;
};

static uint16_t read16(const unsigned char *at)
{
	return at[0] << 8 | at[1];
}

static void write16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static bool find_ip4(const unsigned char *frame, size_t size, struct parts *p)
{
	const unsigned char *ip = frame + p->ip;

	if (size < p->ip + IPV4_HEADER || ip[0] >> 4 != 4 || (ip[0] & 0xf) < 5 ||
		ip[9] != IPPROTO_UDP || read16(ip + 6) & 0x3fff)
		return false;
	p->udp = p->ip + 4 * (ip[0] & 0xf);
	p->end = p->ip + read16(ip + 2);
	return true;
}

static bool find_ip6(const unsigned char *frame, size_t size, struct parts *p)
{
	const unsigned char *ip = frame + p->ip;

	if (size < p->ip + IPV6_HEADER || ip[0] >> 4 != 6 || ip[6] != IPPROTO_UDP)
		return false;
	p->six = true;
	p->udp = p->ip + IPV6_HEADER;
	p->end = p->udp + read16(ip + 4);
	return true;
}

static bool find_udp(const unsigned char *frame, size_t size, struct parts *p)
{
	uint16_t protocol;

	p->ip = FRAME_LEAST;
	if (size < FRAME_LEAST)
		return false;
	protocol = read16(frame + FRAME_HEADER + ADDRESSES);
	if (protocol == ETH_P_IP ? !find_ip4(frame, size, p)
				 : protocol != ETH_P_IPV6 || !find_ip6(frame, size, p))
		return false;
	p->dns = p->udp + UDP_HEADER;
	if (p->end > size || p->dns > p->end || read16(frame + p->udp + 4) < UDP_HEADER ||
		p->udp + read16(frame + p->udp + 4) > p->end)
		return false;
	p->end = p->udp + read16(frame + p->udp + 4);
	return true;
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

static bool find_question(const unsigned char *frame, struct parts *p)
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
static const unsigned char *find_opt(const unsigned char *frame, const struct parts *p)
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
	const unsigned char *frame, const struct parts *p, enum dns_reply reply, unsigned char *to)
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

static void put_ip4(const unsigned char *from, size_t payload, unsigned char *to)
{
	memset(to, 0, IPV4_HEADER);
	to[0] = 0x45;
	write16(to + 2, IPV4_HEADER + payload);
	to[6] = 0x40; /* not to be cut */
	to[8] = HOPS;
	to[9] = IPPROTO_UDP;
	memcpy(to + 12, from + 16, 4);
	memcpy(to + 16, from + 12, 4);
	write16(to + 10, frame_checksum(to, IPV4_HEADER, 0));
}

static void put_ip6(const unsigned char *from, size_t payload, unsigned char *to)
{
	memset(to, 0, IPV6_HEADER);
	to[0] = 0x60;
	write16(to + 4, payload);
	to[6] = IPPROTO_UDP;
	to[7] = HOPS;
	memcpy(to + 8, from + 24, 16);
	memcpy(to + 24, from + 8, 16);
}

/* With the pseudo header's sum, whose addresses stand before the datagram. */
static void put_udp(
	const unsigned char *from, size_t payload, unsigned int addresses, unsigned char *to)
{
	unsigned int sum;

	memcpy(to, from + 2, 2);
	memcpy(to + 2, from, 2);
	write16(to + 4, payload);
	write16(to + 6, 0);
	sum = frame_checksum(to - addresses, addresses + payload, IPPROTO_UDP + payload);
	write16(to + 6, sum ?: 0xffff);
}

size_t dns_answer(const unsigned char *frame, size_t size, enum dns_reply reply,
	unsigned char ret[DNS_FRAME_MOST])
{
	struct parts p = {};
	unsigned char *ip = ret + FRAME_LEAST, *udp;
	size_t header, payload;

	if (!find_udp(frame, size, &p) || !find_question(frame, &p))
		return 0;
	header = p.six ? IPV6_HEADER : IPV4_HEADER;
	udp = ip + header;
	memset(ret, 0, FRAME_HEADER);
	memcpy(ret + FRAME_HEADER, frame + FRAME_HEADER + ETH_ALEN, ETH_ALEN);
	memcpy(ret + FRAME_HEADER + ETH_ALEN, frame + FRAME_HEADER, ETH_ALEN);
	memcpy(ret + FRAME_HEADER + ADDRESSES, frame + FRAME_HEADER + ADDRESSES, 2);
	payload = UDP_HEADER + put_dns(frame, &p, reply, udp + UDP_HEADER);
	if (p.six)
		put_ip6(frame + p.ip, payload, ip);
	else
		put_ip4(frame + p.ip, payload, ip);
	put_udp(frame + p.udp, payload, p.six ? 32 : 8, udp);
	return FRAME_LEAST + header + payload;
}
