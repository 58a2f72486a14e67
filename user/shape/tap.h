/* SPDX-License-Identifier: GPL-2.0 */
/* Tap devices. */
#ifndef JINX_TAP_H
#define JINX_TAP_H

#include <stdbool.h>

/*
 * Makes a tap device of this number and name, up, without addresses; it goes with the descriptor
 * that is returned (struct virtio_net_hdr before each frame). `whole`: it takes large TCP packets
 * that are still to be cut. -EEXIST: there is a device of that number or name; else -errno.
 */
int tap_open(unsigned int number, const char *name, bool whole);

#endif
