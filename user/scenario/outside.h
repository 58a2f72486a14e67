/* SPDX-License-Identifier: GPL-2.0 */
/* What a scenario wants to be measured from outside: workloads, probes and logs. */
#ifndef JINX_OUTSIDE_H
#define JINX_OUTSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define MAX_WORKLOADS 16
#define MAX_PROBES 32
#define MAX_LOGS 16

/* What asks: once for an operation of a workload, or for a run of a probe. */
enum ask_kind {
	ASK_EXEC,
	ASK_HTTP,
	ASK_TCP,
	ASK_FILE,  /* of probes */
	ASK_LINES, /* of workloads: a load tool that runs all the time, each line that matches is
		      one */
};

/* What makes an answer good; NULL and 0 where nothing was said. */
struct expected {
	unsigned int status_low, status_high; /* of http; 0: 200 to 399 */
	int exit;			      /* of exec */
	char *body;			      /* of http: its body matches this regex */
	char *output; /* of exec, tcp, file: what they print, send or hold matches */
	bool has_exit;
	struct place place;
};

struct ask {
	enum ask_kind kind;
	char **exec;	   /* argv; a string in the file becomes {"/bin/sh", "-c", string} */
	char *user;	   /* of exec; NULL: who runs jinx */
	unsigned int node; /* where it is asked; 0: where jinx is */
	char *address;	   /* the URL, HOST:PORT, or the absolute path of the file */
	char *send;	   /* tcp: said first */
	struct expected expect;
	uint64_t timeout_ns;
};

/* What was acknowledged is asked for again: exec prints the numbers of operations that it finds. */
struct verify {
	char **exec; /* NULL: there is none */
	char *after; /* the phase; NULL: after all that jinx does */
	uint64_t timeout_ns;
	struct place place;
};

struct workload {
	char *name;	/* "workload" when there is only `workload:` */
	struct ask ask; /* what takes longer than its timeout has failed */
	char *pattern;	/* of ASK_LINES */
	unsigned int concurrency;
	uint64_t interval_ns; /* open-loop: so long from one operation to the next; 0: closed */
	bool keep_alive;      /* http: a connection serves several operations */
	struct verify verify;
	struct place place;
};

/* When a probe is asked; bits. */
enum probe_moment { PROBE_ALL = 1, PROBE_START = 2, PROBE_END = 4 };

struct probe_spec {
	char *name;
	struct ask ask;
	uint64_t every_ns;
	unsigned int at; /* enum probe_moment bits */
	struct place place;
};

enum log_kind { LOG_UNIT, LOG_FILE, LOG_TARGET };

struct log_spec {
	char *name;
	enum log_kind kind;
	char *source; /* the unit, the file's path, or the name of a target that is a command */
	struct place place;
};

/* NULL is nothing. */
void argv_free(char **argv);

void workload_done(struct workload *w);
void probe_done(struct probe_spec *p);
void log_done(struct log_spec *l);

#endif
