// SPDX-License-Identifier: GPL-2.0
/* What the live view shows on a terminal. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "run/view.h"

#define MOST_COLUMNS 160 /* wider it only becomes harder to read */
#define GUARD_BAR 10

static char *add(struct panel_lines *to)
{
	return to->all[to->n < PANEL_LINES - 1 ? to->n++ : PANEL_LINES - 1];
}

static void put(struct panel_lines *to, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct panel_lines *to, const char *format, ...)
{
	char text[PANEL_COLUMNS], *line = add(to);
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printable(text, "", line, PANEL_COLUMNS);
}

/* "1m05s", "12.3 s" */
static const char *time_text(uint64_t ns, char *ret, size_t size)
{
	unsigned int s = ns / 1000000000;

	if (s >= 3600)
		snprintf(ret, size, "%uh%02um", s / 3600, s / 60 % 60);
	else if (s >= 60)
		snprintf(ret, size, "%um%02us", s / 60, s % 60);
	else
		snprintf(ret, size, "%.1f s", ns / 1e9);
	return ret;
}

/* Of long names so much is left that one knows them: what changes comes behind. */
#define SHORTEST_NAME 8

static int name_room(const char *name, int room)
{
	int length = strlen(name), most = room > SHORTEST_NAME ? room : SHORTEST_NAME;

	return length < most ? length : most;
}

static void put_head(const struct progress *p, unsigned int columns, struct panel_lines *to)
{
	char left[32], all[32], number[32], when[100] = "until the command ends";
	int room, name, phase;

	if (p->between)
		snprintf(when, sizeof(when), "over; hooks are run");
	else if (!p->endless)
		snprintf(when, sizeof(when), "%s left%s%s%s",
			time_text(p->left_ns, left, sizeof(left)), p->of > 1 ? ", " : "",
			p->of > 1 ? time_text(p->all_left_ns, all, sizeof(all)) : "",
			p->of > 1 ? " to the end" : "");
	snprintf(number, sizeof(number), " %s  phase %u/%u ", p->id, p->number, p->of);
	room = (int)columns - (int)strlen(number) - (int)strlen(when) - (int)strlen(": ");
	phase = name_room(p->phase, room / 2);
	name = name_room(p->name, room - phase);
	phase = name_room(p->phase, room - name);
	put(to, "%.*s%s%.*s: %s", name, p->name, number, phase, p->phase, when);
}

/* Of the bar: where a phase begins, of `width` columns. */
static unsigned int begin_of(const struct progress *p, unsigned int phase, unsigned int width)
{
	unsigned int n = p->of < VIEW_PHASES ? p->of : VIEW_PHASES;
	double sum = 0, before = 0;

	for (unsigned int i = 0; i < n; i++) {
		sum += p->phases[i].duration_ns;
		before += i < phase ? p->phases[i].duration_ns : 0;
	}
	/* Each has a column at least, and the one that parts it from the next. */
	return 2 * phase + lround(before / sum * (width - 2 * n));
}

/* "====|####....|......": what has passed, of a phase with faults as #. */
static void put_bar(const struct progress *p, unsigned int width, struct panel_lines *to)
{
	unsigned int n = p->of < VIEW_PHASES ? p->of : VIEW_PHASES;
	char bar[PANEL_COLUMNS], names[PANEL_COLUMNS];

	if (p->endless || width < 2 * n + 2)
		return;
	memset(names, ' ', sizeof(names));
	for (unsigned int i = 0; i < n; i++) {
		const struct view_phase *ph = &p->phases[i];
		unsigned int from = begin_of(p, i, width), next = begin_of(p, i + 1, width);
		unsigned int size = next - from - 1, done = i + 1 < p->number ? size : 0;

		if (i + 1 == p->number)
			done = p->passed_ns < ph->duration_ns
				       ? size * (double)p->passed_ns / ph->duration_ns
				       : size;
		memset(bar + from, '.', size);
		memset(bar + from, ph->role == ROLE_INJECT ? '#' : '=', done);
		bar[next - 1] = '|';
		memcpy(names + from, ph->name, strnlen(ph->name, size));
	}
	bar[width] = names[width] = '\0';
	for (unsigned int i = width; i && names[i - 1] == ' '; i--)
		names[i - 1] = '\0';
	put(to, "|%s", bar);
	put(to, " %s", names);
}

static void put_load(const struct progress *p, struct panel_lines *to)
{
	char success[32] = "-", times[64] = "";

	if (!isnan(p->success))
		snprintf(success, sizeof(success), "%.2f%%", 100 * p->success);
	if (!isnan(p->p50_ms))
		snprintf(times, sizeof(times), ", p50 %.1f ms, p99 %.1f ms", p->p50_ms, p->p99_ms);
	if (p->has_load)
		put(to, "load      %llu operations, %.1f/s, success %s%s",
			(unsigned long long)p->operations, p->operations_rate, success, times);
	put(to, "injected  %llu in all, %.1f/s", (unsigned long long)p->injected, p->injected_rate);
}

/* Those of the phase have a star. */
static void put_rules(const struct progress *p, unsigned int width, unsigned int most, bool armed,
	struct panel_lines *to)
{
	int text = width > 60 ? (int)width - 36 : 24;

	for (unsigned int i = 0; i < p->n_rules && to->n < most; i++) {
		const struct view_rule *r = &p->rules[i];

		if (r->armed == armed)
			put(to, "%c %-*.*s %10llu %10llu %10llu", armed ? '*' : ' ', text, text,
				r->text, (unsigned long long)r->eligible,
				(unsigned long long)r->matched, (unsigned long long)r->injected);
	}
}

/* How far it has come, from 0 to 1; NAN: nobody can tell. */
static double share_of(const struct view_guard *g)
{
	const struct judged *j = g->now;
	double share = NAN;

	if (j->truth == TRUTH_TRUE)
		return 1;
	if (g->relation[0] == '>')
		share = j->right > 0 ? j->left / j->right : NAN;
	else if (g->relation[0] == '<')
		share = j->left > 0 ? j->right / j->left : NAN;
	return share > 1 ? 1 : share;
}

static void put_guard(const struct view_guard *g, struct panel_lines *to)
{
	char bar[GUARD_BAR + 1], value[40], held[64] = "";
	double share;

	if (!g->on) {
		put(to, "guard %s: not looked at now", g->text);
		return;
	}
	share = share_of(g);
	if (isnan(share)) {
		put(to, "guard %s: %s", g->text,
			g->now->why[0] ? g->now->why
				       : judged_value_text(g->now, value, sizeof(value)));
		return;
	}
	for (int i = 0; i < GUARD_BAR; i++)
		bar[i] = i < lround(share * GUARD_BAR) ? '#' : '.';
	bar[GUARD_BAR] = '\0';
	if (g->for_ns && g->now->truth == TRUTH_TRUE)
		snprintf(
			held, sizeof(held), ", for %.1f of %gs", g->held_ns / 1e9, g->for_ns / 1e9);
	put(to, "guard %s: %s [%s] %.0f%%%s", g->text,
		judged_value_text(g->now, value, sizeof(value)), bar, 100 * share, held);
}

void view_lines(
	const struct progress *p, unsigned int columns, unsigned int rows, struct panel_lines *ret)
{
	unsigned int width = columns < MOST_COLUMNS ? columns - 1 : MOST_COLUMNS, most;

	ret->n = 0;
	put_head(p, columns, ret);
	if (width)
		put_bar(p, width - 1, ret); /* and the | before it */
	put_load(p, ret);
	/* What matters most has the first claim to room. */
	most = rows - 1 > p->n_guards ? rows - 1 - p->n_guards : 0;
	if (p->n_rules && ret->n + 1 < most)
		put(ret, "  %-*s %10s %10s %10s", width > 60 ? (int)width - 36 : 24, "rule",
			"eligible", "matched", "injected");
	put_rules(p, width, most, true, ret);
	put_rules(p, width, most, false, ret);
	for (unsigned int i = 0; i < p->n_guards; i++)
		put_guard(&p->guards[i], ret);
}
