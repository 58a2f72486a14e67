// SPDX-License-Identifier: GPL-2.0
#include "run/trace.h"

#include <jansson.h>
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

/* Without "name:password@": others read the report. */
static char *shown_url(const char *url)
{
	const char *host = strstr(url, "://"), *end, *at;
	char *ret;

	host = host ? host + 3 : url;
	end = host + strcspn(host, "/");
	at = memrchr(host, '@', end - host);
	return asprintf(&ret, "%.*s%s", (int)(host - url), url, at ? at + 1 : host) < 0 ? NULL
											: ret;
}

/* A collector may take it and refuse spans of it, which it says in 64-bit numbers as text. */
static bool note_refused(struct experiment *x, const char *body)
{
	json_t *all = json_loads(body, 0, NULL), *partial = json_object_get(all, "partialSuccess"),
	       *n = json_object_get(partial, "rejectedSpans");
	const char *text = json_string_value(n),
		   *why = json_string_value(json_object_get(partial, "errorMessage"));
	long long spans = text ? atoll(text) : json_integer_value(n);

	if (spans > 0)
		measure_note(x->measure, "--otlp: %lld spans of the trace were not taken: %s",
			spans, why ?: "no reason was given");
	json_decref(all);
	return spans > 0;
}

bool trace_send(struct experiment *x, const struct snapshot *s)
{
	const struct otlp_options *o = &x->options->otlp;
	_cleanup_free_ char *url = NULL, *text = NULL, *shown = NULL;
	struct timespec now;
	struct post_answer answer = {.why = "out of memory"};

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
	if (text && url && !post_json(url, o->headers, text, TIMEOUT_NS, x->signals, &answer))
		return !note_refused(x, answer.body);
	shown = shown_url(o->url);
	measure_note(
		x->measure, "--otlp: the trace was not taken by %s: %s", shown ?: "it", answer.why);
	return false;
}
