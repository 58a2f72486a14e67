// SPDX-License-Identifier: GPL-2.0
/* What the scenarios of a suite have measured, by phase: of their reports. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "expect/expect.h"
#include "measure/role.h"
#include "suite/tell.h"

/* With more phases of faults than that they share a row. */
#define MOST_ROWS 6

#define NS_PER_MS 1e6

/* Times in ms, shares and rates as in a report; NAN where there is none. */
struct row {
	char name[80];
	double operations, ok, seconds, p50, p99;
	double recovery; /* infinite: not in the phase that follows, or nobody can tell */
};

static double number(const json_t *phase, const char *key)
{
	const json_t *v = json_object_get(phase, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

static bool has_role(const json_t *phase, enum role role)
{
	const char *text = json_string_value(json_object_get(phase, "role"));

	return text && !strcmp(text, role_names[role]);
}

/* Of the phase that follows the faults; NAN: there is none. */
static double recovery_after(const json_t *phases, size_t i)
{
	const json_t *next = json_array_get(phases, i + 1);
	double ms;

	if (!has_role(json_array_get(phases, i), ROLE_INJECT) || !has_role(next, ROLE_RECOVER))
		return NAN;
	ms = number(next, "recovery_time_ms");
	return isnan(ms) ? INFINITY : ms;
}

static struct row row_of(const json_t *phases, size_t i)
{
	const json_t *p = json_array_get(phases, i);
	struct row ret = {.operations = number(p, "total_operations"),
		.ok = number(p, "successful_operations"),
		.seconds = number(p, "seconds"),
		.p50 = number(p, "p50_ms"),
		.p99 = number(p, "p99_ms"),
		.recovery = recovery_after(phases, i)};

	printable(json_string_value(json_object_get(p, "name")) ?: "-", "", ret.name,
		sizeof(ret.name));
	return ret;
}

static double ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

/* To three digits: more are noise. */
static double rounded(double value)
{
	double unit = value ? pow(10, floor(log10(fabs(value))) - 2) : 1;

	return round(value / unit) * unit;
}

static void print_value(double value, enum dimension d, int width, FILE *to)
{
	char text[40] = "-";

	if (isinf(value))
		strcpy(text, "?");
	else if (!isnan(value))
		value_text(rounded(value), d, text, sizeof(text));
	fprintf(to, "  %*s", width, text);
}

static void print_row(const struct row *r, FILE *to)
{
	fprintf(to, "  %-34s  %10.0f", r->name, r->operations);
	print_value(ratio(r->ok, r->operations), DIMENSION_RATIO, 8, to);
	print_value(r->p50 * NS_PER_MS, DIMENSION_TIME, 8, to);
	print_value(r->p99 * NS_PER_MS, DIMENSION_TIME, 8, to);
	print_value(ratio(r->ok, r->seconds), DIMENSION_RATE, 9, to);
	print_value(r->recovery * NS_PER_MS, DIMENSION_TIME, 8, to);
	fputc('\n', to);
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double worse(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

/* All phases of faults in one: sums, the middle one of their p50, and the worst p99 and recovery.
 */
static void print_together(const json_t *phases, size_t n, FILE *to)
{
	_cleanup_free_ double *middles = calloc(n, sizeof(*middles));
	struct row all = {.p50 = NAN, .p99 = NAN, .recovery = NAN};
	size_t n_middles = 0;

	snprintf(all.name, sizeof(all.name), "%zu with faults (worst p99, recovery)", n);
	for (size_t i = 0; i < json_array_size(phases); i++) {
		struct row one = row_of(phases, i);

		if (!has_role(json_array_get(phases, i), ROLE_INJECT))
			continue;
		all.operations += one.operations;
		all.ok += one.ok;
		all.seconds += one.seconds;
		all.p99 = worse(all.p99, one.p99);
		all.recovery = worse(all.recovery, one.recovery);
		if (middles && !isnan(one.p50))
			middles[n_middles++] = one.p50;
	}
	if (n_middles) {
		qsort(middles, n_middles, sizeof(*middles), by_size);
		all.p50 = middles[n_middles / 2];
	}
	print_row(&all, to);
}

static size_t count_role(const json_t *phases, enum role role)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(phases); i++)
		n += has_role(json_array_get(phases, i), role);
	return n;
}

static void print_item(const struct item *it, FILE *to)
{
	const json_t *phases = json_object_get(it->report, "phases");
	size_t n = count_role(phases, ROLE_INJECT);
	char name[300];

	fprintf(to, "%s\n", tell_name(it, name, sizeof(name)));
	for (size_t i = 0; i < json_array_size(phases); i++) {
		const json_t *p = json_array_get(phases, i);
		struct row r = row_of(phases, i);

		if (has_role(p, ROLE_BASELINE) || (has_role(p, ROLE_INJECT) && n <= MOST_ROWS))
			print_row(&r, to);
	}
	if (n > MOST_ROWS)
		print_together(phases, n, to);
}

static bool has_figures(const struct item *it, bool of_all)
{
	return json_array_size(json_object_get(it->report, "workloads")) && it->s &&
	       (of_all || standing_has_tag(&it->s->standing, "benchmark"));
}

void tell_figures(const struct items *items, bool of_all, FILE *to)
{
	bool any = false;

	for (unsigned int i = 0; i < items->n; i++) {
		if (!has_figures(&items->all[i], of_all))
			continue;
		if (!any)
			fprintf(to, "\n%-36s  %10s  %8s  %8s  %8s  %9s  %8s\n", "figures",
				"operations", "success", "p50", "p99", "ok/s", "recovery");
		any = true;
		print_item(&items->all[i], to);
	}
}
