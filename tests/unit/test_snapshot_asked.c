// SPDX-License-Identifier: GPL-2.0
/* What expectations are told of an experiment, and what it comes to. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "made_up_report.h"
#include "measure/ask.h"
#include "run/judge.h"

static void ask(const struct metric *m, void *snapshot, struct measured *ret)
{
	snapshot_ask(snapshot, m, ret);
}

/* What expectations are told of calls that the kernel measured. */
static void asked_of_calls(void **state)
{
	static const struct {
		const char *that, *says; /* what it comes to, and why */
	} all[] = {
		{"calls[openat] == 10000", "true: 10000"},
		{"calls[openat](all) == 11000", "true: 11000"},
		{"calls[openat](recover) == 0", "true: 0"},
		{"errors[openat] == 2004", "true: 2004, n = 10000"},
		{"errors[openat, ENOSPC] == 2000", "true: 2000, n = 10000"},
		{"errors[openat, EINTR] / calls[openat] <= 0.0003", "true: 0.03%, n = 10000"},
		{"errors[openat, EIO] == 0", "true: 0, n = 10000"},
		{"errors[openat](recover) == 0", "unknown: no such call was made in it"},
		/* Of a bucket it says the end, or the longest of all. */
		{"p99[fsync] >= 5.898ms", "true: 5.9ms, n = 100"},
		{"p99[fsync, natural] < 1ms", "true: 900us, n = 100"},
		{"max[fsync] == 5.9ms", "true: 5.9ms, n = 100"},
		{"max[fsync, natural] == 900us", "true: 900us, n = 100"},
		{"avg[fsync] - avg[fsync, natural] == 5ms", "true: 5ms, n = 100"},
		{"min[fsync, natural](warm) <= 900us", "true: 900us, n = 3"},
		{"p99[fsync](warm) < 1s", "unknown: too few: at least 100 are needed, n = 3"},
		{"calls[getppid] == 0", "unknown: not measured: fexit: the call has no traceable "
					"function; kretprobe: no; sys-exit: no"},
		{"calls[fsync](never) == 0", "unknown: phase never was not reached"},
		{"calls[read] == 0", "unknown: it was not measured"},
	};
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);
	struct scenario_names names;

	assert_non_null(s);
	scenario_names(m->s, &names);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct condition *c;
		struct error why;
		struct judged j;
		char told[400], wanted[400];

		if (condition_parse(all[i].that, &names.names, &c, &why))
			fail_msg("%s: %s", all[i].that, why.message);
		condition_evaluate(c, 0, ask, s, &j);
		judged_text(c, &j, told, sizeof(told));
		snprintf(wanted, sizeof(wanted), "%s: %s", all[i].that, all[i].says);
		assert_string_equal(told, wanted);
		condition_free(c);
	}
	snapshot_free(s);
}

/* Each row of metrics.def: of the right size, and a number where there is one. */
static void numbers(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);

	assert_int_equal(snapshot_size(s, METRIC_OF_RUN), 1);
	assert_int_equal(snapshot_size(s, METRIC_OF_PHASE), 4);
	assert_int_equal(snapshot_size(s, METRIC_OF_RULE), 7);
	assert_int_equal(snapshot_size(s, METRIC_OF_BINDING), m->plan.n_bindings);
	assert_int_equal(snapshot_size(s, METRIC_OF_TARGET), 3);
	assert_int_equal(snapshot_size(s, METRIC_OF_LOAD), 1);
	assert_int_equal(snapshot_size(s, METRIC_OF_WORKLOAD), 4);
	assert_int_equal(snapshot_size(s, METRIC_OF_PRESSURE), 12);
	assert_true(snapshot_value(s, METRIC_pressure_cpu, 1) == 0.5);
	assert_true(isnan(snapshot_value(s, METRIC_pressure_cpu, 2)));
	assert_true(snapshot_value(s, METRIC_operations, 1) == 20);
	assert_true(fabs(snapshot_value(s, METRIC_success_rate, 1) - 0.3) < 1e-9);
	assert_true(isnan(snapshot_value(s, METRIC_success_rate, 0)));
	assert_true(snapshot_value(s, METRIC_exit_code, 0) == 7);
	assert_true(isnan(snapshot_value(s, METRIC_exit_code, 1)));
	assert_int_equal(s->numbers[METRIC_latency].histograms[1].count, 20);
	assert_int_equal(s->numbers[METRIC_late].histograms[2].sum, 4500);
	for (int i = 0; i < NR_METRICS; i++)
		assert_true(*metrics[i].name && *metrics[i].unit && *metrics[i].about);
	snapshot_free(s);
}

/* Whatever the others come to: what is false first, then what is unknown. */
static void set_all(struct measure *r, enum truth truth)
{
	for (unsigned int i = 0; i < r->scenario->judging.n_expectations; i++)
		r->expectations[i].judged.truth = truth;
}

static void judged(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);
	struct judgement j;
	char reason[128];

	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_DEVIATED);
	assert_string_equal(j.reason, "success_rate >= 99%: 30%, bound 99%, n = 20; and 1 more");
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_ABORTED, "guard x"};
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_DEVIATED);
	assert_string_equal(
		j.reason, "success_rate >= 99%: 30%, bound 99%, n = 20; and 1 more; guard x");
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_FAILED, "broken"};
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_FAILED);
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_HELD, ""};
	set_all(m->r, TRUTH_TRUE);
	m->r->expectations[1].judged.truth = TRUTH_UNKNOWN; /* optional */
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_HELD);
	snprintf(reason, sizeof(reason), "%llu injections; 5 expectations true",
		(unsigned long long)snapshot_sum(s, METRIC_injected));
	assert_string_equal(j.reason, reason);
	s->observed = true;
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.reason, "no fault would have fired");
	snapshot_free(s);
	m->r->expectations[0].judged.truth = TRUTH_UNKNOWN;
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	snapshot_free(s);
	m->r->phases[0].operations = m->r->phases[0].failed = 2;
	failures_add(&m->r->phases[0].failures, false, 3 << 8);
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.reason,
		"every operation of phase warm failed, before any fault: the last with exit 3");
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_ABORTED, "ended by jinx stop"};
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_ABORTED);
	assert_string_equal(j.reason, "ended by jinx stop");
	snapshot_free(s);
}

/* What is to be used up and never held anything has not fired, whatever was begun. */
static void nothing_used_up(void **state)
{
	struct scenario *s =
		scenario_of("{exhaust: {memory: 20M}}, {exhaust: {cpu: 10%}}", "{cgroup: /some}");
	struct caps caps = caps_of(BIT(HOG));
	struct plan *plan = malloc(sizeof(*plan));
	struct snapshot *snapshot;
	struct judgement j;
	struct measure *m;

	(void)state;
	assert_non_null(plan);
	plan_make(s, &caps, plan);
	m = measure_new(s, plan, "c0ffee", 1);
	assert_non_null(m);
	for (int i = 0; i < 3; i++) {
		m->judgement = (struct judgement){VERDICT_HELD, ""};
		m->counters[plan->rules[0].first_binding].by_reason[REASON_INJECTED] = 1;
		m->counters[plan->rules[1].first_binding].by_reason[REASON_INJECTED] = i == 1;
		m->taken[0].held = i == 2 ? 4096 : 0;
		snapshot = snapshot_take(m);
		judge(snapshot, &j);
		assert_int_equal(j.verdict, i ? VERDICT_HELD : VERDICT_INCONCLUSIVE);
		assert_string_equal(
			j.reason, i == 1 ? "2 injections; no expectations defined"
				  : i	 ? "1 injection; no expectations defined"
					 : "nothing could be used up: no fault has had an effect");
		assert_int_equal(snapshot_fired_by(snapshot, 0), i == 2);
		snapshot_free(snapshot);
	}
	measure_free(m);
	free(plan);
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(asked_of_calls), TEST(numbers), TEST(judged),
		cmocka_unit_test(nothing_used_up)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
