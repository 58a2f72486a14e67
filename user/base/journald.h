/* SPDX-License-Identifier: GPL-2.0 */
/* A line in the host's journal, or in its syslog where there is no journal. */
#ifndef JINX_JOURNALD_H
#define JINX_JOURNALD_H

#include <stddef.h>

struct journal_field {
	const char *name, *value; /* NULL: it is left out */
};

/* Where these are; others for tests. */
struct journal_sockets {
	const char *journal, *syslog;
};
extern const struct journal_sockets journal_sockets;

/*
 * Sends it without waiting: systemd's journal gets the fields, syslog the message alone. The
 * priority is syslog's. 0; -ENOENT: the host has neither; -EAGAIN: nobody takes it; -errno.
 */
int journal_send(const struct journal_sockets *to, int priority, const char *message,
	const struct journal_field *fields, size_t n);

#endif
