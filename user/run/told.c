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

static bool number(const struct pattern *p, const char *line, const char *name, double *ret)
{
	char text[32], *end;
	size_t at, size;

	if (!pattern_named(p, name, &at, &size) || size >= sizeof(text))
		return false;
	memcpy(text, line + at, size);
	text[size] = '\0';
	*ret = strtod(text, &end);
	return end > text && *ret >= 0 && *ret <= MOST;
}

static uint64_t latency(const struct pattern *p, const char *line)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"latency_s", 1e9}, {"latency_ms", 1e6}, {"latency_us", 1e3}};
	double value;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (number(p, line, units[i].name, &value))
			return llround(value * units[i].ns);
	return 0;
}

bool told_take(
	struct told *t, const struct pattern *p, const char *line, size_t size, uint64_t now_ns)
{
	double value, n = 1;
	bool has_rate;

	if (pattern_find(p, line, size) != 1)
		return false;
	has_rate = number(p, line, "rate", &value);
	if (has_rate)
		n = value * (now_ns - t->since_ns) / 1e9 + t->rest;
	else
		(void)number(p, line, "operations", &n);
	t->ok = n;
	t->rest = has_rate ? n - t->ok : 0;
	t->failed = 0;
	if (number(p, line, "failed", &value))
		t->failed = value;
	t->latency_ns = latency(p, line);
	t->since_ns = now_ns;
	return true;
}
