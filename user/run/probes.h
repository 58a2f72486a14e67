/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked every now and then whether it works. */
#ifndef JINX_PROBES_H
#define JINX_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "scenario/outside.h"

struct client;
struct experiment;
struct loop;
struct network;
struct pattern;
struct runner;
struct source;

#define MAX_PROBE_OUTPUT (64 << 10)

struct probes {
	struct network *network; /* NULL: none asks over it */
	struct loop *last;	 /* at the end: in which they are waited for */
	struct prober {
		struct experiment *experiment;
		unsigned int number;
		struct client *client; /* http, tcp */
		struct runner *runner; /* exec, file */
		struct pattern *pattern;
		char *output;
		size_t n_output;
		bool asking;
		uint64_t began_ns;
		unsigned int phase;
		struct source *due;
	} all[MAX_PROBES];
};

/* Asks from now on. 0 or -errno. */
int probes_begin(struct experiment *x);

/* The timeline is over: asks those that are to be asked at the end, and waits for all answers. */
void probes_finish(struct experiment *x);

void probes_release(struct experiment *x);

#endif
