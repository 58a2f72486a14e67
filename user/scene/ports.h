/* SPDX-License-Identifier: GPL-2.0 */
/* Ports that nobody listens at, TCP's and UDP's, and that no other scenario of this host gets. */
#ifndef JINX_PORTS_H
#define JINX_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/standing.h"

struct ports {
	unsigned int n;
	int held[MAX_PORTS]; /* as long as these are open */
};

/* One more; 0: there is none. */
uint16_t ports_take(struct ports *p);
void ports_release(struct ports *p);

/* Nobody has it, of TCP or UDP, at any address of IPv4 or IPv6. */
bool port_is_free(uint16_t port);

#endif
