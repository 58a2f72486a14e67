// SPDX-License-Identifier: GPL-2.0
#include "run/told.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expect/pattern.h"

/* More than that in one line is no number of operations. */
#define MOST 1e9

void told_begin(struct told *t, uint64_t now_ns)
{
	*t = (struct told){.since_ns = now_ns};
}

enum found { ABSENT, THERE, GARBAGE };

/* The number that a group of this name has found; GARBAGE: what it has found is none, or no number
 * of that kind. */
static enum found number(const struct pattern *p, const char *line, const char *name, double *ret)
{
	char text[32], *end;
	size_t at, size;

	if (!pattern_named(p, name, &at, &size))
		return ABSENT;
	if (!size || size >= sizeof(text))
		return GARBAGE;
	memcpy(text, line + at, size);
	text[size] = '\0';
	*ret = strtod(text, &end);
	return !*end && *ret >= 0 && *ret <= MOST ? THERE : GARBAGE;
}

static enum found latency(const struct pattern *p, const char *line, uint64_t *ret_ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"latency_s", 1e9}, {"latency_ms", 1e6}, {"latency_us", 1e3}};
	double value;

	*ret_ns = 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		enum found found = number(p, line, units[i].name, &value);

		if (found == THERE)
			*ret_ns = llround(value * units[i].ns);
		if (found != ABSENT)
			return found;
	}
	return ABSENT;
}

bool told_take(
	struct told *t, const struct pattern *p, const char *line, size_t size, uint64_t now_ns)
{
	double rate, operations = 1, failures = 0, n;
	uint64_t took, span_ns = now_ns - t->since_ns;
	enum found by_rate;

	if (pattern_find(p, line, size) != 1)
		return false;
	t->since_ns = now_ns; /* a rate that can't be read was of this time, too */
	by_rate = number(p, line, "rate", &rate);
	if (by_rate == GARBAGE || number(p, line, "operations", &operations) == GARBAGE ||
		number(p, line, "failed", &failures) == GARBAGE ||
		latency(p, line, &took) == GARBAGE)
		return false;
	n = by_rate == THERE ? rate * span_ns / 1e9 + t->rest : operations;
	t->ok = n;
	t->rest = by_rate == THERE ? n - t->ok : 0;
	t->failed = failures;
	t->latency_ns = took;
	return true;
}
