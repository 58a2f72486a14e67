// SPDX-License-Identifier: GPL-2.0
/* What the run took of the error budget that `slo` leaves, in the table, the page and the report.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "expect/expect.h"
#include "measure/slo.h"
#include "output/html.h"
#include "output/sections.h"

#define HOUR_S 3600u
#define DAY_S (24 * HOUR_S)

const char *slo_promise(
	double success, uint64_t latency_ns, uint64_t window_s, char *ret, size_t size)
{
	char within[40];
	double window = window_s;

	*ret = '\0';
	text_append(ret, size, "%.15g%%", 100 * success);
	if (latency_ns)
		text_append(ret, size, " within %s",
			value_text(latency_ns, DIMENSION_TIME, within, sizeof(within)));
	if (window_s % DAY_S)
		text_append(ret, size, ", over %gh", window / HOUR_S);
	else
		text_append(ret, size, ", over %gd", window / DAY_S);
	return ret;
}

static const char *promise(const struct snapshot *s, char *ret, size_t size)
{
	return slo_promise(s->slo_success, s->slo_latency_ns, s->slo_window_s, ret, size);
}

/* "0.0073%", of a share. */
static const char *share_text(double share, char *ret, size_t size)
{
	snprintf(ret, size, "-");
	if (!isnan(share))
		snprintf(ret, size, "%.4g%%", 100 * share);
	return ret;
}

static const char *page_text(double after_s, char *ret, size_t size)
{
	snprintf(ret, size, "-");
	if (isinf(after_s))
		snprintf(ret, size, "never");
	else if (!isnan(after_s))
		snprintf(ret, size, "%.0f s", after_s);
	return ret;
}

/* NULL: nothing can be said. */
static const char *sum_text(const struct slo_uses *all, char *ret, size_t size)
{
	char used[32];

	if (isnan(all->faults.budget_used))
		return NULL;
	snprintf(ret, size, "the phases with faults took %s of the error budget",
		share_text(all->faults.budget_used, used, sizeof(used)));
	return ret;
}

void print_slo(const struct snapshot *s, FILE *to)
{
	char text[120], used[32], page[32];
	struct slo_uses all;

	if (!(s->slo_success > 0))
		return;
	slo_uses(s, &all);
	fprintf(to, "\n  slo: %s\n", promise(s, text, sizeof(text)));
	fprintf(to, "  %-10s %9s %10s %12s %12s\n", "phase", "ops", "burn rate", "budget used",
		"pages after");
	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct slo_use *u = &all.phases[i];

		if (u->operations)
			fprintf(to, "  %-10s %9llu %10s %12s %12s\n", s->phases[i].name,
				(unsigned long long)u->operations, shown(u->burn_rate, "%.4g"),
				share_text(u->budget_used, used, sizeof(used)),
				page_text(u->page_after_s, page, sizeof(page)));
	}
	if (sum_text(&all, text, sizeof(text)))
		fprintf(to, "  %s\n", text);
}

void html_slo(const struct snapshot *s, FILE *to)
{
	static const char *const heads[] = {
		"phase", "#operations", "#burn rate", "#budget used", "#would page after", NULL};
	char text[120], used[32], page[32];
	struct slo_uses all;

	if (!(s->slo_success > 0))
		return;
	slo_uses(s, &all);
	fputs("<h2>Error budget</h2>\n", to);
	html_heads(to, promise(s, text, sizeof(text)), heads);
	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct slo_use *u = &all.phases[i];

		if (!u->operations)
			continue;
		fputs("<tr>", to);
		html_element(to, "td", s->phases[i].name);
		html_number(to, u->operations, "%.0f");
		html_number(to, u->burn_rate, "%.4g");
		html_element(to, "td class=\"n\"", share_text(u->budget_used, used, sizeof(used)));
		html_element(to, "td class=\"n\"", page_text(u->page_after_s, page, sizeof(page)));
		fputs("</tr>\n", to);
	}
	html_end_table(to);
	if (sum_text(&all, text, sizeof(text)))
		html_element(to, "p", text);
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *use_json(const struct slo_use *u)
{
	return json_pack("{s:I, s:I, s:o, s:o, s:o}", "operations", (json_int_t)u->operations,
		"bad_operations", (json_int_t)u->bad, "burn_rate", number(u->burn_rate),
		"budget_used", number(u->budget_used), "page_after_s", number(u->page_after_s));
}

json_t *slo_json(const struct snapshot *s)
{
	json_t *phases;
	struct slo_uses all;

	if (!(s->slo_success > 0))
		return json_null();
	slo_uses(s, &all);
	phases = json_array();
	for (unsigned int i = 0; i < s->n_phases; i++) {
		json_t *one;

		if (!all.phases[i].operations)
			continue;
		one = use_json(&all.phases[i]);
		json_object_set_new(one, "phase", json_string(s->phases[i].name));
		json_array_append_new(phases, one);
	}
	return json_pack("{s:f, s:o, s:I, s:o, s:o}", "success", s->slo_success, "latency_ms",
		s->slo_latency_ns ? json_real(s->slo_latency_ns / 1e6) : json_null(),
		"window_seconds", (json_int_t)s->slo_window_s, "phases", phases, "faults",
		use_json(&all.faults));
}
