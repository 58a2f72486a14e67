// SPDX-License-Identifier: GPL-2.0
/* The part of the tables that tells of measured calls. */
#include <string.h>

#include "base/text.h"
#include "output/sections.h"
#include "scenario/names.h"

#define INDENT 13 /* of what goes on in the next line */

static unsigned long long count(const struct snapshot *s, enum metric_id m, unsigned int index)
{
	return snapshot_count(s, m, index);
}

static const char *us(const struct snapshot *s, enum metric_id m, unsigned int index)
{
	return shown(snapshot_value(s, m, index), "%.1f");
}

/* "3 EINTR, 2000 ENOSPC"; "" when there are none. */
static const char *errors_text(const __u64 errors[METER_ERRORS], char *ret, size_t size)
{
	*ret = '\0';
	for (int e = 1; e < METER_ERRORS; e++)
		if (errors[e])
			text_append(ret, size, "%s%llu %s", *ret ? ", " : "",
				(unsigned long long)errors[e], errno_name(e));
	if (errors[0])
		text_append(ret, size, "%s%llu others", *ret ? ", " : "",
			(unsigned long long)errors[0]);
	return ret;
}

static void print_wide(const struct snapshot *s, unsigned int i, unsigned int phase, FILE *to)
{
	const struct snapshot_calls *c = &s->calls[i];
	unsigned int at = snapshot_calls_index(s, i, phase);
	char errors[160];

	errors_text(c->errors[phase], errors, sizeof(errors));
	fprintf(to, "  %-10s %-10s %-*s %9llu %10s %10s %10s %10s %10s  %s\n",
		s->phases[phase].name, s->targets[c->target].name, point_width(s), c->point,
		count(s, METRIC_calls, at), us(s, METRIC_call_avg, at), us(s, METRIC_call_p50, at),
		us(s, METRIC_call_p99, at), us(s, METRIC_call_max, at),
		us(s, METRIC_natural_p99, at), *errors ? errors : "-");
	if (count(s, METRIC_calls_unfinished, at))
		fprintf(to, "  %-10s %-10s %-*s unfinished: %llu\n", "", "", point_width(s), "",
			count(s, METRIC_calls_unfinished, at));
}

static void print_thin(
	const struct snapshot *s, unsigned int i, unsigned int phase, unsigned int width, FILE *to)
{
	const struct snapshot_calls *c = &s->calls[i];
	unsigned int at = snapshot_calls_index(s, i, phase);
	char errors[160];

	fprintf(to, "  %-10s %-16s %9llu %9s %9s %9s %9s\n", s->phases[phase].name, c->point,
		count(s, METRIC_calls, at), us(s, METRIC_call_p50, at), us(s, METRIC_call_p99, at),
		us(s, METRIC_call_max, at), us(s, METRIC_natural_p99, at));
	if (s->n_targets > 1)
		fprintf(to, "%*starget: %s\n", INDENT, "", s->targets[c->target].name);
	if (*errors_text(c->errors[phase], errors, sizeof(errors)))
		text_wrap(errors, fprintf(to, "%*sfailed: ", INDENT, ""), INDENT, width, to);
	if (count(s, METRIC_calls_unfinished, at))
		fprintf(to, "%*sunfinished: %llu\n", INDENT, "",
			count(s, METRIC_calls_unfinished, at));
}

/* Phase by phase within a point, so that what a fault did to it stands in one place. */
static unsigned int print_all(const struct snapshot *s, unsigned int width, FILE *to)
{
	unsigned int silent = 0;

	for (unsigned int i = 0; i < s->n_calls; i++) {
		if (!snapshot_calls_made(s, i)) {
			silent++;
			continue;
		}
		for (unsigned int p = 0; p < s->n_phases; p++)
			if (s->phases[p].reached && width)
				print_thin(s, i, p, width, to);
			else if (s->phases[p].reached)
				print_wide(s, i, p, to);
	}
	return silent;
}

/* Calls next to each other that have the same reason share a line. */
static void print_unmeasured(const struct snapshot *s, unsigned int width, FILE *to)
{
	for (unsigned int i = 0, next; i < s->n_unmeasured; i = next) {
		int used = fprintf(to, "  not measured: %s", s->unmeasured[i].point);

		for (next = i + 1; next < s->n_unmeasured; next++) {
			if (strcmp(s->unmeasured[next].reason, s->unmeasured[i].reason) != 0)
				break;
			used += fprintf(to, ", %s", s->unmeasured[next].point);
		}
		used += fprintf(to, ": ");
		text_wrap(s->unmeasured[i].reason, used, INDENT, width ?: ~0u, to);
	}
}

void print_measured(const struct snapshot *s, unsigned int width, FILE *to)
{
	unsigned int silent;

	if (!s->n_calls && !s->n_unmeasured)
		return;
	if (width)
		fprintf(to, "\n  %-10s %-16s %9s %9s %9s %9s %9s\n", "phase", "calls of", "calls",
			"p50 us", "p99 us", "worst us", "nat. p99");
	else
		fprintf(to, "\n  %-10s %-10s %-*s %9s %10s %10s %10s %10s %10s  %s\n", "phase",
			"target", point_width(s), "calls of", "calls", "avg us", "p50 us", "p99 us",
			"worst us", "natural p99", "errors");
	silent = print_all(s, width, to);
	if (silent)
		fprintf(to, "  %-10s %s%u measured point%s never called\n", "",
			silent < s->n_calls ? "and " : "", silent,
			silent == 1 ? " that was" : "s that were");
	print_unmeasured(s, width, to);
}
