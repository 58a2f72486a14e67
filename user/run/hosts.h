/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hosts that rules name are resolved again and again: their addresses change, also by what is
 * injected into others. Nobody waits for an answer, which a broken resolver may never give.
 */
#ifndef JINX_RUN_HOSTS_H
#define JINX_RUN_HOSTS_H

struct experiment;
struct host_look;

struct hosts {
	struct host_look *looks; /* a row a host; NULL: there are none */
};

/* From now on; 0 or -errno. */
int hosts_begin(struct experiment *x);
void hosts_end(struct experiment *x);

#endif
