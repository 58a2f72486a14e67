// SPDX-License-Identifier: GPL-2.0
#include "verbs/options_telling.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/listen.h"
#include "net/post.h"

#define LONGEST_LINGER_NS 3600000000000ull

int take_metrics(const char *text, struct options *o, struct error *why)
{
	struct listen_address ignored;
	struct error reason;
	int err = listen_parse(text, &ignored, &reason);

	o->run.scrape.address = text;
	return err ? error_set(why, err, "--metrics: %s", reason.message) : 0;
}

int take_metrics_linger(const char *text, struct options *o, struct error *why)
{
	return take_duration(
		"--metrics-linger", text, LONGEST_LINGER_NS, &o->run.scrape.linger_ns, why);
}

int take_otlp(const char *text, struct options *o, struct error *why)
{
	const char *host = !strncmp(text, "http://", 7)	   ? text + 7
			   : !strncmp(text, "https://", 8) ? text + 8
							   : "";

	o->run.otlp = (struct otlp_options){
		text, getenv("OTEL_EXPORTER_OTLP_HEADERS"), getenv("TRACEPARENT")};
	if (*host && *host != '/' && !strpbrk(host, "?# ") && post_can_go_to(text))
		return 0;
	return error_set(why, -EINVAL,
		"--otlp takes the URL of a collector, http://127.0.0.1:4318, not \"%.80s\"", text);
}
