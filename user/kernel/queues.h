/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queueing disciplines of the devices at which packets are lost or shaped. jinx touches none;
 * whoever changes one meanwhile changes what the target meets, and that is told.
 */
#ifndef JINX_QUEUES_H
#define JINX_QUEUES_H

#include "target/netns.h"

struct queues;

/*
 * Listens in the namespaces of the sets, of which some may be NULL. 0 or -errno; what can't be
 * listened to is left out.
 */
int queues_watch(const struct netns_set *const *sets, unsigned int n, struct queues **ret);

/* Adds what has changed since the last time: "va1 (pfifo added)"; each device is told once. */
void queues_changed(struct queues *q, char *ret, size_t size);

/* A socket keeps its namespace; jinx's own is not let go. Returns how many were. */
unsigned int queues_let_go(struct queues *q);

void queues_free(struct queues *q);

#endif
