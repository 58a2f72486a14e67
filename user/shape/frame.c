// SPDX-License-Identifier: GPL-2.0
#include "shape/frame.h"

#include <string.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/virtio_net.h>

#define ADDRESSES (2 * ETH_ALEN)
#define TAG 4 /* bytes of a VLAN tag */
#define IPV6_HEADER 40

_Static_assert(sizeof(struct virtio_net_hdr) == FRAME_HEADER, "as the tap has it");

static uint16_t read16(const unsigned char *at)
{
	return at[0] << 8 | at[1];
}

int frame_take_tag(unsigned char *frame, size_t *size)
{
	unsigned char *ethernet = frame + FRAME_HEADER;
	struct virtio_net_hdr header;
	int tag;

	if (*size < FRAME_LEAST + TAG || read16(ethernet + ADDRESSES) != ETH_P_8021Q)
		return -1;
	tag = read16(ethernet + ADDRESSES + 2);
	memmove(ethernet + ADDRESSES, ethernet + ADDRESSES + TAG,
		*size - FRAME_HEADER - ADDRESSES - TAG);
	*size -= TAG;
	memcpy(&header, frame, sizeof(header));
	if (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM && header.csum_start >= TAG)
		header.csum_start -= TAG;
	if (header.hdr_len >= TAG)
		header.hdr_len -= TAG;
	memcpy(frame, &header, sizeof(header));
	return tag;
}

void frame_put_tag(unsigned char *frame, size_t *size, unsigned int tag)
{
	unsigned char *at = frame + FRAME_HEADER + ADDRESSES;
	struct virtio_net_hdr header;

	memmove(at + TAG, at, *size - FRAME_HEADER - ADDRESSES);
	at[0] = ETH_P_8021Q >> 8;
	at[1] = ETH_P_8021Q & 0xff;
	at[2] = tag >> 8;
	at[3] = tag;
	*size += TAG;
	memcpy(&header, frame, sizeof(header));
	if (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		header.csum_start += TAG;
	if (header.hdr_len)
		header.hdr_len += TAG;
	memcpy(frame, &header, sizeof(header));
}

unsigned int frame_packets(const unsigned char *frame, size_t size)
{
	struct virtio_net_hdr header;

	memcpy(&header, frame, sizeof(header));
	if (header.gso_type == VIRTIO_NET_HDR_GSO_NONE || !header.gso_size ||
		size <= FRAME_HEADER + (size_t)header.hdr_len)
		return 1;
	return (size - FRAME_HEADER - header.hdr_len + header.gso_size - 1) / header.gso_size;
}

uint16_t frame_checksum(const unsigned char *at, size_t size, uint64_t sum)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += read16(at + i);
	if (size & 1)
		sum += at[size - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The field has the pseudo header's sum already (include/linux/skbuff.h: CHECKSUM_PARTIAL). */
static void complete_checksum(unsigned char *frame, size_t size)
{
	unsigned char *ethernet = frame + FRAME_HEADER;
	struct virtio_net_hdr header;
	size_t start, at;
	uint16_t sum;

	memcpy(&header, frame, sizeof(header));
	start = header.csum_start;
	at = start + header.csum_offset;
	if (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM && at + 2 <= size - FRAME_HEADER) {
		sum = frame_checksum(ethernet + start, size - FRAME_HEADER - start, 0) ?: 0xffff;
		ethernet[at] = sum >> 8;
		ethernet[at + 1] = sum;
	}
	header.flags = 0;
	header.csum_start = header.csum_offset = 0;
	memcpy(frame, &header, sizeof(header));
}

static size_t behind_ip(const unsigned char *frame)
{
	const unsigned char *ethernet = frame + FRAME_HEADER;
	uint16_t protocol = read16(ethernet + ADDRESSES);

	if (protocol == ETH_P_IP)
		return FRAME_LEAST + 4 * (ethernet[ETH_HLEN] & 0xf);
	return protocol == ETH_P_IPV6 ? FRAME_LEAST + IPV6_HEADER : FRAME_LEAST;
}

void frame_corrupt(unsigned char *frame, size_t size, uint64_t random)
{
	size_t from = FRAME_LEAST < size ? behind_ip(frame) : size;

	complete_checksum(frame, size);
	if (from < size)
		frame[from + (random >> 3) % (size - from)] ^= 1 << (random & 7);
}
