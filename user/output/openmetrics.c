// SPDX-License-Identifier: GPL-2.0
#include "output/openmetrics.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/exposing.h"
#include "scenario/names.h"

const char *const exposition_types[NR_EXPOSITIONS] = {
	[EXPOSITION_OPENMETRICS] = "application/openmetrics-text; version=1.0.0; charset=utf-8",
	[EXPOSITION_PROMETHEUS] = "text/plain; version=0.0.4; charset=utf-8"};

/* Who names the old format alone gets that. */
enum exposition exposition_for(const char *accept)
{
	return strstr(accept, "text/plain") && !strstr(accept, "application/openmetrics-text")
		       ? EXPOSITION_PROMETHEUS
		       : EXPOSITION_OPENMETRICS;
}

const struct family families[NR_FAMILIES] = {
#define FAMILY(id, name, type, unit, help) [FAMILY_ID_##id] = {name, FAMILY_##type, unit, help},
#include "output/families.def"
#undef FAMILY
};

/* Upper bounds in seconds: of what a workload sees, and of what happens inside of a call. */
static const double long_bounds[] = {
	.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};
static const double short_bounds[] = {1e-6, 5e-6, 1e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, .001, .0025, .005,
	.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

static const char *const type_names[][NR_EXPOSITIONS] = {
	[FAMILY_COUNTER] = {"counter", "counter"},
	[FAMILY_GAUGE] = {"gauge", "gauge"},
	[FAMILY_HISTOGRAM] = {"histogram", "histogram"},
	[FAMILY_INFO] = {"info", "gauge"},
	[FAMILY_STATESET] = {"stateset", "gauge"},
};

static const char *const suffixes[] = {
	[FAMILY_COUNTER] = "_total",
	[FAMILY_GAUGE] = "",
	[FAMILY_HISTOGRAM] = "",
	[FAMILY_INFO] = "_info",
	[FAMILY_STATESET] = "",
};

/* There a family is called as its samples are. */
static void begin_family(struct exposing *e, enum family_id id)
{
	const struct family *f = &families[id];
	bool open = e->how == EXPOSITION_OPENMETRICS;
	const char *suffix = open ? "" : suffixes[f->type];

	e->family = f;
	fprintf(e->to, "# HELP %s%s %s\n", f->name, suffix, f->help);
	fprintf(e->to, "# TYPE %s%s %s\n", f->name, suffix, type_names[f->type][e->how]);
	if (open && *f->unit)
		fprintf(e->to, "# UNIT %s %s\n", f->name, f->unit);
}

/* Names are bytes of somebody's choice. */
static void put_value(struct exposing *e, const char *value)
{
	_cleanup_free_ char *shown = printable_copy(value, "\n");

	for (const char *c = shown ?: ""; *c; c++) {
		if (*c == '\\' || *c == '"')
			fputc('\\', e->to);
		if (*c == '\n')
			fputs("\\n", e->to);
		else
			fputc(*c, e->to);
	}
}

void label(struct exposing *e, const char *name, const char *value)
{
	fprintf(e->to, ",%s=\"", name);
	put_value(e, value);
	fputc('"', e->to);
}

void label_number(struct exposing *e, const char *name, unsigned int value)
{
	fprintf(e->to, ",%s=\"%u\"", name, value);
}

static void begin_sample(struct exposing *e, const char *suffix)
{
	fprintf(e->to, "%s%s{scenario=\"", e->family->name, suffix);
	put_value(e, e->s->name);
	fputc('"', e->to);
}

void sample(struct exposing *e, label_function f, unsigned int index, double value)
{
	if (isnan(value))
		return;
	begin_sample(e, suffixes[e->family->type]);
	if (f)
		f(e, index);
	if (isinf(value))
		fprintf(e->to, "} %cInf\n", value < 0 ? '-' : '+');
	else
		fprintf(e->to, "} %.15g\n", value);
}

void state(struct exposing *e, label_function f, unsigned int index, const char *name, bool on)
{
	begin_sample(e, "");
	if (f)
		f(e, index);
	label(e, e->family->name, name);
	fprintf(e->to, "} %d\n", on);
}

static void put_bucket(
	struct exposing *e, label_function f, unsigned int index, double bound, uint64_t n)
{
	char le[32] = "+Inf";

	if (!isinf(bound)) {
		snprintf(le, sizeof(le), "%g", bound);
		/* OpenMetrics writes them as real numbers. */
		if (!strpbrk(le, ".e"))
			strcat(le, ".0");
	}
	begin_sample(e, "_bucket");
	f(e, index);
	fprintf(e->to, ",le=\"%s\"} %llu\n", le, (unsigned long long)n);
}

/* A bucket of ours that reaches over a bound is counted above it: of 32 an octave that is at most
 * 1/32 off. */
static void histogram_by(struct exposing *e, label_function f, unsigned int index,
	const struct histogram *h, const double *bounds, size_t n_bounds)
{
	uint64_t n = 0;
	unsigned int b = 0;

	for (size_t i = 0; i < n_bounds; i++) {
		for (; b < HISTOGRAM_BUCKETS && histogram_bucket_end(b) <= bounds[i] * 1e9; b++)
			n += h->buckets[b];
		put_bucket(e, f, index, bounds[i], n);
	}
	put_bucket(e, f, index, INFINITY, h->count);
	begin_sample(e, "_count");
	f(e, index);
	fprintf(e->to, "} %llu\n", (unsigned long long)h->count);
	begin_sample(e, "_sum");
	f(e, index);
	fprintf(e->to, "} %.15g\n", h->sum / 1e9);
}

void histogram_long(
	struct exposing *e, label_function f, unsigned int index, const struct histogram *h)
{
	histogram_by(e, f, index, h, long_bounds, ARRAY_SIZE(long_bounds));
}

void histogram_short(
	struct exposing *e, label_function f, unsigned int index, const struct histogram *h)
{
	histogram_by(e, f, index, h, short_bounds, ARRAY_SIZE(short_bounds));
}

void write_metrics(
	const struct snapshot *s, const struct exposed_moment *m, enum exposition how, FILE *to)
{
	struct exposing e = {.s = s, .moment = m, .how = how, .to = to};

	slo_uses(s, &e.slo);
	for (int i = 0; i < NR_FAMILIES; i++) {
		begin_family(&e, i);
		expose[i](&e);
	}
	if (how == EXPOSITION_OPENMETRICS)
		fputs("# EOF\n", to);
}
