/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run as a trace: the experiment, its phases, and in them the bursts of injections, as OTLP has
 * it in JSON (opentelemetry-proto 1.x, docs/specification.md, "JSON Protobuf Encoding").
 */
#ifndef JINX_OTLP_H
#define JINX_OTLP_H

#include "measure/snapshot.h"
#include "measure/bursts.h"

struct otlp_trace {
	const struct snapshot *s;
	const struct bursts *bursts;
	int64_t epoch_ns;	 /* CLOCK_REALTIME - CLOCK_MONOTONIC */
	uint64_t ended_ns;	 /* CLOCK_MONOTONIC */
	const char *traceparent; /* W3C's, of whoever started it; NULL: nobody */
	const char *version;
};

/* To be freed; NULL: out of memory. */
char *otlp_text(const struct otlp_trace *t);

#endif
