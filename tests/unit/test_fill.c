// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel side is told of a plan. The BPF object is opened, and not loaded: constants and
 * variables are memory of this process. What would go into maps, and to programs that are run, is
 * kept here instead.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "made_up.h"
#include "jinx.skel.h"
#include "kernel/fill.h"
#include "kernel/fill_where.h"

#define SEED 4711

static struct {
	struct jinx_bpf *skel;
	struct scenario *scenario;
	struct caps caps;
	struct plan plan;
	struct targets targets;
	unsigned int slot[MAX_TARGETS];
} t;

static struct rule_state call_states[MAX_BINDINGS];
static int run_result;

/* In the places of libbpf's. */
int bpf_map__update_elem(const struct bpf_map *map, const void *key, size_t key_size,
	const void *value, size_t value_size, __u64 flags)
{
	(void)flags;
	assert_string_equal(bpf_map__name(map), "call_states");
	assert_int_equal(key_size, sizeof(__u32));
	assert_int_equal(value_size, sizeof(call_states[0]));
	memcpy(&call_states[*(const __u32 *)key], value, value_size);
	return 0;
}

int bpf_prog_test_run_opts(int fd, struct bpf_test_run_opts *opts)
{
	(void)fd;
	(void)opts;
	return run_result;
}

static int set_up(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	memset(call_states, 0, sizeof(call_states));
	run_result = 0;
	t.skel = jinx_bpf__open();
	return t.skel ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	jinx_bpf__destroy(t.skel);
	scenario_free(t.scenario);
	return 0;
}

/* Targets stand at these depths, a cgroup each, with their depth's number in the id. */
static void fill(const char *text, const int *levels)
{
	struct error why;

	if (scenario_parse(text, strlen(text), "made-up", &t.scenario, &why))
		fail_msg("%s", why.message);
	t.scenario->max_delay_ns = 1000000;
	t.scenario->max_spin_ns = 1000;
	t.caps = caps_of(STOCK | GATED | SPUN | BIT(FMOD_RET));
	plan_make(t.scenario, &t.caps, &t.plan);
	assert_false(plan_refused(&t.plan));
	t.targets.n = t.scenario->n_targets;
	for (unsigned int i = 0; i < t.targets.n; i++)
		t.targets.all[i] = (struct target){.spec = &t.scenario->targets[i],
			.level = levels[i],
			.cgroup_id = 100 + levels[i],
			.cgroup_fd = -1,
			.pidfd = -1};
	fill_slots(&t.targets, t.slot);
	fill_constants(t.skel, &t.plan, &t.targets);
	fill_where_constants(t.skel, &t.plan);
}

static int fill_rest(void)
{
	return fill_variables(t.skel, &t.plan, &t.targets, t.slot, SEED);
}

#define THREE                                                                             \
	"jinx: 1\ntargets: {deep: {cgroup: /a/b/c}, one: {pid: 2}, flat: {cgroup: /d}}\n" \
	"timeline: [{phase: p, for: 2s, faults: ["                                        \
	"{fail: EIO, on: [read, openat], target: flat, when: {chance: 5%, after: 3}}, "   \
	"{drop: egress, target: deep}, "                                                  \
	"{fail: EPERM, on: read, target: one, from: 1s, when: {ramp: 1% -> 9%}}]}]\n"

static const int three_levels[] = {4, 0, 1};

static void shallow_cgroups_first_and_processes_last(void **state)
{
	(void)state;
	fill(THREE, three_levels);
	assert_int_equal(t.slot[2], 0); /* flat */
	assert_int_equal(t.slot[0], 1); /* deep */
	assert_int_equal(t.slot[1], 2); /* the process */
	assert_int_equal(t.skel->rodata->aim, AIM_MIXED);
	assert_int_equal(t.skel->rodata->cgroup_slots, 2);
}

static void points_are_numbered(void **state)
{
	unsigned int known = 0;

	(void)state;
	fill(THREE, three_levels);
	assert_int_equal(fill_rest(), 0);
	for (int p = 0; p < NR_POINTS; p++)
		known += t.skel->rodata->numbers[p] != NO_POINT;
	assert_int_equal(known, t.plan.n_points);
	for (unsigned int i = 0; i < t.plan.n_points; i++)
		assert_int_equal(t.skel->rodata->numbers[t.plan.points[i]], i);
	assert_int_equal(t.skel->bss->point_of_syscall[points[POINT_read].syscall_nr],
		t.skel->rodata->numbers[POINT_read]);
	assert_int_equal(t.skel->bss->point_of_syscall[points[POINT_write].syscall_nr], NO_POINT);
	for (unsigned int i = 0; i < t.plan.n_points; i++)
		assert_int_equal(t.skel->bss->plan_points[i].kind, points[t.plan.points[i]].kind);
}

static void rules_are_the_scenarios(void **state)
{
	const struct rule *r = t.skel->bss->rules;

	(void)state;
	r = t.skel->bss->rules;
	fill(THREE, three_levels);
	assert_int_equal(fill_rest(), 0);
	assert_int_equal(r[0].fault, FAULT_FAIL);
	assert_int_equal(r[0].n_errors, 1);
	assert_int_equal(r[0].errors[0], -EIO);
	assert_int_equal(r[0].chance_ppm, 50000);
	assert_int_equal(r[0].after, 3);
	assert_int_equal(r[0].target, 0);
	assert_int_equal(r[1].fault, FAULT_DROP);
	assert_int_equal(r[1].target, 1);
	assert_int_equal(r[2].target, 2);
	assert_int_equal(r[2].chance_ppm, 10000);
	assert_int_equal(r[2].ramp_ppm, 90000);
	assert_true(r[2].ramp_ns == 1000000000ull); /* from its begin to the phase's end */
	assert_true(r[0].seed != r[1].seed && r[1].seed != r[2].seed);
	assert_int_equal(t.skel->bss->target_rules[0], 1 << 0);
	assert_int_equal(t.skel->bss->target_rules[1], 1 << 1);
	assert_int_equal(t.skel->bss->target_rules[2], 1 << 2);
}

static void each_binding_is_found_by_rule_and_point(void **state)
{
	(void)state;
	fill(THREE, three_levels);
	assert_int_equal(fill_rest(), 0);
	for (unsigned int i = 0; i < t.plan.n_bindings; i++) {
		const struct binding *b = &t.plan.bindings[i];

		assert_int_equal(t.skel->bss->bindings[b->rule][b->number], i);
		assert_true(
			t.skel->bss->point_rules[b->mechanism * MAX_POINTS + b->number] >> b->rule &
			1);
		/* Streams of calls differ. */
		assert_int_equal(call_states[i].stream, b->point + 1);
	}
	/* The rule has no such point. */
	assert_int_equal(
		t.skel->bss->bindings[2][t.skel->rodata->numbers[POINT_openat]], NO_BINDING);
}

static void a_target_that_is_gone_matches_nobody(void **state)
{
	(void)state;
	fill(THREE, three_levels);
	assert_int_equal(fill_rest(), 0);
	assert_int_equal(t.skel->bss->target_cgroup[0], 101);
	assert_int_equal(t.skel->bss->target_cgroup[1], 104);
	assert_int_equal(t.skel->bss->target_level[1], 4);
	assert_true(t.skel->bss->target_marks == ~0ull); /* of several depths: all are looked at */

	t.targets.all[0].gone = true;
	fill_cgroup(t.skel, &t.targets, t.slot, 0);
	assert_true(t.skel->bss->target_cgroup[1] == NO_CGROUP);
	assert_int_equal(t.skel->bss->target_cgroup[0], 101);

	t.targets.all[0].gone = false;
	t.targets.all[0].cgroup_id = 777;
	t.targets.all[0].level = 1;
	fill_cgroup(t.skel, &t.targets, t.slot, 0);
	assert_int_equal(t.skel->bss->target_cgroup[1], 777);
	assert_true(t.skel->bss->target_marks == (1ull << (101 & 63) | 1ull << (777 & 63)));
}

/* A delay is never longer than its mechanism may take. */
static void delays_have_their_cap(void **state)
{
	static const int level[] = {1};

	(void)state;
	fill("jinx: 1\ntarget: {cgroup: /a}\ntimeline: [{phase: p, for: 1s, faults: ["
	     "{delay: 500us ± 10us normal, on: fsync}]}]\n",
		level);
	assert_int_equal(fill_rest(), 0);
	assert_int_equal(t.skel->bss->rules[0].delay_ns, 500000);
	assert_int_equal(t.skel->bss->rules[0].jitter_ns, 10000);
	assert_int_equal(t.skel->bss->rules[0].cap_ns, 1000000);
	assert_int_equal(t.skel->bss->quantiles[SPREAD_NORMAL][NR_QUANTILES / 2] >> 10, 0);
	assert_true(t.skel->bss->quantiles[SPREAD_NORMAL][NR_QUANTILES - 1] > 2 << QUANTILE_BITS);
	assert_int_equal(t.skel->rodata->aim, AIM_ONE);
	for (unsigned int i = 0; i < t.plan.n_bindings; i++)
		t.plan.bindings[i].mechanism = MECHANISM_SPIN;
	assert_int_equal(fill_rest(), 0);
	assert_int_equal(t.skel->bss->rules[0].cap_ns, 1000);
}

#define WHERE                                                                                   \
	"jinx: 1\ntarget: {cgroup: /a}\ntimeline: [{phase: p, for: 1s, faults: ["               \
	"{fail: EIO, on: [read, connect], where: {fd: socket, remote_port: [80, 8000-8080]}}, " \
	"{fail: EIO, on: connect, where: {cidr: 10.0.0.0/8, not: {port: 22, uid: 5}}}, "        \
	"{fail: EPERM, on: read}]}]\n"

static void where_asks_only_for_what_is_named(void **state)
{
	static const int level[] = {1};
	const struct port_test *ports = t.skel->bss->port_tests;

	(void)state;
	fill(WHERE, level);
	assert_int_equal(fill_rest(), 0);
	assert_true(t.skel->rodata->filtering);
	assert_int_equal(t.skel->rodata->rules_with_fd, 1);
	assert_int_equal(t.skel->rodata->rules_with_peer, 3);
	assert_int_equal(t.skel->rodata->rules_with_path, 0);
	assert_int_equal(t.skel->rodata->rules_with_stack, 0);
	assert_false(t.skel->rodata->walks_user || t.skel->rodata->walks_kernel);
	assert_int_equal(t.skel->rodata->n_port_tests, 3);
	assert_int_equal(t.skel->rodata->n_network_tests, 1);
	assert_int_equal(ports[0].range.low, 80);
	assert_int_equal(ports[0].range.end, PORT_REMOTE);
	assert_int_equal(ports[1].range.low, 8000);
	assert_int_equal(ports[1].range.high, 8080);
	assert_int_equal(ports[1].by.rules, 1);
	assert_int_equal(ports[1].by.barred, 0);
	assert_int_equal(ports[2].range.low, 22);
	assert_int_equal(ports[2].by.rules, 0);
	assert_int_equal(ports[2].by.barred, 2);
	assert_int_equal(t.skel->bss->network_tests[0].network.address[0], htonl(10u << 24));
	assert_int_equal(t.skel->bss->network_tests[0].by.rules, 2);
	assert_int_equal(t.skel->bss->kind_askers[FD_SOCKET].rules, 1);
	assert_int_equal(t.skel->bss->kind_askers[FD_FILE].rules, 0);
	assert_int_equal(t.skel->bss->nots[1].who.n_uid, 1);
	assert_int_equal(t.skel->bss->nots[1].who.uid[0], 5);
	assert_int_equal(t.skel->bss->filters[1].who.n_uid, 0);
}

static void narrowing_goes_to_the_targets_slot(void **state)
{
	static const int levels[] = {3, 1};

	(void)state;
	fill("jinx: 1\ntargets: {deep: {cgroup: /a/b, only: {comm: [nginx, cat]}, except: {uid: "
	     "0}}, "
	     "flat: {cgroup: /d}}\ntimeline: [{phase: p, for: 1s, faults: ["
	     "{fail: EIO, on: read, target: deep}, {fail: EIO, on: read, target: flat}]}]\n",
		levels);
	assert_int_equal(fill_rest(), 0);
	assert_int_equal(t.skel->bss->narrowings[1].only.n_comm, 2);
	assert_string_equal(t.skel->bss->narrowings[1].only.comm[1], "cat");
	assert_int_equal(t.skel->bss->narrowings[1].except.n_uid, 1);
	assert_int_equal(t.skel->bss->narrowings[0].only.n_comm, 0);
	assert_int_equal(t.skel->rodata->aim, AIM_SEVERAL);
}

/* Nothing may be armed if jinx and those above it are not known. */
static void unprotected_is_an_error(void **state)
{
	static const int level[] = {1};

	(void)state;
	fill("jinx: 1\ntarget: {cgroup: /a}\ntimeline: [{phase: p, for: 1s, faults: ["
	     "{fail: EIO, on: read}]}]\n",
		level);
	run_result = -EPERM;
	assert_int_equal(fill_rest(), -EPERM);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shallow_cgroups_first_and_processes_last),
		TEST(points_are_numbered),
		TEST(rules_are_the_scenarios),
		TEST(each_binding_is_found_by_rule_and_point),
		TEST(a_target_that_is_gone_matches_nobody),
		TEST(delays_have_their_cap),
		TEST(where_asks_only_for_what_is_named),
		TEST(narrowing_goes_to_the_targets_slot),
		TEST(unprotected_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
