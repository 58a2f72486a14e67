// SPDX-License-Identifier: GPL-2.0
/*
 * What went on over time, as SVG. All plots are 1000 by 100 and stretched to the page's width, so
 * that what is to be read stands beside them as text.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/html.h"
#include "output/xml.h"

#define WIDTH 1000.0
#define HEIGHT 100.0
#define MAX_COLUMNS 200
#define MIN_COLUMNS 20
#define LEAST_COLUMN_NS 100000000ull
/* Of fewer a column says little. */
#define OPERATIONS_A_COLUMN 5

/* What the plots show. */
struct span_ns {
	uint64_t from, to;
};

struct column {
	uint64_t ok, failed, injected;
	double p50_ms, p99_ms; /* NAN: nothing succeeded */
};

struct chart {
	const struct snapshot *s;
	struct span_ns span;
	unsigned int n;
	double seconds; /* a column's */
	double most_rate, most_ms;
	struct column all[MAX_COLUMNS];
};

static struct span_ns span_of(const struct snapshot *s)
{
	struct span_ns span = {s->began_ns, s->began_ns};

	for (unsigned int i = 0; i < s->n_phases; i++)
		if (s->phases[i].reached && s->phases[i].ended_ns > span.to)
			span.to = s->phases[i].ended_ns;
	/* Some go on without faults, to see it recover. */
	for (unsigned int i = 0; i < s->n_workloads; i++) {
		const struct samples *all = &s->workloads[i].samples;

		if (all->n && sample_at(all, all->n - 1)->end_ns > span.to)
			span.to = sample_at(all, all->n - 1)->end_ns;
	}
	return span;
}

static double x_of(struct span_ns span, uint64_t ns)
{
	if (ns <= span.from || span.to <= span.from)
		return 0;
	return ns >= span.to ? WIDTH : WIDTH * (ns - span.from) / (span.to - span.from);
}

/* What is below a plot: the phases, each as wide as it was long. */
static void put_axis(const struct snapshot *s, FILE *to)
{
	struct span_ns span = span_of(s);
	uint64_t end = span.from;

	fputs("<div class=\"phases\" aria-hidden=\"true\">", to);
	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct snapshot_phase *p = &s->phases[i];

		if (!p->reached)
			continue;
		fprintf(to, "<span style=\"flex-grow:%.3f\">", (p->ended_ns - p->began_ns) / 1e9);
		xml_text(to, p->name);
		fprintf(to, " %.1f s</span>", (p->ended_ns - p->began_ns) / 1e9);
		end = p->ended_ns;
	}
	if (span.to > end)
		fprintf(to, "<span style=\"flex-grow:%.3f\">after</span>", (span.to - end) / 1e9);
	fputs("</div>\n", to);
}

static void put_rect(FILE *to, const char *class, double x, double width, double y, double height)
{
	if (width > 0 && height > 0)
		fprintf(to,
			"<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>",
			class, x, y, width, height);
}

/* Where faults were armed. */
static void shade(const struct snapshot *s, struct span_ns span, FILE *to)
{
	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct snapshot_phase *p = &s->phases[i];
		double x = x_of(span, p->began_ns);

		if (p->reached && p->role == ROLE_INJECT)
			put_rect(to, "hurt", x, x_of(span, p->ended_ns) - x, 0, HEIGHT);
	}
}

static int measure_column(struct chart *c, const struct samples *all, unsigned int i)
{
	uint64_t each = (c->span.to - c->span.from) / c->n + 1, from = c->span.from + i * each;
	const struct selection which = {ALL_PHASES, from, from + each};
	struct column *col = &c->all[i];
	struct latencies l = {};
	struct tally t = {};
	uint64_t p50, p99;
	bool more;
	int err;

	samples_tally(all, &which, &t);
	col->ok = t.n[SAMPLE_OK];
	col->failed = t.n[SAMPLE_FAILED] + t.n[SAMPLE_INDETERMINATE];
	col->injected = injections_between(c->s->injections, from, from + each);
	col->p50_ms = col->p99_ms = NAN;
	err = latencies_add(&l, all, &which, false);
	latencies_sort(&l);
	if (!err && latencies_quantile(&l, 0.5, &p50, &more) &&
		latencies_quantile(&l, 0.99, &p99, &more)) {
		col->p50_ms = p50 / 1e6;
		col->p99_ms = p99 / 1e6;
		c->most_ms = fmax(c->most_ms, col->p99_ms);
	}
	latencies_done(&l);
	c->most_rate = fmax(c->most_rate, (col->ok + col->failed) / c->seconds);
	return err;
}

static unsigned int columns_for(uint64_t length_ns, size_t operations)
{
	uint64_t most = length_ns / LEAST_COLUMN_NS, n = operations / OPERATIONS_A_COLUMN;

	n = n < MIN_COLUMNS ? MIN_COLUMNS : n > MAX_COLUMNS ? MAX_COLUMNS : n;
	return n > most ? most ?: 1 : n;
}

static int measure_columns(struct chart *c, const struct samples *all)
{
	uint64_t length = c->span.to - c->span.from;

	c->n = columns_for(length, all->n);
	c->seconds = length / 1e9 / c->n;
	c->most_rate = c->most_ms = 0;
	for (unsigned int i = 0; i < c->n; i++)
		if (measure_column(c, all, i))
			return -ENOMEM;
	return 0;
}

/* What stands above a plot and beside it, and its frame; `about` is read to who can't see it. */
static void begin_plot(FILE *to, const char *title, const char *legend, const char *high,
	const char *low, const char *about)
{
	fprintf(to,
		"<figure><figcaption>%s%s</figcaption><div class=\"plot\"><div "
		"class=\"y\"><span>%s</span>"
		"<span>%s</span></div><svg viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" "
		"role=\"img\"",
		title, legend, high, low);
	xml_attribute(to, "aria-label", about);
	fputs(">", to);
}

static void end_plot(const struct snapshot *s, FILE *to)
{
	fputs("</svg></div>", to);
	put_axis(s, to);
	fputs("</figure>\n", to);
}

static void put_marks(const struct chart *c, FILE *to)
{
	double width = WIDTH / c->n;

	for (unsigned int i = 0; i < c->n; i++)
		if (c->all[i].injected)
			put_rect(to, "mark", i * width, width, HEIGHT - 4, 4);
}

static void put_rates(const struct chart *c, const char *of, FILE *to)
{
	double width = WIDTH / c->n, scale = c->most_rate ? 92 / c->most_rate / c->seconds : 0;
	char high[32], title[160];

	snprintf(high, sizeof(high), "%.4g", c->most_rate);
	snprintf(title, sizeof(title), "%s: operations a second over time, at most %s", of, high);
	begin_plot(to, "Operations a second",
		"<span class=\"kok\">&#9632; ok</span><span class=\"kbad\">&#9632; failed</span>"
		"<span class=\"kmark\">&#9632; injections</span>",
		high, "0", title);
	shade(c->s, c->span, to);
	for (unsigned int i = 0; i < c->n; i++) {
		double ok = c->all[i].ok * scale, bad = c->all[i].failed * scale, base = HEIGHT - 5;

		put_rect(to, "ok", i * width, width * 0.9, base - ok, ok);
		put_rect(to, "bad", i * width, width * 0.9, base - ok - bad, bad);
	}
	put_marks(c, to);
	end_plot(c->s, to);
}

static double success_of(const struct chart *c, unsigned int i)
{
	const struct column *col = &c->all[i];

	return col->ok + col->failed ? (double)col->ok / (col->ok + col->failed) : NAN;
}

static double median_of(const struct chart *c, unsigned int i)
{
	return c->all[i].p50_ms;
}

static double p99_of(const struct chart *c, unsigned int i)
{
	return c->all[i].p99_ms;
}

/* A line through the columns' middles, interrupted where there is nothing; low and high: its values
 * at the edges. */
static void put_line(const struct chart *c, const char *class,
	double (*value)(const struct chart *, unsigned int), double low, double high, FILE *to)
{
	bool drawn = false;

	fprintf(to, "<path class=\"%s\" d=\"", class);
	for (unsigned int i = 0; i < c->n; i++) {
		double v = value(c, i),
		       y = isnan(v) ? 0 : HEIGHT - 5 - 90 * (v - low) / (high - low);

		/* A dot where there is one column alone. */
		if (!isnan(v))
			fprintf(to, "%s%.2f %.2f", drawn ? "L" : "M", (i + 0.5) * WIDTH / c->n, y);
		if (!isnan(v) && !drawn)
			fputs("h1", to);
		drawn = !isnan(v);
	}
	fputs("\"/>", to);
}

static void put_success(const struct chart *c, const char *of, FILE *to)
{
	char title[120];

	snprintf(title, sizeof(title), "%s: the share of operations that succeeded, over time", of);
	begin_plot(to, "Success rate", "", "100 %", "0 %", title);
	shade(c->s, c->span, to);
	put_line(c, "la", success_of, 0, 1, to);
	end_plot(c->s, to);
}

static void put_latencies(const struct chart *c, const char *of, FILE *to)
{
	char high[32], title[160];

	if (!c->most_ms)
		return;
	if (c->most_ms < 1000)
		snprintf(high, sizeof(high), "%.3g ms", c->most_ms);
	else
		snprintf(high, sizeof(high), "%.4g s", c->most_ms / 1e3);
	snprintf(title, sizeof(title), "%s: latency over time, p99 at most %s", of, high);
	begin_plot(to, "Latency",
		"<span class=\"ka\">&#8212; p50</span><span class=\"kb\">&#8211; &#8211; "
		"p99</span>",
		high, "0", title);
	shade(c->s, c->span, to);
	put_line(c, "la", median_of, 0, c->most_ms, to);
	put_line(c, "lb", p99_of, 0, c->most_ms, to);
	end_plot(c->s, to);
}

int html_charts(const struct snapshot *s, FILE *to)
{
	_cleanup_free_ struct chart *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	*c = (struct chart){.s = s, .span = span_of(s)};
	for (unsigned int i = 0; i < s->n_workloads; i++) {
		const struct snapshot_workload *w = &s->workloads[i];

		if (!w->samples.n)
			continue;
		if (measure_columns(c, &w->samples))
			return -ENOMEM;
		if (s->names_workloads)
			html_element(to, "h3", w->name);
		put_rates(c, w->name, to);
		put_success(c, w->name, to);
		put_latencies(c, w->name, to);
	}
	return 0;
}

static const char *probe_class(enum sample_result r)
{
	return r == SAMPLE_OK ? "ok" : r == SAMPLE_FAILED ? "bad" : "odd";
}

/* Runs of one answer, so that a day of probes stays small. */
static void put_strip(const struct snapshot *s, const struct samples *history, FILE *to)
{
	struct span_ns span = span_of(s);
	size_t first = 0;

	for (size_t i = 1; i <= history->n; i++) {
		const struct sample *one = sample_at(history, first);
		uint64_t end = i < history->n ? sample_at(history, i)->start_ns : span.to;
		double x = x_of(span, one->start_ns);

		if (i < history->n && sample_at(history, i)->result == one->result)
			continue;
		put_rect(to, probe_class(one->result), x, x_of(span, end) - x, 0, HEIGHT);
		first = i;
	}
}

void html_probes(const struct snapshot *s, FILE *to)
{
	if (!s->n_probes)
		return;
	fputs("<h2>Probes</h2>\n<p class=\"dim\"><span class=\"kok\">&#9632; as expected</span> "
	      "<span class=\"kbad\">&#9632; not</span> <span class=\"kodd\">&#9632; "
	      "unknown</span></p>\n",
		to);
	for (unsigned int i = 0; i < s->n_probes; i++) {
		const struct snapshot_probe *p = &s->probes[i];
		char about[160];

		snprintf(about, sizeof(about), "%llu of %llu answers failed, longest outage %.3g s",
			(unsigned long long)snapshot_count(s, METRIC_probe_failed, i),
			(unsigned long long)snapshot_count(s, METRIC_probe_runs, i),
			snapshot_value(s, METRIC_probe_outage, i) / 1e3);
		fputs("<figure><figcaption>", to);
		xml_text(to, p->name);
		fprintf(to,
			"<span class=\"dim\">%s</span></figcaption><div class=\"plot\"><div "
			"class=\"y\"></div>"
			"<svg class=\"strip\" viewBox=\"0 0 1000 100\" "
			"preserveAspectRatio=\"none\" role=\"img\"",
			about);
		xml_attribute(to, "aria-label", about);
		fputs(">", to);
		put_strip(s, &p->history, to);
		end_plot(s, to);
	}
}
