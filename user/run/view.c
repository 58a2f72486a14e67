// SPDX-License-Identifier: GPL-2.0
#include "run/view.h"

#include <stdio.h>
#include <unistd.h>

#include "base/output.h"

#define SECOND_NS 1000000000ull

static void print(struct output *to, const struct progress *p, const char *begin, const char *end)
{
	char line[256];
	char left[32] = "until the command ends", load[64] = "";

	if (!p->endless)
		snprintf(left, sizeof(left), "%.1f s left", p->left_ns / 1e9);
	if (p->has_load)
		snprintf(load, sizeof(load), "%llu operations, %llu failed; ",
			(unsigned long long)p->operations, (unsigned long long)p->failed);
	/* Operations are this phase's, so it says that injections aren't. */
	snprintf(line, sizeof(line), "%s[%u/%u %s] %s  %sinjected %llu in all%s", begin, p->number,
		p->of, p->phase, left, load, (unsigned long long)p->injected, end);
	output_put(to, line);
	output_flush(to);
}

void view_show(struct view *v, struct output *to, const struct progress *p, uint64_t now_ns)
{
	output_flush(to);
	if (!output_is_empty(to))
		return;
	if (isatty(STDERR_FILENO)) {
		print(to, p, "\r", "\033[K");
		v->shown = true;
		return;
	}
	if (p->number == v->last_phase && now_ns < v->last_ns + SECOND_NS)
		return;
	v->last_ns = now_ns;
	v->last_phase = p->number;
	print(to, p, "jinx: ", "\n");
}

void view_end(struct view *v, struct output *to)
{
	if (v->shown)
		output_put(to, "\r\033[K");
	v->shown = false;
}
