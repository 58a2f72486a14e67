// SPDX-License-Identifier: GPL-2.0
/* The plan with made-up capabilities: a row a kernel of the support table. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "faults/kind.h"
#include "made_up.h"

#define REFUSED (-1)

static const struct kernel {
	const char *name;
	uint64_t can;
	/* What fail of these calls, fail at exit, drop and kill are carried out by. */
	int openat, fsync, connect, sendto, getppid, at_exit, drop, kill;
	/* What a delay of 200 ms of openat and fsync is, and one of 5 ms of fsync. */
	int slow_openat, slow_fsync, short_fsync;
} kernels[] = {
	{"5.10 stock", (STOCK | SPUN) & ~BIT(SOCK_ADDR), MECHANISM_SECURITY, REFUSED,
		MECHANISM_SECURITY, MECHANISM_SECURITY, REFUSED, REFUSED, MECHANISM_LOSS,
		MECHANISM_FENTRY, REFUSED, REFUSED, MECHANISM_SPIN},
	{"6.12 stock", STOCK | SPUN | BIT(LSM_SLEEP), MECHANISM_SECURITY, REFUSED,
		MECHANISM_SECURITY, MECHANISM_SECURITY, REFUSED, REFUSED, MECHANISM_LOSS,
		MECHANISM_FENTRY, MECHANISM_LSM_SLEEP, REFUSED, MECHANISM_SPIN},
	{"7.3 stock", STOCK | BIT(FMOD_RET) | GATED | SPUN, MECHANISM_FMOD_RET, MECHANISM_FMOD_RET,
		MECHANISM_FMOD_RET, MECHANISM_FMOD_RET, REFUSED, REFUSED, MECHANISM_LOSS,
		MECHANISM_FMOD_RET, MECHANISM_TASK_WORK, MECHANISM_TASK_WORK, MECHANISM_TASK_WORK},
	{"6.12 with error injection",
		SPUN | BIT(LSM_SLEEP) | BIT(CLONES) | STOCK | BIT(FMOD_RET) | BIT(OVERRIDE) |
			BIT(OVERRIDE_EXIT),
		MECHANISM_FMOD_RET, MECHANISM_FMOD_RET, MECHANISM_FMOD_RET, MECHANISM_FMOD_RET,
		MECHANISM_OVERRIDE, MECHANISM_OVERRIDE_EXIT, MECHANISM_LOSS, MECHANISM_FMOD_RET,
		MECHANISM_LSM_SLEEP, MECHANISM_CLONES, MECHANISM_CLONES},
	{"5.14 with override only", STOCK | SPUN | BIT(OVERRIDE) | BIT(OVERRIDE_EXIT),
		MECHANISM_OVERRIDE, MECHANISM_OVERRIDE, MECHANISM_OVERRIDE, MECHANISM_OVERRIDE,
		MECHANISM_OVERRIDE, MECHANISM_OVERRIDE_EXIT, MECHANISM_LOSS, MECHANISM_OVERRIDE,
		REFUSED, REFUSED, MECHANISM_SPIN},
	{"only the BPF LSM", (STOCK | BIT(LSM_SLEEP)) & ~BIT(SECURITY), MECHANISM_LSM, REFUSED,
		MECHANISM_LSM, MECHANISM_LSM, REFUSED, REFUSED, MECHANISM_LOSS, MECHANISM_FENTRY,
		MECHANISM_LSM_SLEEP, REFUSED, REFUSED},
	{"6.18 no trampolines", BIT(TASK_WORK_TP) | BIT(SPIN_TP) | BIT(TRACEPOINT) | NETWORK,
		REFUSED, REFUSED, MECHANISM_SOCK_ADDR, MECHANISM_SOCK_ADDR, REFUSED, REFUSED,
		MECHANISM_LOSS, MECHANISM_TRACEPOINT, MECHANISM_TASK_WORK_TP,
		MECHANISM_TASK_WORK_TP, MECHANISM_TASK_WORK_TP},
	{"nothing", 0, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED,
		REFUSED, REFUSED, REFUSED},
};

static struct plan plan, again;

static int mechanism_for(uint64_t can, const char *fault)
{
	struct scenario *s = scenario_of(fault, "{cgroup: a}");
	struct caps c = caps_of(can);
	int m;

	plan_make(s, &c, &plan);
	m = plan.rules[0].refused ? REFUSED : (int)plan.bindings[0].mechanism;
	assert_int_equal(plan_refused(&plan), m == REFUSED);
	/* The ladder is what gets probed. */
	if (m != REFUSED)
		assert_true(plan_candidates(s) & 1ull << m);
	else
		assert_true(plan.n_bindings == 0 && plan.rules[0].reason[0]);
	scenario_free(s);
	return m;
}

/* Each part of a jitter has its own mechanism, and is refused by itself. */
static void parts_of_jitter(void **state)
{
	const uint64_t calls = BIT(TASK_WORK_TP) | BIT(TRACEPOINT) | NETWORK;

	(void)state;
	assert_int_equal(mechanism_for(calls | BIT(PREEMPT), "{jitter: 1ms, preempt: 1ms}"),
		MECHANISM_PREEMPT);
	assert_int_equal(plan.n_bindings, 1);
	assert_int_equal(plan.bindings[0].point, POINT_instruction);
	assert_int_equal(mechanism_for(calls, "{jitter: 1ms, preempt: 1ms}"), REFUSED);
	assert_int_equal(
		mechanism_for(calls | BIT(SCHED), "{jitter: 1ms, on: read, one_core: true}"),
		MECHANISM_TASK_WORK_TP);
	assert_int_equal(plan.n_bindings, 2);
	assert_int_equal(plan.bindings[1].mechanism, MECHANISM_SCHED);
	assert_int_equal(plan.bindings[1].point, POINT_target);
	assert_int_equal(mechanism_for(calls, "{jitter: 1ms, on: read, one_core: true}"), REFUSED);
	/* Of its own calls none can be had, and the rest can. */
	assert_int_equal(
		mechanism_for(BIT(SCHED), "{jitter: 1ms, priorities: 5ms}"), MECHANISM_SCHED);
}

static void support_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		const struct kernel *k = &kernels[i];

		print_message("          %s\n", k->name);
		assert_int_equal(mechanism_for(k->can, "{fail: EIO, on: openat}"), k->openat);
		assert_int_equal(mechanism_for(k->can, "{fail: EIO, on: fsync}"), k->fsync);
		assert_int_equal(mechanism_for(k->can, "{fail: EIO, on: connect}"), k->connect);
		assert_int_equal(mechanism_for(k->can, "{fail: EIO, on: sendto}"), k->sendto);
		assert_int_equal(mechanism_for(k->can, "{fail: EIO, on: getppid}"), k->getppid);
		assert_int_equal(
			mechanism_for(k->can, "{fail: EIO, on: fsync, at: exit}"), k->at_exit);
		assert_int_equal(mechanism_for(k->can, "{drop: egress}"), k->drop);
		assert_int_equal(mechanism_for(k->can, "{kill: KILL, on: fsync}"), k->kill);
		assert_int_equal(
			mechanism_for(k->can, "{delay: 200ms, on: openat}"), k->slow_openat);
		assert_int_equal(mechanism_for(k->can, "{delay: 200ms, on: fsync}"), k->slow_fsync);
		assert_int_equal(mechanism_for(k->can, "{delay: 5ms, on: fsync}"), k->short_fsync);
	}
}

/* The upper end of the spread counts, and the limit is the scenario's. */
static void spinning_has_a_limit(void **state)
{
	struct scenario *s = scenario_of("{delay: 6ms ± 5ms, on: fsync}", "{cgroup: a}");
	struct caps c = caps_of(STOCK | SPUN);

	(void)state;
	plan_make(s, &c, &plan);
	assert_true(plan.rules[0].refused);
	assert_non_null(strstr(plan.rules[0].reason, "--max-spin"));
	s->max_spin_ns = 11000000;
	plan_make(s, &c, &plan);
	assert_false(plan.rules[0].refused);
	scenario_free(s);
}

static void a_hook_that_may_not_sleep(void **state)
{
	struct scenario *s = scenario_of("{delay: 1s, on: openat}", "{cgroup: a}");
	struct caps c = caps_of(STOCK | BIT(LSM_SLEEP));

	(void)state;
	c.sleepable[HOOK_file_open] = false;
	plan_make(s, &c, &plan);
	assert_true(plan.rules[0].refused);
	assert_non_null(strstr(plan.rules[0].reason, "lsm-sleep: the call's hook may not sleep"));
	scenario_free(s);
}

static void a_hook_where_others_would_wait(void **state)
{
	static const char *const calls[] = {"renameat2", "unlink", "fchmod", "setxattr", "mq_open"};
	struct caps c = caps_of(STOCK | BIT(LSM_SLEEP));

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		char fault[64];
		struct scenario *s;

		snprintf(fault, sizeof(fault), "{delay: 1s, on: %s}", calls[i]);
		s = scenario_of(fault, "{cgroup: a}");
		plan_make(s, &c, &plan);
		assert_true(plan.rules[0].refused);
		assert_non_null(strstr(plan.rules[0].reason, "others would wait"));
		scenario_free(s);
	}
}

/* execve was not named: only the group was, and at exit it is left out of it. */
static void a_group_at_exit(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: \"%file\", at: exit}", "{cgroup: a}");
	struct caps c = caps_of(STOCK | BIT(OVERRIDE_EXIT));

	(void)state;
	plan_make(s, &c, &plan);
	assert_false(plan.rules[0].refused);
	assert_non_null(strstr(plan.rules[0].left_out, "execve"));
	scenario_free(s);
}

static void refusal_names_each_mechanism(void **state)
{
	(void)state;
	assert_int_equal(mechanism_for(STOCK, "{fail: EIO, on: fsync}"), REFUSED);
	assert_string_equal(plan.rules[0].reason,
		"fsync: fmod_ret, override: no; security, lsm: no hook inside the call; "
		"cgroup-socket: no such hook");
}

/* What works on this kernel may still not reach the call; the reason says which it is. */
static void refusal_tells_reach_from_ability(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: openat}", "{cgroup: a}");
	struct caps c = caps_of(BIT(FMOD_RET) | BIT(SECURITY) | BIT(LSM) | BIT(SOCK_ADDR));

	(void)state;
	c.traceable[POINT_openat] = false;
	c.security[HOOK_file_open] = c.lsm[HOOK_file_open] = false;
	plan_make(s, &c, &plan);
	assert_string_equal(plan.rules[0].reason,
		"openat: fmod_ret: the call has no traceable function; override: no; "
		"security, lsm: this kernel lacks the hook; "
		"cgroup-socket: no such hook");
	/* Each step of the ladder that comes within reach is taken, the better ones first. */
	c.lsm[HOOK_file_open] = true;
	plan_make(s, &c, &plan);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_LSM);
	c.security[HOOK_file_open] = true;
	plan_make(s, &c, &plan);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_SECURITY);
	c.traceable[POINT_openat] = true;
	plan_make(s, &c, &plan);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_FMOD_RET);
	scenario_free(s);
}

/* Reasons come from verifiers and are long; however long, the plan's own text ends. */
static void long_reasons_are_cut(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: [fsync, openat]}", "{cgroup: a}");
	struct caps c = caps_of(0);

	(void)state;
	for (int m = 0; m < NR_MECHANISMS; m++)
		memset(c.mechanisms[m].reason, 'a' + m, sizeof(c.mechanisms[m].reason) - 1);
	plan_make(s, &c, &plan);
	assert_true(plan.rules[0].refused);
	assert_in_range(strlen(plan.rules[0].reason), 400, sizeof(plan.rules[0].reason) - 1);
	assert_int_equal(strncmp(plan.rules[0].reason, "fsync: ", 7), 0);
	scenario_free(s);
}

static unsigned int late(uint64_t can, const char *fault)
{
	struct scenario *s = scenario_of(fault, "{cgroup: a}");
	struct caps c = caps_of(can);
	char text[100];
	unsigned int n;

	plan_make(s, &c, &plan);
	n = plan_kills_late(&plan, 0, text, sizeof(text));
	assert_int_equal(!n, !text[0]);
	scenario_free(s);
	return n;
}

/* Where a mechanism can leave the call out, unless it is to be carried out; else the plan says so.
 */
static void killing_before_the_call(void **state)
{
	const uint64_t newest = STOCK | BIT(FMOD_RET);

	(void)state;
	assert_int_equal(mechanism_for(STOCK, "{kill: KILL, on: renameat2}"), MECHANISM_SECURITY);
	assert_int_equal(mechanism_for(STOCK, "{kill: TERM, on: renameat2}"), MECHANISM_SECURITY);
	assert_int_equal(mechanism_for(STOCK, "{kill: STOP, on: renameat2}"), MECHANISM_FENTRY);
	assert_int_equal(
		mechanism_for(newest, "{kill: KILL, on: renameat2, at: exit}"), MECHANISM_FENTRY);
	assert_int_equal(late(newest, "{kill: KILL, on: [fsync, unlink]}"), 0);
	assert_int_equal(late(STOCK, "{kill: KILL, on: [fsync, unlink, close]}"), 2);
	assert_int_equal(late(STOCK, "{kill: KILL, on: fsync, at: exit}"), 0);
	assert_int_equal(late(STOCK, "{kill: CONT, on: fsync}"), 0);
	assert_int_equal(late(STOCK, "{fail: EIO, on: openat}"), 0);
}

static void killing_one_that_has_no_function(void **state)
{
	(void)state;
	assert_int_equal(mechanism_for(STOCK, "{kill: KILL, on: getppid}"), MECHANISM_TRACEPOINT);
	assert_int_equal(
		mechanism_for(STOCK & ~BIT(TRACEPOINT), "{kill: KILL, on: getppid, at: exit}"),
		REFUSED);
	assert_string_equal(plan.rules[0].reason,
		"getppid: fentry: the call has no traceable function; tracepoint: no");
}

/* The cgroup's socket hooks are a last resort, for the calls that have one. */
static void socket_hooks(void **state)
{
	static const struct {
		const char *call;
		int mechanism;
	} rows[] = {{"connect", MECHANISM_SOCK_ADDR}, {"bind", MECHANISM_SOCK_ADDR},
		{"sendto", MECHANISM_SOCK_ADDR}, {"sendmsg", MECHANISM_SOCK_ADDR},
		{"sendmmsg", MECHANISM_SOCK_ADDR}, {"recvfrom", REFUSED}, {"accept4", REFUSED},
		{"write", REFUSED}};
	char fault[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(fault, sizeof(fault), "{fail: EIO, on: %s}", rows[i].call);
		assert_int_equal(mechanism_for(NETWORK, fault), rows[i].mechanism);
	}
	assert_int_equal(mechanism_for(NETWORK | BIT(LSM), "{fail: EIO, on: bind}"), MECHANISM_LSM);
}

/* A rule that is refused halfway leaves no binding behind, and the next rule's start where it did.
 */
static void refused_rule_leaves_no_trace(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: [read, write]}, "
					 "{fail: EIO, on: [read, write, fsync], optional: true}, "
					 "{drop: both}",
		"{cgroup: a}");
	struct caps c = caps_of(STOCK);

	(void)state;
	plan_make(s, &c, &plan);
	assert_int_equal(plan.n_bindings, 4);
	assert_int_equal(plan.rules[0].n_bindings, 2);
	assert_int_equal(plan.rules[1].n_bindings, 0);
	assert_int_equal(plan.rules[2].first_binding, 2);
	assert_int_equal(plan.rules[2].n_bindings, 2);
	assert_int_equal(plan.bindings[2].rule, 2);
	assert_int_equal(plan.bindings[3].point, POINT_ingress);
	scenario_free(s);
}

static void group_of_which_nothing_is_left(void **state)
{
	(void)state;
	assert_int_equal(mechanism_for(NETWORK, "{fail: EIO, on: '%file'}"), REFUSED);
	assert_string_equal(plan.rules[0].reason, "this kernel can do it to no call of the group");
}

/* What is offered in place of a refused rule is what another rule of that kind gets. */
static void instead(void **state)
{
	struct caps c = caps_of(NETWORK);
	struct scenario *s = scenario_of("{fail: EIO, on: openat}", "{cgroup: a}");
	char text[200];

	(void)state;
	plan_make(s, &c, &plan);
	assert_true(plan_refused(&plan));
	assert_string_equal(plan_instead(&plan, 0, text, sizeof(text)),
		"bind, connect, sendto, sendmsg, sendmmsg");
	scenario_free(s);
	s = scenario_of("{fail: EIO, on: openat, at: exit}", "{cgroup: a}");
	plan_make(s, &c, &plan);
	assert_string_equal(plan_instead(&plan, 0, text, sizeof(text)), "");
	scenario_free(s);
}

/* More rules times points than there are rows of counters: refused, not written past the end. */
static void too_many_bindings(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct caps c = caps_of(~0u);
	struct scenario *s;
	struct error why;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	assert_non_null(f);
	fprintf(f, "jinx: 1\ntarget: {cgroup: a}\ntimeline:\n- phase: p\n  for: 1s\n  faults:\n");
	for (int i = 0; i < MAX_RULES; i++)
		fprintf(f, "  - {fail: EIO, on: '%%desc,%%network'}\n");
	fclose(f);
	assert_int_equal(scenario_parse(text, size, "many", &s, &why), 0);
	assert_true(s->faults[0].n_points * MAX_RULES > MAX_BINDINGS);
	plan_make(s, &c, &plan);
	assert_in_range(plan.n_bindings, MAX_BINDINGS - s->faults[0].n_points, MAX_BINDINGS);
	assert_false(plan.rules[0].refused);
	assert_true(plan_refused(&plan));
	assert_non_null(strstr(plan.rules[MAX_RULES - 1].reason, "too many points"));
	scenario_free(s);
}

static void descriptions(void **state)
{
	static const char *const rows[][2] = {
		{"{fail: EIO, on: fsync}", "fail EIO on fsync"},
		{"{fail: 4000, on: [read, write], at: exit}",
			"fail errno 4000 on read, write, at exit"},
		{"{kill: 9, on: [read, write, close, dup, dup3, fsync]}",
			"kill SIGKILL on read, write, close, dup and 2 more"},
		{"{drop: both}", "drop egress, ingress"},
		{"{fail: ENOMEM, on: 'user:/x:malloc'}", "fail ENOMEM (-12) on user:/x:malloc"},
		{"{fail: NULL, on: 'user:/x:malloc'}", "fail 0 on user:/x:malloc"},
	};
	char text[160], small[10];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scenario *s = scenario_of(rows[i][0], "{cgroup: a}");

		fault_describe(&s->faults[0], text, sizeof(text));
		assert_string_equal(text, rows[i][1]);
		fault_describe(&s->faults[0], small, sizeof(small));
		assert_int_equal(strncmp(small, text, sizeof(small) - 1), 0);
		assert_int_equal(strlen(small), sizeof(small) - 1);
		scenario_free(s);
	}
}

static void group_leaves_out_what_was_not_named(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: '%desc'}", "{cgroup: a}");
	struct caps c = caps_of(STOCK);

	(void)state;
	plan_make(s, &c, &plan);
	assert_false(plan_refused(&plan));
	assert_in_range(plan.rules[0].n_left_out, 10, 100);
	assert_int_equal(plan.rules[0].n_left_out + plan.n_bindings, s->faults[0].n_points);
	assert_non_null(strstr(plan.rules[0].left_out, "close"));
	scenario_free(s);
	/* Named, the same call refuses the rule. */
	assert_int_equal(mechanism_for(STOCK, "{fail: EIO, on: ['%desc', fsync]}"), REFUSED);
}

static void optional_rules_stand_aside(void **state)
{
	struct scenario *s = scenario_of(
		"{fail: EIO, on: fsync, optional: true}, {drop: egress}", "{cgroup: a}");
	struct caps c = caps_of(STOCK);

	(void)state;
	plan_make(s, &c, &plan);
	assert_true(plan.rules[0].refused);
	assert_false(plan_refused(&plan));
	assert_int_equal(plan.n_bindings, 1);
	assert_int_equal(plan.bindings[0].rule, 1);
	scenario_free(s);
}

static void packets_have_no_process(void **state)
{
	static const char *const targets[] = {"{pid: 77}", "{cgroup: a, only: {comm: x}}",
		"{cgroup: a, only: {uid: 0}}", "{cgroup: a, only: {exe: /x}}",
		"{cgroup: a, except: {comm: x}}", "{cgroup: a, except: {uid: 0}}",
		"{cgroup: a, except: {exe: /x}}"};
	struct caps c = caps_of(~0u);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct scenario *s = NULL;
		struct error why;
		char text[200];

		snprintf(text, sizeof(text),
			"jinx: 1\ntarget: %s\ntimeline: [{phase: p, for: 1s, faults: [{drop: "
			"egress}]}]\n",
			targets[i]);
		assert_int_equal(scenario_parse(text, strlen(text), "x", &s, &why), -EINVAL);
		assert_non_null(strstr(why.message, i ? "can't narrow drop" : "cgroup"));
		/* What is wrong for packets is right for calls. */
		s = scenario_of("{fail: EIO, on: read}", targets[i]);
		plan_make(s, &c, &plan);
		assert_false(plan_refused(&plan));
		scenario_free(s);
	}
}

static void plan_is_pure(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: '%file'}, {drop: both}", "{cgroup: a}");
	struct caps c = caps_of(STOCK);

	(void)state;
	memset(&plan, 0xaa, sizeof(plan));
	plan_make(s, &c, &plan);
	plan_make(s, &c, &again);
	assert_memory_equal(&plan, &again, sizeof(plan));
	scenario_free(s);
}

static void no_btf_refuses_all(void **state)
{
	struct scenario *s = scenario_of("{drop: egress}", "{cgroup: a}");
	struct caps c = caps_of(~0u);

	(void)state;
	snprintf(c.fatal, sizeof(c.fatal), "no BTF");
	plan_make(s, &c, &plan);
	assert_true(plan_refused(&plan));
	assert_string_equal(plan.rules[0].reason, "no BTF");
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spinning_has_a_limit),
		cmocka_unit_test(a_hook_that_may_not_sleep),
		cmocka_unit_test(a_hook_where_others_would_wait),
		cmocka_unit_test(a_group_at_exit),
		cmocka_unit_test(parts_of_jitter),
		cmocka_unit_test(support_table),
		cmocka_unit_test(refusal_names_each_mechanism),
		cmocka_unit_test(refusal_tells_reach_from_ability),
		cmocka_unit_test(long_reasons_are_cut),
		cmocka_unit_test(killing_before_the_call),
		cmocka_unit_test(killing_one_that_has_no_function),
		cmocka_unit_test(socket_hooks),
		cmocka_unit_test(refused_rule_leaves_no_trace),
		cmocka_unit_test(group_leaves_out_what_was_not_named),
		cmocka_unit_test(group_of_which_nothing_is_left),
		cmocka_unit_test(instead),
		cmocka_unit_test(too_many_bindings),
		cmocka_unit_test(descriptions),
		cmocka_unit_test(optional_rules_stand_aside),
		cmocka_unit_test(packets_have_no_process),
		cmocka_unit_test(plan_is_pure),
		cmocka_unit_test(no_btf_refuses_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
