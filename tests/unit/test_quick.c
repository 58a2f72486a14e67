// SPDX-License-Identifier: GPL-2.0
/* The words of the quick verbs: to the model that they make, or to what is said of them. */
#include <errno.h>
#include <signal.h>

#include "quick_lines.h"

static const struct fault_spec *fault_of(const char *line)
{
	if (read_line(line))
		fail_msg("%s: %s", line, why.message);
	return &call.made.s->faults[0];
}

static const struct target_spec *target_of(const char *option)
{
	char line[200];

	snprintf(line, sizeof(line), "fail read --errno EIO --for 1s %s", option);
	fault_of(line);
	return &call.made.s->targets[0];
}

/* With commas or given again. */
static void several_errnos(void **state)
{
	static const char *const lines[] = {"fail read --errno EIO,28 --for 2s --cgroup /a",
		"fail read --errno EIO --errno ENOSPC --for 2s --cgroup /a"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const struct fault_spec *f = fault_of(lines[i]);

		assert_int_equal(f->n_errors, 2);
		assert_int_equal(f->errors[0], EIO);
		assert_int_equal(f->errors[1], ENOSPC);
	}
}

static void fail_options(void **state)
{
	const struct fault_spec *f =
		fault_of("fail openat,read --errno EMFILE --at exit --for 2s --cgroup /a");

	(void)state;
	assert_int_equal(f->fault, FAULT_FAIL);
	assert_int_equal(f->n_errors, 1);
	assert_int_equal(f->errors[0], EMFILE);
	assert_int_equal(f->at, AT_EXIT);
	assert_int_equal(f->n_points, 2);
	assert_int_equal(f->points[0], POINT_openat);
	assert_int_equal(f->points[1], POINT_read);
	assert_int_equal(f->trigger.chance_ppm, PPM);
	assert_int_equal(f->trigger.every, 1);
	assert_int_equal(call.made.s->phases[0].duration_ns, 2000000000);
	assert_string_equal(call.made.s->phases[0].name, "inject");
	assert_string_equal(call.made.s->name, "fail openat,read");
}

static void delay_options(void **state)
{
	const struct fault_spec *f = fault_of(
		"delay fsync --by '5ms +- 1ms normal' --interruptible --for 1s --pid 4711");

	(void)state;
	assert_int_equal(f->fault, FAULT_DELAY);
	assert_int_equal(f->delay.mean_ns, 5000000);
	assert_int_equal(f->delay.jitter_ns, 1000000);
	assert_int_equal(f->delay.distribution, SPREAD_NORMAL);
	assert_true(f->interruptible);
	assert_int_equal(call.made.s->targets[0].pid, 4711);
}

static void drop_options(void **state)
{
	static const struct {
		const char *options;
		enum direction direction;
	} all[] = {{"", DIRECTION_BOTH}, {"--egress ", DIRECTION_EGRESS},
		{"--ingress ", DIRECTION_INGRESS}, {"--egress --ingress ", DIRECTION_BOTH}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const struct fault_spec *f;
		char line[80];

		snprintf(line, sizeof(line), "drop %s--for 1s --cgroup /a", all[i].options);
		f = fault_of(line);
		assert_int_equal(f->direction, all[i].direction);
		assert_int_equal(f->n_points, all[i].direction == DIRECTION_BOTH ? 2 : 1);
		assert_false(f->visible);
	}
	assert_true(fault_of("drop --egress --visible --for 1s --cgroup /a")->visible);
}

static void bio_options(void **state)
{
	const struct fault_spec *f =
		fault_of("fail bio_write --errno EIO --where 'device: /dev/vdb' "
			 "--everyone --for 1s --cgroup /a");

	(void)state;
	assert_true(f->everyone);
	assert_string_equal(f->where.devices[0], "/dev/vdb");
	f = fault_of("fail bio_read,bio_flush --errno EIO --for 1s --cgroup /a");
	assert_false(f->everyone);
	assert_int_equal(f->n_points, 2);
}

static void kill_options(void **state)
{
	const struct fault_spec *f = fault_of("kill --signal TERM --on fsync -- true --limit 3");

	(void)state;
	assert_int_equal(f->signal, SIGTERM);
	assert_int_equal(f->points[0], POINT_fsync);
	assert_int_equal(f->trigger.limit, 0);
	assert_int_equal(call.made.s->targets[0].kind, TARGET_COMMAND);
	assert_string_equal(call.made.s->targets[0].command[1], "--limit");
	assert_string_equal(call.made.s->targets[0].command[2], "3");
	assert_null(call.made.s->targets[0].command[3]);
	assert_int_equal(call.made.s->phases[0].duration_ns, 0);
}

static void budget_options(void **state)
{
	const struct fault_spec *f =
		fault_of("fail write,fallocate --errno ENOSPC --after-bytes 64M -- true");

	(void)state;
	assert_int_equal(f->trigger.after_bytes, 64 << 20);
	f = fault_of("fail %newfd --errno EMFILE --open-fds 200 -- true");
	assert_int_equal(f->trigger.open_fds, 200);
	assert_true(f->n_points > 20);
	f = fault_of("hang fsync --for 5s -- true");
	assert_int_equal(f->fault, FAULT_HANG);
	assert_int_equal(f->points[0], POINT_fsync);
}

/* Without --on it has calls of its own, and each thread draws for itself unless told otherwise. */
static void jitter_options(void **state)
{
	const struct fault_spec *f = fault_of("jitter --up-to 50us -- true");

	(void)state;
	assert_int_equal(f->fault, FAULT_JITTER);
	assert_int_equal(f->delay.mean_ns, 25000);
	assert_int_equal(f->delay.jitter_ns, 25000);
	assert_int_equal(f->delay.distribution, SPREAD_UNIFORM);
	assert_true(f->n_points > 20);
	assert_int_equal(f->points[0], POINT_futex);
	assert_true(f->from_group[0]);
	assert_int_equal(f->trigger.per, PER_TASK);
	f = fault_of("jitter --up-to 1ms --on flock --per target -- true");
	assert_int_equal(f->n_points, 1);
	assert_int_equal(f->points[0], POINT_flock);
	assert_false(f->from_group[0]);
	assert_int_equal(f->trigger.per, PER_TARGET);
	f = fault_of("jitter --up-to 1ms --preempt 500us -- true");
	assert_int_equal(f->preempt_ns, 500000);
	assert_int_equal(f->n_points, 1);
	assert_int_equal(f->points[0], POINT_instruction);
	f = fault_of("jitter --up-to 1ms --on flock --one-core --priorities 20ms -- true");
	assert_true(f->one_core);
	assert_int_equal(f->priorities_ns, 20000000);
	assert_int_equal(f->n_points, 2);
	assert_int_equal(f->points[0], POINT_flock);
	assert_int_equal(f->points[1], POINT_target);
}

static void whom_options(void **state)
{
	static const struct {
		const char *option;
		struct chosen to;
	} all[] = {
		{"", {WHOM_ALL}},
		{" --to all", {WHOM_ALL}},
		{" --to main", {WHOM_MAIN}},
		{" --to one", {WHOM_SOME, 1}},
		{" --to 3", {WHOM_SOME, 3}},
		{" --to 25%", {WHOM_SOME, 0, 250000}},
	};
	const struct fault_spec *f;
	char line[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		snprintf(line, sizeof(line), "kill --signal TERM%s --for 1s --cgroup /a",
			all[i].option);
		f = fault_of(line);
		assert_true(f->whole);
		assert_int_equal(f->points[0], POINT_target);
		assert_memory_equal(&f->to, &all[i].to, sizeof(f->to));
	}
	f = fault_of("kill --signal 9 --hazard 2/s --limit 3 --for 1s --cgroup /a");
	assert_int_equal(f->trigger.hazard_ns, 500000000);
	assert_int_equal(f->trigger.limit, 3);
	assert_false(fault_of("kill --signal 9 --on read --for 1s --cgroup /a")->whole);
	assert_int_equal(fault_of("suspend --to main --for 1s --cgroup /a")->to.whom, WHOM_MAIN);
}

static void exhaust_options(void **state)
{
	const struct exhaustion *e = &fault_of("exhaust --memory 1.5G --ramp-up 10s --leave 64M "
					       "--survive --for 1s --cgroup /a")
					      ->exhaust;

	(void)state;
	assert_int_equal(e->resource, RESOURCE_MEMORY);
	assert_int_equal(e->bytes, 3ull << 29);
	assert_int_equal(e->share_ppm, 0);
	assert_int_equal(e->ramp_ns, 10000000000);
	assert_int_equal(e->leave, 64 << 20);
	assert_true(e->survive);
	e = &fault_of("exhaust --memory 60% --for 1s --cgroup /a")->exhaust;
	assert_int_equal(e->bytes, 0);
	assert_int_equal(e->share_ppm, 600000);
	assert_false(e->survive);
	e = &fault_of("exhaust --memory 20M/s --for 1s --cgroup /a")->exhaust;
	assert_int_equal(e->per_s, 20 << 20);
	assert_int_equal(e->bytes, 0);
	e = &fault_of("exhaust --cpu 75% --cores 2 -- true")->exhaust;
	assert_int_equal(e->resource, RESOURCE_CPU);
	assert_int_equal(e->share_ppm, 750000);
	assert_int_equal(e->cores, 2);
}

static void restrict_options(void **state)
{
	static const struct {
		const char *option;
		enum resource resource;
		uint64_t amount;
	} all[] = {{"--memory-max 300M", RESOURCE_MEMORY, 300ull << 20},
		{"--cpu-max 20%", RESOURCE_CPU, 200000}, {"--pids-max 50", RESOURCE_PIDS, 50}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const struct fault_spec *f;
		char line[80];

		snprintf(line, sizeof(line), "restrict %s --for 1s --cgroup /a", all[i].option);
		f = fault_of(line);
		assert_int_equal(f->limit.resource, all[i].resource);
		assert_int_equal(f->limit.amount, all[i].amount);
	}
}

static void when_options(void **state)
{
	const struct trigger *t = &fault_of(
		"fail read --errno EIO --chance 25% --after 7 --every 3 --limit 9 --rate "
		"10/s --per task --burst 'on: 1s, off: 2s' --seed 42 --for 1s --cgroup /a")
					   ->trigger;

	(void)state;
	assert_int_equal(t->chance_ppm, 250000);
	assert_int_equal(t->after, 7);
	assert_int_equal(t->every, 3);
	assert_int_equal(t->limit, 9);
	assert_int_equal(t->interval_ns, 100000000);
	assert_int_equal(t->per, PER_TASK);
	assert_int_equal(t->on_ns, 1000000000);
	assert_int_equal(t->off_ns, 2000000000);
	assert_true(call.made.s->has_seed);
	assert_int_equal(call.made.s->seed, 42);
	t = &fault_of("fail read --errno EIO --ramp '0% -> 30%' --for 1s --cgroup /a")->trigger;
	assert_int_equal(t->ramp_ppm, 300000);
}

static void where_option(void **state)
{
	const struct where *w =
		&fault_of("fail read --errno EIO --where 'fd: file, path: /srv/**' --for 1s "
			  "--where 'not: {port: 22}' --where 'not: {port: 23}' --cgroup /a")
			 ->where;

	(void)state;
	assert_int_equal(w->n_paths, 1);
	assert_int_equal(w->fd_kinds, 2);
	assert_int_equal(w->barred->n_ports, 2);
}

static void target_options_make_targets(void **state)
{
	(void)state;
	assert_string_equal(target_of("--cgroup /a")->cgroup, "/a");
	assert_string_equal(target_of("--unit nginx.service")->unit, "nginx.service");
	assert_string_equal(target_of("--container web")->container, "web");
	assert_string_equal(target_of("--pod 0b9ad0e4-7ea1-4c3f-8a6e-5d1d8c1c9f10")->pod,
		"0b9ad0e4-7ea1-4c3f-8a6e-5d1d8c1c9f10");
	assert_int_equal(target_of("--pid 2")->kind, TARGET_PID);
}

static void options_of_plan_and_run(void **state)
{
	const struct options *o = &call.o;

	(void)state;
	fault_of("fail read --errno EIO --for 1s --cgroup /a --mechanisms fentry,lsm --max-delay "
		 "2s --max-spin 3ms --max-chance 10% --max-injections 5 --unprotect sshd --host "
		 "--trust --json j --events e --event-buffer 64k --record r --replay p --dry-run "
		 "observe --exit-code command --ready-fd 1 --quiet --metrics [::1]:9464 "
		 "--metrics-token t --metrics-linger 15s --otlp https://collector:4318");
	assert_int_equal(o->plan.allowed, 1ull << MECHANISM_FENTRY | 1ull << MECHANISM_LSM);
	assert_int_equal(o->plan.max_delay_ns, 2000000000);
	assert_int_equal(o->plan.max_spin_ns, 3000000);
	assert_int_equal(o->plan.safety.max_chance_ppm, 100000);
	assert_int_equal(o->plan.safety.max_injections, 5);
	assert_string_equal(o->plan.safety.unprotect[0], "sshd");
	assert_true(o->plan.host && o->plan.trust && o->run.observe && o->run.pass_exit_code);
	assert_string_equal(o->run.report_paths[OUTPUT_json], "j");
	assert_string_equal(o->run.events_path, "e");
	assert_string_equal(o->run.record_path, "r");
	assert_string_equal(o->run.replay_path, "p");
	assert_int_equal(o->run.events_size, 65536);
	assert_int_equal(o->run.ready_fd, 1);
	assert_true(o->run.quiet);
	assert_string_equal(o->run.scrape.address, "[::1]:9464");
	assert_string_equal(o->run.scrape.token_path, "t");
	assert_string_equal(o->run.otlp.url, "https://collector:4318");
	assert_int_equal(o->run.scrape.linger_ns, 15000000000);
	assert_ptr_equal(o->run.table, stderr);
}

/* Those of --help are three, and can be read. */
static void examples(void **state)
{
	struct verb all[MAX_VERBS];
	size_t n = verbs_all(all);

	(void)state;
	for (size_t v = 0; v < n; v++) {
		size_t e = 0;

		for (; all[v].examples[e]; e++) {
			char line[200];

			snprintf(line, sizeof(line), "%s %s", all[v].name, all[v].examples[e]);
			for (char *quote = line; (quote = strchr(quote, '"'));)
				*quote = '\'';
			if (all[v].quick && read_line(line))
				fail_msg("%s: %s", line, why.message);
		}
		assert_int_equal(e, N_EXAMPLES);
	}
}

static void limits_tighten(void **state)
{
	struct error over = {};

	(void)state;
	fault_of("delay read --by 3s --max-delay 2s " TARGET);
	assert_int_equal(apply_limits(call.made.s, &call.o.plan, &over), -EINVAL);
	assert_non_null(strstr(over.message, "--max-delay raises it"));
	fault_of(FAIL " --chance 20% --max-chance 10%");
	assert_int_equal(apply_limits(call.made.s, &call.o.plan, &over), -EINVAL);
	fault_of(FAIL " --chance 5% --max-chance 10% --max-injections 3 --host");
	assert_int_equal(apply_limits(call.made.s, &call.o.plan, &over), 0);
	assert_int_equal(call.made.s->safety.max_injections, 3);
	assert_true(call.made.s->host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_errnos),
		cmocka_unit_test(fail_options),
		cmocka_unit_test(delay_options),
		cmocka_unit_test(drop_options),
		cmocka_unit_test(bio_options),
		cmocka_unit_test(kill_options),
		cmocka_unit_test(jitter_options),
		cmocka_unit_test(budget_options),
		cmocka_unit_test(whom_options),
		cmocka_unit_test(exhaust_options),
		cmocka_unit_test(restrict_options),
		cmocka_unit_test(when_options),
		cmocka_unit_test(where_option),
		cmocka_unit_test(target_options_make_targets),
		cmocka_unit_test(options_of_plan_and_run),
		cmocka_unit_test(examples),
		cmocka_unit_test(limits_tighten),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scenario_free(call.made.s);
	return failed;
}
