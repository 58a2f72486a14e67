// SPDX-License-Identifier: GPL-2.0
#include "run/view.h"

#include <stdio.h>
#include <unistd.h>

#include "base/output.h"

#define SECOND_NS 1000000000ull

static bool shown;

static void print(struct output *to, const struct view *v, const char *begin, const char *end)
{
	char line[256];
	char left[32] = "until the command ends", load[64] = "";

	if (!v->endless)
		snprintf(left, sizeof(left), "%.1f s left", v->left_ns / 1e9);
	if (v->has_load)
		snprintf(load, sizeof(load), "  operations %llu, failed %llu",
			(unsigned long long)v->operations, (unsigned long long)v->failed);
	snprintf(line, sizeof(line), "%s[%u/%u %s] %s  injected %llu%s%s", begin, v->number, v->of,
		v->phase, left, (unsigned long long)v->injected, load, end);
	output_put(to, line);
	output_flush(to);
}

void view_show(struct output *to, const struct view *v, uint64_t now_ns)
{
	static uint64_t last_ns;
	static unsigned int last_phase;

	output_flush(to);
	if (!output_is_empty(to))
		return;
	if (isatty(STDERR_FILENO)) {
		print(to, v, "\r", "\033[K");
		shown = true;
		return;
	}
	if (v->number == last_phase && now_ns < last_ns + SECOND_NS)
		return;
	last_ns = now_ns;
	last_phase = v->number;
	print(to, v, "jinx: ", "\n");
}

void view_end(struct output *to)
{
	if (shown)
		output_put(to, "\r\033[K");
	shown = false;
}
