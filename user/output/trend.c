// SPDX-License-Identifier: GPL-2.0
/* How earlier runs of the same scenario went, for eyes: in the table and on the page. */
#include "measure/trend.h"

#include <math.h>

#include "output/html.h"
#include "output/sections.h"
#include "output/xml.h"

struct range {
	double least, most; /* of those that are finite; NAN: there are none */
};

static struct range range_of(const struct trend *t, const struct trend_row *r)
{
	struct range range = {NAN, NAN};

	for (unsigned int i = 0; i < t->n_runs; i++) {
		double v = r->values[i];

		if (!isfinite(v))
			continue;
		range.least = isnan(range.least) || v < range.least ? v : range.least;
		range.most = isnan(range.most) || v > range.most ? v : range.most;
	}
	return range;
}

/* 0 to 1 within the range; half where all are the same. */
static double height(struct range r, double v)
{
	return r.most > r.least ? (v - r.least) / (r.most - r.least) : 0.5;
}

/* "!": it never happened; " ": it had none. */
static void print_bar(struct range r, double v, FILE *to)
{
	static const char *const bars[] = {
		"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};

	if (isnan(v))
		fputc(' ', to);
	else if (isinf(v))
		fputc('!', to);
	else
		fputs(bars[(int)(height(r, v) * 7 + 0.5)], to);
}

void print_trend(const struct snapshot *s, FILE *to)
{
	const struct trend *t = s->trend;
	char least[40], most[40];

	if (!t)
		return;
	fprintf(to, "\n  the last %u runs\n", t->n_runs);
	for (unsigned int i = 0; i < t->n_rows; i++) {
		const struct trend_row *row = &t->rows[i];
		struct range r = range_of(t, row);

		fprintf(to, "  %-14s ", row->name);
		for (unsigned int k = 0; k < t->n_runs; k++)
			print_bar(r, row->values[k], to);
		if (!isnan(r.least))
			fprintf(to, "  %s to %s",
				value_text(r.least, row->dimension, least, sizeof(least)),
				value_text(r.most, row->dimension, most, sizeof(most)));
		fputc('\n', to);
	}
}

#define WIDTH 1000.0
#define HEIGHT 100.0
#define MARGIN 8.0

static double y_of(struct range r, double v)
{
	return HEIGHT - MARGIN - height(r, v) * (HEIGHT - 2 * MARGIN);
}

/* A line from run to run that breaks where there is no value. */
static void put_line(const struct trend *t, const struct trend_row *row, struct range r, FILE *to)
{
	double step = WIDTH / (t->n_runs > 1 ? t->n_runs - 1 : 1);
	bool drawn = false;

	fputs("<path class=\"la\" d=\"", to);
	for (unsigned int i = 0; i < t->n_runs; i++) {
		bool there = isfinite(row->values[i]);

		if (there)
			fprintf(to, "%c%.1f %.1f", drawn ? 'L' : 'M', i * step,
				y_of(r, row->values[i]));
		drawn = there;
	}
	fputs("\"/>", to);
}

static void put_row(const struct trend *t, const struct trend_row *row, FILE *to)
{
	struct range r = range_of(t, row);
	char least[40], most[40], last[40], about[200];

	if (isnan(r.least))
		return;
	value_text(r.least, row->dimension, least, sizeof(least));
	value_text(r.most, row->dimension, most, sizeof(most));
	value_text(row->values[t->n_runs - 1], row->dimension, last, sizeof(last));
	snprintf(about, sizeof(about), "%s of the last %u runs: from %s to %s, this one %s",
		row->name, t->n_runs, least, most, last);
	fputs("<figure><figcaption>", to);
	xml_text(to, about);
	fprintf(to,
		"</figcaption><svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\" "
		"role=\"img\"",
		WIDTH, HEIGHT);
	xml_attribute(to, "aria-label", about);
	fputc('>', to);
	put_line(t, row, r, to);
	fputs("</svg></figure>\n", to);
}

void html_trend(const struct snapshot *s, FILE *to)
{
	if (!s->trend)
		return;
	fputs("<h2>Earlier runs</h2>\n", to);
	for (unsigned int i = 0; i < s->trend->n_rows; i++)
		put_row(s->trend, &s->trend->rows[i], to);
}
