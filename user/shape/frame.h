/* SPDX-License-Identifier: GPL-2.0 */
/* A packet as a tap device has it: a struct virtio_net_hdr and an Ethernet frame. */
#ifndef JINX_FRAME_H
#define JINX_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER 10 /* of virtio */
#define FRAME_LEAST (FRAME_HEADER + 14)
#define FRAME_MOST (FRAME_HEADER + 14 + 4 + 65600)

/* Takes the VLAN tag out that says which rule it is; -1: it has none. Changes *size. */
int frame_take_tag(unsigned char *frame, size_t *size);

/* Puts it in again; there must be room for four bytes more. Changes *size. */
void frame_put_tag(unsigned char *frame, size_t *size, unsigned int tag);

/* How many packets it is: the kernel may leave the cutting of large ones to a device. */
unsigned int frame_packets(const unsigned char *frame, size_t size);

/* The one's complement of `sum` and all 16 bit words (RFC 1071). */
uint16_t frame_checksum(const unsigned char *at, size_t size, uint64_t sum);

/*
 * Changes a bit behind the IP header, which one is random. A checksum that a device was to make is
 * made before, or the receiver would take it for good.
 */
void frame_corrupt(unsigned char *frame, size_t size, uint64_t random);

#endif
