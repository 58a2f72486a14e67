// SPDX-License-Identifier: GPL-2.0
/* How long operations took, before, during and after the faults: as lines over a logarithmic axis,
 * and as numbers. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "output/html.h"
#include "output/xml.h"

#define ROLES 3
#define BINS 60

struct spread {
	struct latencies all[ROLES];
	double low, high; /* log10 of ns */
};

/* All that the charts' phases of a role held. */
static int gather(const struct snapshot *s, struct spread *d)
{
	uint32_t phases[ROLES] = {};
	int err = 0;

	for (unsigned int p = 0; p < s->n_phases; p++)
		phases[s->phases[p].role] |= 1u << p;
	for (unsigned int r = 0; r < ROLES; r++) {
		const struct selection which = {.phases = phases[r]};

		for (unsigned int i = 0; i < s->n_workloads && !err && phases[r]; i++)
			err = latencies_add(&d->all[r], &s->workloads[i].samples, &which, false);
		latencies_sort(&d->all[r]);
	}
	return err;
}

static uint64_t plain(uint64_t ns)
{
	return ns & ~LATENCY_IS_MORE;
}

/* False: nothing succeeded at all. */
static bool find_edges(struct spread *d)
{
	d->low = INFINITY;
	d->high = 0;
	for (unsigned int r = 0; r < ROLES; r++) {
		if (!d->all[r].n)
			continue;
		d->low = fmin(d->low, log10(fmax(plain(d->all[r].all[0].ns), 1)));
		d->high = fmax(d->high, log10(fmax(plain(d->all[r].all[d->all[r].n - 1].ns), 1)));
	}
	if (d->high - d->low < 0.1)
		d->high = d->low + 0.1;
	return !isinf(d->low);
}

static void put_line(const struct spread *d, unsigned int role, FILE *to)
{
	static const char *const classes[] = {
		[ROLE_BASELINE] = "la", [ROLE_INJECT] = "lb", [ROLE_RECOVER] = "lc"};
	const struct latencies *l = &d->all[role];
	uint64_t bins[BINS] = {}, most = 1;

	for (size_t i = 0; i < l->n; i++) {
		unsigned int bin = (log10(fmax(plain(l->all[i].ns), 1)) - d->low) /
				   (d->high - d->low) * (BINS - 1);

		bins[bin < BINS ? bin : BINS - 1] += l->all[i].count;
	}
	for (unsigned int i = 0; i < BINS; i++)
		most = bins[i] > most ? bins[i] : most;
	if (!l->n)
		return;
	fprintf(to, "<path class=\"%s\" d=\"M0 95", classes[role]);
	for (unsigned int i = 0; i < BINS; i++)
		fprintf(to, "L%.2f %.2f", (i + 0.5) * 1000 / BINS, 95 - 90.0 * bins[i] / most);
	fputs("\"/>", to);
}

static void put_row(const char *name, const struct latencies *l, FILE *to)
{
	static const double quantiles[] = {0.5, 0.9, 0.95, 0.99, 1};

	fputs("<tr>", to);
	html_element(to, "td", name);
	html_number(to, l->operations, "%.0f");
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		uint64_t ns;
		bool more;

		if (latencies_quantile(l, quantiles[i], &ns, &more))
			html_number(to, ns / 1e6, more ? "> %.3f" : "%.3f");
		else
			html_number(to, NAN, "");
	}
	fputs("</tr>\n", to);
}

static void put(const struct spread *d, FILE *to)
{
	static const char *const heads[] = {
		"", "#n", "#p50", "#p90", "#p95", "#p99", "#worst", NULL};
	static const char *const names[] = {
		[ROLE_BASELINE] = "before", [ROLE_INJECT] = "during", [ROLE_RECOVER] = "after"};

	fputs("<h2>Latency before, during and after</h2>\n<figure><figcaption>Share of operations, "
	      "each at its most"
	      "<span class=\"ka\">&#8212; before</span><span class=\"kb\">&#8211; &#8211; "
	      "during</span>"
	      "<span class=\"kc\">&#183;&#183;&#183; after</span></figcaption><div "
	      "class=\"plot\"><div class=\"y\"></div>"
	      "<svg viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" role=\"img\" "
	      "aria-label=\"Distribution of "
	      "latencies; the table below has its numbers\">",
		to);
	for (unsigned int r = 0; r < ROLES; r++)
		put_line(d, r, to);
	fprintf(to,
		"</svg></div><div class=\"phases\"><span style=\"flex-grow:1\">%.3g ms</span><span "
		"style=\"flex:none\">%.3g ms, "
		"logarithmic</span></div></figure>\n",
		pow(10, d->low) / 1e6, pow(10, d->high) / 1e6);
	html_heads(to, "Latency of operations that succeeded, in ms", heads);
	for (unsigned int r = 0; r < ROLES; r++)
		put_row(names[r], &d->all[r], to);
	html_end_table(to);
}

int html_distributions(const struct snapshot *s, FILE *to)
{
	struct spread d = {};
	int err = gather(s, &d);

	if (!err && find_edges(&d))
		put(&d, to);
	for (unsigned int r = 0; r < ROLES; r++)
		latencies_done(&d.all[r]);
	return err;
}
