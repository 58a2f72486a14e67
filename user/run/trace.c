// SPDX-License-Identifier: GPL-2.0
#include "run/trace.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "net/post.h"
#include "output/otlp.h"
#include "run/parts.h"

#define TRACES "/v1/traces"
/* So long the report is kept waiting. */
#define TIMEOUT_NS 3000000000ull

void trace_look(struct experiment *x, uint64_t now_ns)
{
	const struct plan *plan = x->measure->plan;
	uint64_t injected[MAX_RULES] = {};

	if (!x->options->otlp.url)
		return;
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		injected[plan->bindings[i].rule] +=
			x->measure->counters[i].by_reason[REASON_INJECTED];
	bursts_look(&x->bursts, injected, plan->n_rules, x->began_ns, now_ns);
}

/* A collector is named with or without the path. */
static char *full_url(const char *url)
{
	size_t n = strlen(url), end = strlen(TRACES);
	char *ret;

	if (n >= end && !strcmp(url + n - end, TRACES))
		return strdup(url);
	while (n && url[n - 1] == '/')
		n--;
	return asprintf(&ret, "%.*s" TRACES, (int)n, url) < 0 ? NULL : ret;
}

bool trace_send(struct experiment *x, const struct snapshot *s)
{
	const struct otlp_options *o = &x->options->otlp;
	_cleanup_free_ char *url = NULL, *text = NULL;
	struct timespec now;
	char why[128] = "out of memory";

	if (!o->url)
		return true;
	clock_gettime(CLOCK_REALTIME, &now);
	text = otlp_text(&(struct otlp_trace){.s = s,
		.bursts = &x->bursts,
		.epoch_ns = now.tv_sec * 1000000000ll + now.tv_nsec - (int64_t)monotonic_ns(),
		.ended_ns = x->ended_ns,
		.traceparent = o->traceparent,
		.version = x->options->remembering.tags.version});
	url = full_url(o->url);
	if (text && url &&
		!post_json(url, o->headers, text, TIMEOUT_NS, x->signals, why, sizeof(why)))
		return true;
	measure_note(x->measure, "--otlp: the trace was not taken by %s: %s", o->url, why);
	return false;
}
