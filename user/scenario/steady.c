// SPDX-License-Identifier: GPL-2.0
/* steady, window and slo: their keys and values. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

#define SHORTEST_WINDOW_NS 10000000ull
#define LONGEST_WINDOW_NS 3600000000000ull
#define DAY_S 86400

static int take_before(struct value v, void *steady, struct error *why)
{
	return parse_duration(v.text, &((struct steady *)steady)->before_ns, why);
}

/* "success_rate: '>= 99%'" is the condition "success_rate >= 99%". */
static int take_bound(struct value v, void *steady, struct error *why)
{
	struct steady *s = steady;
	struct written *w = &s->bounds[s->n];

	if (!strchr("<>=!", v.text[0]))
		return complain(why, "%s takes a comparison: \">= 99%%\", not \"%s\"", named(v),
			quoted(v.text));
	if (s->n == MAX_STEADY || asprintf(&w->text, "%s %s", v.name, v.text) < 0)
		return complain(why, "out of memory");
	s->n++;
	return 0;
}

#define BOUND(key, says, like)                                                       \
	{                                                                            \
		key, VALUE_BOUND, .take = take_bound, .about = says, .example = like \
	}

static const struct key steady_keys[] = {
	{"before", VALUE_TIME, .take = take_before,
		.about = "how much of the time before the first fault is looked at",
		.fallback = "the whole baseline", .example = "10s"},
	BOUND("success_rate", "the share of operations that succeed", "\">= 99%\""),
	BOUND("throughput", "successful operations a second", "\">= 100/s\""),
	BOUND("avg", "their latency, on average", "\"<= 50ms\""),
	BOUND("max", "the longest of them", "\"<= 1s\""),
	BOUND("p50", "their median", "\"<= 20ms\""),
	BOUND("p90", "90 of 100 take no longer", "\"<= 100ms\""),
	BOUND("p95", "95 of 100 take no longer", "\"<= 200ms\""),
	BOUND("p99", "99 of 100 take no longer", "\"<= 300ms\""),
};

const struct block_row block_steady = {
	"steady", "\"steady\"", steady_keys, ARRAY_SIZE(steady_keys)};

int read_steady(struct document *d, yaml_node_t *node, void *parsing)
{
	struct steady *s = &((struct parsing *)parsing)->s->judging.steady;
	struct given g;
	int err;

	s->given = true;
	s->place = place_of(node);
	err = read_block(d, node, BLOCK_STEADY, s, &g);
	/* The bounds' nodes, for complaints: take() has no business with them. */
	for (size_t i = 0, n = 0; !err && i < g.n; i++)
		if (g.values[i] && g.keys[i]->take == take_bound)
			for (n = 0; n < s->n; n++)
				if (!strncmp(s->bounds[n].text, g.keys[i]->name,
					    strlen(g.keys[i]->name)))
					s->bounds[n].node = g.values[i];
	return err;
}

static int take_success(struct value v, void *slo, struct error *why)
{
	struct slo *s = slo;
	const char *unit;

	if (!decimal_number(v.text, &s->success, &unit) || strcmp(unit, "%"))
		return complain(why, "\"%s\" is not a share in per cent (99.9%%)", quoted(v.text));
	if (s->success > 100)
		return complain(why, "\"%s\" is more than 100%%", quoted(v.text));
	s->success /= 100;
	if (s->success >= 1)
		return complain(why, "a target of 100%% leaves no budget: nothing may ever fail");
	return s->success > 0 ? 0 : complain(why, "a target of 0%% is none");
}

static int take_latency(struct value v, void *slo, struct error *why)
{
	return parse_duration(v.text, &((struct slo *)slo)->latency_ns, why);
}

static int take_slo_window(struct value v, void *slo, struct error *why)
{
	struct slo *s = slo;
	const char *unit;
	double n;

	if (!decimal_number(v.text, &n, &unit) || strlen(unit) != 1 || !strchr("hdw", *unit))
		return complain(
			why, "\"%s\" is not a span of hours, days or weeks (30d)", quoted(v.text));
	s->window_s = llround(n * (*unit == 'h' ? 3600 : *unit == 'd' ? DAY_S : 7 * DAY_S));
	if (s->window_s >= 3600 && s->window_s <= 366ull * DAY_S)
		return 0;
	return complain(why, "\"%s\" is not between an hour and a year", quoted(v.text));
}

static const struct key slo_keys[] = {
	{"success", VALUE_CHANCE, .required = true, .take = take_success,
		.about = "the share of operations that has to be good", .example = "99.9%"},
	{"latency", VALUE_TIME, .take = take_latency, .about = "a slower one is not good",
		.fallback = "how long they take doesn't matter", .example = "300ms"},
	{"window", VALUE_SPAN, .take = take_slo_window, .about = "over which it is promised",
		.fallback = "30d", .example = "7d"},
};

const struct block_row block_slo = {"slo", "\"slo\"", slo_keys, ARRAY_SIZE(slo_keys)};

int read_slo(struct document *d, yaml_node_t *node, void *parsing)
{
	struct slo *s = &((struct parsing *)parsing)->s->judging.slo;

	*s = (struct slo){.given = true, .window_s = 30 * DAY_S, .place = place_of(node)};
	return read_block(d, node, BLOCK_SLO, s, NULL);
}

int take_window(struct value v, void *parsing, struct error *why)
{
	uint64_t *ns = &((struct parsing *)parsing)->s->judging.window_ns;
	int err = parse_duration(v.text, ns, why);

	if (err || (*ns >= SHORTEST_WINDOW_NS && *ns <= LONGEST_WINDOW_NS))
		return err;
	return complain(why, "\"%s\" is not between 10ms and 1h", quoted(v.text));
}
