// SPDX-License-Identifier: GPL-2.0
#include "verbs/options_telling.h"

#include "net/listen.h"

#define LONGEST_LINGER_NS 3600000000000ull

int take_metrics(const char *text, struct options *o, struct error *why)
{
	struct listen_address ignored;

	o->run.scrape.address = text;
	return listen_parse(text, &ignored, why);
}

int take_metrics_linger(const char *text, struct options *o, struct error *why)
{
	return take_duration(
		"--metrics-linger", text, LONGEST_LINGER_NS, &o->run.scrape.linger_ns, why);
}
