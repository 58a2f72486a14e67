// SPDX-License-Identifier: GPL-2.0
/* What presets stand for, and where what is wrong with them is said to be. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "scenario/presets.h"
#include "scenario/scenario.h"

#define TOP "jinx: 1\ntargets: {db: {cgroup: /a}, app: {cgroup: /b}, web: {cgroup: /c}}\n"

static struct scenario *parsed(const char *text)
{
	struct scenario *s = NULL;
	struct error why = {};

	if (scenario_parse(text, strlen(text), "/x/some.yaml", &s, &why))
		fail_msg("%u:%u: %s", why.place.line, why.place.column, why.message);
	return s;
}

static void random_failures(void **state)
{
	struct scenario *s = parsed(TOP "params: {rate: 5%}\ntimeline:\n"
					"- {phase: before, for: 1s}\n"
					"- {use: random_failures, duration: 10s, "
					"failure_rate: '${rate}', target: app}\n");

	(void)state;
	assert_int_equal(s->n_phases, 2);
	assert_string_equal(s->phases[1].name, "random_failures");
	assert_int_equal(s->phases[1].duration_ns, 10000000000);
	assert_int_equal(s->n_faults, 3);
	for (unsigned int i = 0; i < s->n_faults; i++) {
		assert_int_equal(s->faults[i].fault, FAULT_FAIL);
		assert_int_equal(s->faults[i].phase, 1);
		assert_int_equal(s->faults[i].target, 1);
		assert_int_equal(s->faults[i].trigger.chance_ppm, 50000);
		assert_int_equal(s->faults[i].optional, i > 0);
		assert_int_equal(s->faults[i].place.line, 6);
		assert_int_equal(s->faults[i].place.column, 3);
	}
	assert_int_equal(s->faults[0].errors[0], ECONNREFUSED);
	assert_string_equal(points[s->faults[0].points[0]].name, "connect");
	scenario_free(s);
}

static void latency_spikes(void **state)
{
	struct scenario *s = parsed("jinx: 1\ntarget: {cgroup: /a}\ntimeline:\n"
				    "- use: latency_spikes\n  phase: spikes\n  duration: 2m\n"
				    "  max_latency: 301ms\n");

	(void)state;
	assert_string_equal(s->phases[0].name, "spikes");
	assert_int_equal(s->phases[0].duration_ns, 120000000000);
	assert_int_equal(s->n_faults, 2);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(s->faults[i].delay.mean_ns, 150500000);
		assert_int_equal(s->faults[i].delay.jitter_ns, 150500000);
		assert_int_equal(s->faults[i].delay.distribution, SPREAD_UNIFORM);
	}
	assert_int_equal(s->faults[1].where.fd_kinds, 1 << FD_SOCKET);
	assert_string_equal(s->standing.presets,
		"- phase: spikes\n"
		"  for: 2m\n"
		"  faults:\n"
		"  - {delay: 150500us +- 150500us, on: [connect, sendto, sendmsg, recvfrom, "
		"recvmsg], "
		"when: {chance: 20%}}\n"
		"  - {delay: 150500us +- 150500us, on: [read, write, readv, writev], "
		"where: {fd: socket}, when: {chance: 20%}, optional: true}\n");
	scenario_free(s);
	/* Never nothing at all. */
	s = parsed("jinx: 1\ntarget: {cgroup: /a}\ntimeline:\n"
		   "- {use: latency_spikes, duration: 1s, max_latency: 1ns}\n");
	assert_int_equal(s->faults[0].delay.mean_ns, 1);
	scenario_free(s);
}

/* The trigger first, then the others as they stand in the file. */
static void cascading_failures(void **state)
{
	static const unsigned int order[] = {1, 0, 2};
	struct scenario *s = parsed(
		TOP "timeline: [{use: cascading_failures, trigger: app, propagation_delay: 2s}]\n");

	(void)state;
	assert_int_equal(s->phases[0].duration_ns, 6000000000);
	assert_int_equal(s->n_faults, 3);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(s->faults[i].fault, FAULT_DROP);
		assert_int_equal(s->faults[i].target, order[i]);
		assert_int_equal(s->faults[i].from_ns, i * 2000000000ull);
		assert_int_equal(s->faults[i].until_ns, 0);
	}
	scenario_free(s);
	s = parsed("jinx: 1\ntarget: {cgroup: /a}\ntimeline: [{use: cascading_failures, "
		   "trigger: target, propagation_delay: 2s}]\n");
	assert_int_equal(s->n_faults, 1);
	assert_int_equal(s->phases[0].duration_ns, 2000000000);
	scenario_free(s);
}

static void network_partition(void **state)
{
	struct scenario *s =
		parsed(TOP "timeline: [{use: network_partition, duration: 2s, affected: [app]}]\n");
	static const char alone[] = "jinx: 1\ntarget: {cgroup: /a}\ntimeline:\n"
				    "- {use: network_partition, duration: 1s, affected: target}\n";
	static const char unknown[] =
		TOP "timeline: [{use: network_partition, duration: 2s, affected: [app, dbs]}]\n";
	struct error why = {};

	(void)state;
	assert_int_equal(s->n_faults, 1);
	assert_int_equal(s->faults[0].fault, FAULT_PARTITION);
	assert_int_equal(s->faults[0].partition.from[1], 1 << 0 | 1 << 2);
	assert_int_equal(s->faults[0].partition.from[0], 1 << 1);
	assert_int_equal(s->faults[0].partition.from[2], 1 << 1);
	scenario_free(s);
	assert_int_equal(scenario_parse(alone, strlen(alone), "x", &s, &why), -EINVAL);
	assert_string_equal(why.message, "the preset needs more targets than those that are named");
	assert_int_equal(scenario_parse(unknown, strlen(unknown), "x", &s, &why), -EINVAL);
	assert_string_equal(why.message, "unknown target \"dbs\"; did you mean \"db\"?");
	assert_int_equal(why.place.column, 67);
}

/* Two of one kind, and one by an alias, which is the same phase twice. */
static void several(void **state)
{
	struct scenario *s = parsed("jinx: 1\ntarget: {cgroup: /a}\ntimeline:\n"
				    "- {use: random_failures, duration: &d 1s, failure_rate: 1%}\n"
				    "- {use: random_failures, phase: again, duration: *d, "
				    "failure_rate: 2%}\n");
	static const char twice[] = "jinx: 1\ntarget: {cgroup: /a}\ntimeline:\n"
				    "- &p {use: random_failures, duration: 1s, failure_rate: 1%}\n"
				    "- *p\n";
	struct error why = {};

	(void)state;
	assert_int_equal(s->n_phases, 2);
	assert_int_equal(s->n_faults, 6);
	assert_int_equal(s->faults[3].trigger.chance_ppm, 20000);
	scenario_free(s);
	assert_int_equal(scenario_parse(twice, strlen(twice), "twice", &s, &why), -EINVAL);
	assert_string_equal(why.message, "there are two phases named \"random_failures\"");
}

/* --scale stretches the phase and what is in it, as of any other. */
static void stretched(void **state)
{
	static const char text[] =
		TOP "timeline: [{use: cascading_failures, trigger: db, propagation_delay: 2s}]\n";
	const struct settings settings = {.scale = 0.5};
	struct scenario *s = NULL;
	struct complaints all;

	(void)state;
	assert_int_equal(scenario_parse_all(text, strlen(text), "scaled", &settings, &s, &all), 0);
	assert_int_equal(s->phases[0].duration_ns, 3000000000);
	assert_int_equal(s->faults[2].from_ns, 2000000000);
	scenario_free(s);
}

/* What each of the table says can be read, whichever keys it takes. */
static void each_preset(void **state)
{
	static const struct {
		const char *key, *value;
	} values[] = {{"duration", "10s"}, {"failure_rate", "5%"}, {"max_latency", "1s"},
		{"target_mb", "100"}, {"target_percent", "50"}, {"affected", "[db, web]"},
		{"trigger", "db"}, {"propagation_delay", "1s"}};

	(void)state;
	for (size_t i = 0; i < n_presets; i++) {
		const struct preset *p = &presets[i];
		struct scenario *s = NULL;
		struct error why = {};
		char text[512];
		int at = snprintf(text, sizeof(text), TOP "timeline:\n- use: %s\n", p->name);

		assert_ptr_equal(find_preset(p->name), p);
		for (const char *const *k = p->keys; *k; k++)
			for (size_t v = 0; v < ARRAY_SIZE(values); v++)
				if (!strcmp(values[v].key, *k))
					at += snprintf(text + at, sizeof(text) - at, "  %s: %s\n",
						*k, values[v].value);
		if (strstr(p->phase, "${target}"))
			at += snprintf(text + at, sizeof(text) - at, "  target: web\n");
		if (scenario_parse(text, at, p->name, &s, &why))
			fail_msg("%s: %s", p->name, why.message);
		assert_true(s->n_faults > 0);
		scenario_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_failures),
		cmocka_unit_test(latency_spikes),
		cmocka_unit_test(cascading_failures),
		cmocka_unit_test(network_partition),
		cmocka_unit_test(several),
		cmocka_unit_test(stretched),
		cmocka_unit_test(each_preset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
