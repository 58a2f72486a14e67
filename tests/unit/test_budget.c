// SPDX-License-Identifier: GPL-2.0
/* The error budget of a promise, against what was computed by hand; docs/judging.md. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "measure/ask.h"
#include "measure/slo.h"
#include "output/html.h"
#include "output/sections.h"

#define MS 1000000ull
#define S (1000 * MS)

/* Ten seconds of baseline and as many of a fault, an operation each 10 ms; 99.9 % are promised. */
struct run {
	struct snapshot_phase phases[2];
	struct samples samples;
	struct snapshot s;
};

static void set_up(struct run *r)
{
	*r = (struct run){.phases = {{"before", ROLE_BASELINE, true, false, 0, 10 * S, {}},
				  {"fault", ROLE_INJECT, true, false, 10 * S, 20 * S, {}}}};
	r->s.phases = r->phases;
	r->s.n_phases = 2;
	r->s.samples = &r->samples;
	r->s.n_samples = 1;
	r->s.slo_success = 0.999;
	r->s.slo_latency_ns = 300 * MS;
	r->s.slo_window_s = 30 * 86400;
}

/* One operation in ten of those that end between the two fails. */
static void go(struct run *r, uint64_t bad_from_ns, uint64_t bad_to_ns)
{
	for (uint64_t end = 10 * MS; end <= 20 * S; end += 10 * MS) {
		bool bad = end >= bad_from_ns && end < bad_to_ns && end / (10 * MS) % 10 == 0;
		struct sample one = {.planned_ns = end - MS,
			.start_ns = end - MS,
			.end_ns = end,
			.phase = end > 10 * S,
			.result = bad ? SAMPLE_FAILED : SAMPLE_OK};

		assert_int_equal(samples_add(&r->samples, &one), 0);
	}
}

static struct measured asked(const struct run *r, const char *name, const struct span *within)
{
	struct metric m = {.scope = SCOPE_INJECT, .point = -1, .object = -1};
	struct measured ret = {};

	for (size_t i = 0; i < n_expect_metrics; i++)
		if (expect_metrics[i].subject == OF_RUN && !strcmp(expect_metrics[i].name, name))
			m.row = &expect_metrics[i];
	assert_non_null(m.row);
	snapshot_ask_within(&r->s, &m, within, &ret);
	return ret;
}

/* A tenth is bad: a hundred times what 99.9 % allow; pages after 14.4 * 0.1 % * 1 h / 10 %. */
static void burns(void **state)
{
	struct run r;

	(void)state;
	set_up(&r);
	go(&r, 10 * S + 1, 21 * S);
	assert_float_equal(asked(&r, "burn_rate", NULL).value, 100, 1e-9);
	assert_int_equal(asked(&r, "burn_rate", NULL).n, 1000);
	assert_float_equal(asked(&r, "page_after", NULL).value, 518.4e9, 1e3);
	assert_float_equal(
		asked(&r, "budget_used", NULL).value, 100 / (0.001 * 100 * 2592000), 1e-9);
	samples_done(&r.samples);
}

/* 0.7 % are too few for the rule of an hour, and enough for that of six; 0.5 % are for neither. */
static void slow_burns(void **state)
{
	static const struct {
		uint64_t bad;
		double page_s;
	} rows[] = {{15, 14.4 * 0.001 * 3600 / 0.015}, {7, 6 * 0.001 * 21600 / 0.007},
		{5, INFINITY}, {0, INFINITY}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct run r;
		double page_s;

		set_up(&r);
		go(&r, 10 * S + 1, 10 * S + rows[i].bad * 100 * MS + 1);
		page_s = asked(&r, "page_after", NULL).value / 1e9;
		assert_true(page_s == rows[i].page_s || fabs(page_s - rows[i].page_s) < 1e-6);
		samples_done(&r.samples);
	}
}

static void too_little_to_tell(void **state)
{
	struct run r;

	(void)state;
	set_up(&r);
	go(&r, 0, 0);
	r.s.slo_success = 0.99999; /* one of 100,000; there are 30,000 in five minutes */
	assert_false(asked(&r, "page_after", NULL).known);
	assert_true(strstr(asked(&r, "page_after", NULL).why, "too little traffic") != NULL);
	samples_done(&r.samples);
}

/* A guard's window of 6 s, of which the last 500 ms are good again, or not yet. */
static void guards_look_twice(void **state)
{
	const struct span over = {12 * S, 18 * S};
	const struct span during = {10 * S, 16 * S};
	struct run r;

	(void)state;
	set_up(&r);
	go(&r, 10 * S + 1, 17 * S);
	assert_float_equal(asked(&r, "burn_rate", &during).value, 100, 5);
	assert_float_equal(asked(&r, "burn_rate", &over).value, 0, 0);
	samples_done(&r.samples);
}

/* Nothing of it is rounded away: 99.99999999 % are not 100, nor an hour and a half one. */
static void promises(void **state)
{
	char text[100];

	(void)state;
	assert_string_equal(
		slo_promise(0.9999999999, 0, 5400, text, sizeof(text)), "99.99999999%, over 1.5h");
	assert_string_equal(slo_promise(0.5, 1500 * MS, 7 * 86400, text, sizeof(text)),
		"50% within 1.5s, over 7d");
}

/* The report has the same numbers, phase by phase. */
static void reported(void **state)
{
	static const char table[] = "\n  slo: 99.9% within 300ms, over 30d\n"
				    "  phase            ops  burn rate  budget used  pages after\n"
				    "  before          1000          0           0%        never\n"
				    "  fault           1000        100     0.03858%        518 s\n"
				    "  the phases with faults took 0.03858% of the error budget\n";
	_cleanup_free_ char *told = NULL, *page = NULL;
	struct slo_uses all;
	json_t *json;
	struct run r;
	size_t size;
	FILE *to;

	(void)state;
	set_up(&r);
	go(&r, 10 * S + 1, 21 * S);
	slo_uses(&r.s, &all);
	assert_int_equal(all.phases[1].bad, 100);
	assert_float_equal(all.faults.burn_rate, asked(&r, "burn_rate", NULL).value, 1e-12);
	assert_float_equal(all.faults.budget_used, asked(&r, "budget_used", NULL).value, 1e-12);
	assert_float_equal(
		all.faults.page_after_s, asked(&r, "page_after", NULL).value / 1e9, 1e-9);
	to = open_memstream(&told, &size);
	print_slo(&r.s, to);
	fclose(to);
	assert_string_equal(told, table);
	to = open_memstream(&page, &size);
	html_slo(&r.s, to);
	fclose(to);
	assert_non_null(strstr(page, "99.9% within 300ms, over 30d"));
	assert_non_null(strstr(page, "<td class=\"n\">0.03858%</td>"));
	json = slo_json(&r.s);
	assert_int_equal(json_integer_value(json_object_get(json, "window_seconds")), 2592000);
	assert_true(json_is_null(json_object_get(
		json_array_get(json_object_get(json, "phases"), 0), "page_after_s")));
	assert_float_equal(
		json_real_value(json_object_get(json_object_get(json, "faults"), "budget_used")),
		all.faults.budget_used, 1e-12);
	json_decref(json);
	samples_done(&r.samples);
}

/* Without a promise nothing is said, without operations little. */
static void nothing_to_report(void **state)
{
	_cleanup_free_ char *told = NULL;
	struct slo_uses all;
	struct run r;
	size_t size;
	FILE *to = open_memstream(&told, &size);

	(void)state;
	set_up(&r);
	slo_uses(&r.s, &all);
	assert_true(isnan(all.phases[1].burn_rate) && isnan(all.faults.budget_used));
	r.s.slo_success = 0;
	print_slo(&r.s, to);
	fclose(to);
	assert_string_equal(told, "");
	assert_true(json_is_null(slo_json(&r.s)));
}

/* In a guard it is known meanwhile, as nothing else of the whole run is. */
static void guards_may_ask(void **state)
{
	static const struct {
		const char *text;
		bool at_the_end;
	} rows[] = {{"burn_rate > 14.4", false}, {"budget_used > 10%", true},
		{"page_after < 10m", true}, {"recovery_time > 1s", true}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct names names = {};
		struct condition *c = NULL;
		struct error why;

		assert_int_equal(condition_parse(rows[i].text, &names, &c, &why), 0);
		assert_int_equal(condition_is_of_run(c), rows[i].at_the_end);
		condition_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(burns),
		cmocka_unit_test(slow_burns),
		cmocka_unit_test(too_little_to_tell),
		cmocka_unit_test(guards_look_twice),
		cmocka_unit_test(promises),
		cmocka_unit_test(reported),
		cmocka_unit_test(nothing_to_report),
		cmocka_unit_test(guards_may_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
