// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of an experiment: byte for byte what is in tests/unit/golden, of a plan with every
 * kind of thing in it.
 */
#include <errno.h>
#include <stdlib.h>

#include "made_up_report.h"
#include "output/openmetrics.h"
#include "output/output.h"

/* JINX_GOLDEN=1 writes it anew. */
static void check_golden(const char *name, const char *seen)
{
	char path[512], wanted[131072];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/unit/golden/%s", JINX_SOURCE_DIR, name);
	f = fopen(path, getenv("JINX_GOLDEN") ? "w+" : "r");
	assert_non_null(f);
	if (getenv("JINX_GOLDEN")) {
		fputs(seen, f);
		rewind(f);
	}
	n = fread(wanted, 1, sizeof(wanted) - 1, f);
	wanted[n] = '\0';
	fclose(f);
	assert_string_equal(seen, wanted);
}

static char *write_format(const struct snapshot *s, const struct output_format *format)
{
	char *ret;
	size_t size;
	FILE *to = open_memstream(&ret, &size);

	assert_non_null(to);
	assert_int_equal(format->write(s, to), 0);
	fclose(to);
	return ret;
}

static void check_format(const struct snapshot *s, const struct output_format *format)
{
	_cleanup_free_ char *seen = write_format(s, format);
	char name[64];

	snprintf(name, sizeof(name), "report.%s", format->name);
	check_golden(name, seen);
}

static void check_exposition(const struct snapshot *s, const char *name, enum exposition how,
	const struct exposed_moment *m)
{
	_cleanup_free_ char *seen = NULL;
	size_t size;
	FILE *to = open_memstream(&seen, &size);

	assert_non_null(to);
	write_metrics(s, m, how, to);
	fclose(to);
	check_golden(name, seen);
}

/* 80 columns, but for names that are longer than their column. */
static void fits(const struct snapshot *s)
{
	_cleanup_free_ char *shown = write_format(s, &output_narrow);

	for (char *line = strtok(shown, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) > 80)
			fail_msg("too long: %s", line);
}

/* Of four runs, of which one had no operation and one never recovered. */
static struct trend *trend(void)
{
	struct trend *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	*t = (struct trend){.n_runs = 4,
		.n_rows = 2,
		.rows = {{"success_rate", DIMENSION_RATIO, {0.9, NAN, 1, 0.3}},
			{"recovery_time", DIMENSION_TIME, {1e9, 2e9, INFINITY, 1.5e9}}}};
	return t;
}

/* Also when what it was taken of has gone. */
static void formats(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);

	assert_non_null(s);
	measure_free(m->r);
	scenario_free(m->s);
	m->r = NULL;
	m->s = NULL;
	memset(&m->plan, 0xa5, sizeof(m->plan));
	memset(&m->caps, 0xa5, sizeof(m->caps));
	s->trend = trend();
	check_format(s, &output_table);
	check_format(s, &output_narrow);
	fits(s);
	for (int i = 0; i < NR_OUTPUTS; i++)
		check_format(s, &output_formats[i]);
	check_exposition(s, "report.openmetrics", EXPOSITION_OPENMETRICS,
		&(struct exposed_moment){true, 1, "0.1"});
	check_exposition(s, "report.prometheus", EXPOSITION_PROMETHEUS,
		&(struct exposed_moment){false, -1, "0.1"});
	snapshot_free(s);
}

/* What happens later is not in it. */
static void immutable(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);
	uint64_t injected = snapshot_sum(s, METRIC_injected);
	_cleanup_free_ char *before = write_format(s, &output_formats[OUTPUT_json]), *after = NULL;

	m->r->counters[0].by_reason[REASON_INJECTED]++;
	m->r->phases[1].operations++;
	m->r->sleeps[2].slept++;
	measure_note(m->r, "and then");
	after = write_format(s, &output_formats[OUTPUT_json]);
	assert_string_equal(before, after);
	assert_int_equal(snapshot_sum(s, METRIC_injected), injected);
	snapshot_free(s);
	s = snapshot_take(m->r);
	assert_int_equal(snapshot_sum(s, METRIC_injected), injected + 1);
	snapshot_free(s);
}

#define HOUR_NS 3600000000000ull
#define OPERATIONS 720000u

/* The page of an hour's run can be sent to somebody: its charts have as many columns as a short
 * one's. */
static void page_of_an_hour(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s;

	for (unsigned int i = 0; i < OPERATIONS; i++) {
		uint64_t at = 1 + i * (HOUR_NS / OPERATIONS), phase = i / (OPERATIONS / 3);
		struct sample one = {at, at, at + 1000000 + i * 7919ull % 5000000,
			i % 13 ? SAMPLE_OK : SAMPLE_FAILED, phase};

		assert_int_equal(samples_add(&m->r->workloads[0].samples, &one), 0);
	}
	m->r->began_ns = 1;
	for (unsigned int i = 0; i < 3; i++) {
		m->r->phases[i].began_ns = 1 + i * (HOUR_NS / 3);
		m->r->phases[i].duration_ns = HOUR_NS / 3;
	}
	s = snapshot_take(m->r);
	assert_non_null(s);
	for (int i = 0; i < NR_OUTPUTS; i++)
		if (!strcmp(output_formats[i].name, "html")) {
			_cleanup_free_ char *page = write_format(s, &output_formats[i]);

			assert_non_null(strstr(page, "operations a second over time"));
			assert_in_range(strlen(page), 10000, (1 << 20) - 1);
			print_message("an hour's page has %zu bytes\n", strlen(page));
		}
	snapshot_free(s);
}

/* docs/report.md has a row, in which the name stands in backquotes, for each number of the JSON. */
static void documented(void **state)
{
	_cleanup_free_ char *docs = calloc(1, 1 << 20);
	_cleanup_file_ FILE *f = fopen(JINX_SOURCE_DIR "/docs/report.md", "r");

	(void)state;
	assert_non_null(f);
	assert_true(fread(docs, 1, (1 << 20) - 1, f) > 0);
	for (int i = 0; i < NR_METRICS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "`%s`", metrics[i].name);
		if (metrics[i].kind != METRIC_HISTOGRAM && !strstr(docs, name))
			fail_msg("docs/report.md does not tell of %s", name);
	}
	for (int i = 0; i < NR_OUTPUTS; i++)
		if (!strstr(docs, output_formats[i].option))
			fail_msg("docs/report.md does not tell of --%s", output_formats[i].option);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(formats), TEST(page_of_an_hour), TEST(immutable),
		cmocka_unit_test(documented)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
