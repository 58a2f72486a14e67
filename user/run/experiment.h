/* SPDX-License-Identifier: GPL-2.0 */
/* An experiment: a plan carried out along the scenario's timeline. */
#ifndef JINX_EXPERIMENT_H
#define JINX_EXPERIMENT_H

#include "kernel/plan.h"
#include "output/output.h"
#include "run/remember.h"

/* How an inconclusive run exits. */
enum inconclusive { INCONCLUSIVE_IS_ITSELF, INCONCLUSIVE_PASSES, INCONCLUSIVE_FAILS };

/* The metrics that it serves. */
struct scrape_options {
	const char *address;	/* NULL: none */
	const char *token_path; /* NULL: who gets there may have them */
	uint64_t linger_ns;	/* so long they are there after the end, until they are asked for */
};

/* Where a trace of it goes. */
struct otlp_options {
	const char *url;	 /* NULL: nowhere */
	const char *headers;	 /* "name=value,name=value", as $OTEL_EXPORTER_OTLP_HEADERS; NULL */
	const char *traceparent; /* $TRACEPARENT: what it is a part of; NULL */
};

struct experiment_options {
	uint64_t started_ns;		      /* when jinx started (CLOCK_MONOTONIC) */
	const char *report_paths[NR_OUTPUTS]; /* by format; NULL: not wanted */
	const char *events_path, *record_path, *replay_path; /* likewise */
	uint32_t events_size; /* of the ring buffer, as engine_options */
	bool observe;	      /* nothing is carried out, only counted */
	bool pass_exit_code;  /* the command's, where jinx itself hasn't failed */
	enum inconclusive inconclusive;
	bool show_commands; /* with their arguments, in what is told of them */
	bool quiet;	    /* no live view and no table */
	int ready_fd;	    /* told the experiment's id once its first phase has begun; 0: none */
	FILE *table;	    /* where the final table goes */
	struct remembering remembering;
	const char *summary_path; /* where Markdown is added (run/summary.h); NULL: nowhere */
	struct scrape_options scrape;
	struct otlp_options otlp;
	struct starting *starting; /* how it has begun (run/starting.h); NULL: unseen */
};

#define DEFAULT_EVENTS_SIZE (1u << 22)

/* What an experiment came to. */
struct result {
	enum verdict verdict;
	int command; /* what its command exited with (measure_exit_code()); -1: it has none */
};

/*
 * Runs the scenario to its end and reports; what is not complete it says. 0 and *ret; when it could
 * not begin -errno with *why: -EINVAL: what was asked for is wrong, a target isn't there;
 * -EOPNOTSUPP: this kernel can't; -ECANCELED: it was ended before its first phase. The caller may
 * run another one then, in the same process.
 */
int experiment_run(const struct scenario *s, const struct plan *plan,
	const struct experiment_options *options, struct result *ret, struct error *why);

#endif
