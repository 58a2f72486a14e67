// SPDX-License-Identifier: GPL-2.0
#include "run/view.h"

#include <stdio.h>
#include <unistd.h>

#include "base/output.h"
#include "base/text.h"

#define SECOND_NS 1000000000ull

static void one_line(const struct progress *p, char *ret, size_t size)
{
	char left[32] = "until the command ends", load[64] = "";

	if (!p->endless)
		snprintf(left, sizeof(left), "%.1f s left", p->left_ns / 1e9);
	if (p->has_load)
		snprintf(load, sizeof(load), "%llu operations, %llu failed; ",
			(unsigned long long)p->operations, (unsigned long long)p->failed);
	/* Operations are this phase's, so it says that injections aren't. */
	snprintf(ret, size, "[%u/%u %s] %s  %sinjected %llu in all", p->number, p->of, p->phase,
		left, load, (unsigned long long)p->injected);
}

static void show_lines(struct view *v, struct output *to, const struct progress *p)
{
	struct panel_lines lines = {};
	unsigned int columns, rows;

	if (!panel_size(STDERR_FILENO, &columns, &rows)) {
		panel_forget(&v->panel);
		return;
	}
	if (p->one_line) {
		lines.n = 1;
		one_line(p, lines.all[0], sizeof(lines.all[0]));
	} else {
		view_lines(p, columns, rows, &lines);
	}
	panel_draw(&v->panel, to, &lines, columns, rows);
}

void view_show(struct view *v, struct output *to, const struct progress *p, uint64_t now_ns)
{
	char line[PANEL_COLUMNS], text[PANEL_COLUMNS + 16];

	output_flush(to);
	if (!output_is_empty(to))
		return;
	if (terminal_redraws(STDERR_FILENO)) {
		show_lines(v, to, p);
		return;
	}
	if (p->number == v->last_phase && now_ns < v->last_ns + SECOND_NS)
		return;
	v->last_ns = now_ns;
	v->last_phase = p->number;
	one_line(p, line, sizeof(line));
	snprintf(text, sizeof(text), "jinx: %s\n", line);
	output_put(to, text);
	output_flush(to);
}

void view_end(struct view *v, struct output *to)
{
	unsigned int columns, rows;

	if (panel_size(STDERR_FILENO, &columns, &rows))
		panel_clear(&v->panel, to, columns);
	output_flush(to);
	panel_forget(&v->panel);
}
