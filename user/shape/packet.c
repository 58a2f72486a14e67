// SPDX-License-Identifier: GPL-2.0
#include "shape/packet.h"

#include <string.h>

#include <linux/if_ether.h>

#include "shape/frame.h"

#define ADDRESSES (2 * ETH_ALEN)
#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define HOPS 64

static bool find_ip4(const unsigned char *frame, size_t size, uint8_t protocol, struct parts *p)
{
	const unsigned char *ip = frame + p->ip;

	if (size < p->ip + IPV4_HEADER || ip[0] >> 4 != 4 || (ip[0] & 0xf) < 5 ||
		ip[9] != protocol || read16(ip + 6) & 0x3fff)
		return false;
	p->transport = p->ip + 4 * (ip[0] & 0xf);
	p->end = p->ip + read16(ip + 2);
	return true;
}

static bool find_ip6(const unsigned char *frame, size_t size, uint8_t protocol, struct parts *p)
{
	const unsigned char *ip = frame + p->ip;

	if (size < p->ip + IPV6_HEADER || ip[0] >> 4 != 6 || ip[6] != protocol)
		return false;
	p->six = true;
	p->transport = p->ip + IPV6_HEADER;
	p->end = p->transport + read16(ip + 4);
	return true;
}

bool packet_find(const unsigned char *frame, size_t size, uint8_t protocol, struct parts *ret)
{
	uint16_t type;

	*ret = (struct parts){.ip = FRAME_LEAST};
	if (size < FRAME_LEAST)
		return false;
	type = read16(frame + FRAME_HEADER + ADDRESSES);
	if (type == ETH_P_IP ? !find_ip4(frame, size, protocol, ret)
			     : type != ETH_P_IPV6 || !find_ip6(frame, size, protocol, ret))
		return false;
	return ret->end <= size && ret->transport <= ret->end;
}

static void put_ip4(
	const unsigned char *from, bool back, uint8_t protocol, size_t payload, unsigned char *to)
{
	memset(to, 0, IPV4_HEADER);
	to[0] = 0x45;
	write16(to + 2, IPV4_HEADER + payload);
	to[6] = 0x40; /* not to be cut */
	to[8] = HOPS;
	to[9] = protocol;
	memcpy(to + 12, from + (back ? 16 : 12), 4);
	memcpy(to + 16, from + (back ? 12 : 16), 4);
	write16(to + 10, frame_checksum(to, IPV4_HEADER, 0));
}

static void put_ip6(
	const unsigned char *from, bool back, uint8_t protocol, size_t payload, unsigned char *to)
{
	memset(to, 0, IPV6_HEADER);
	to[0] = 0x60;
	write16(to + 4, payload);
	to[6] = protocol;
	to[7] = HOPS;
	memcpy(to + 8, from + (back ? 24 : 8), 16);
	memcpy(to + 24, from + (back ? 8 : 24), 16);
}

size_t packet_put(const unsigned char *frame, const struct parts *p, bool back, uint8_t protocol,
	size_t payload, unsigned char *ret)
{
	const unsigned char *ethernet = frame + FRAME_HEADER;
	unsigned char *to = ret + FRAME_HEADER;

	memset(ret, 0, FRAME_HEADER);
	memcpy(to, ethernet + (back ? ETH_ALEN : 0), ETH_ALEN);
	memcpy(to + ETH_ALEN, ethernet + (back ? 0 : ETH_ALEN), ETH_ALEN);
	memcpy(to + ADDRESSES, ethernet + ADDRESSES, 2);
	if (p->six)
		put_ip6(frame + p->ip, back, protocol, payload, ret + FRAME_LEAST);
	else
		put_ip4(frame + p->ip, back, protocol, payload, ret + FRAME_LEAST);
	return FRAME_LEAST + (p->six ? IPV6_HEADER : IPV4_HEADER);
}

/* With the pseudo header's sum, whose addresses stand right before. */
uint16_t packet_checksum(
	const unsigned char *frame, size_t transport, bool six, uint8_t protocol, size_t payload)
{
	unsigned int addresses = six ? 32 : 8;

	return frame_checksum(
		frame + transport - addresses, addresses + payload, protocol + payload);
}
