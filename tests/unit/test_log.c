// SPDX-License-Identifier: GPL-2.0
/* What --debug and --debug=libbpf tell, and that they tell nothing when they aren't given. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "made_up.h"
#include "base/log.h"
#include "base/output.h"

static char file[] = "/tmp/jinx-log.XXXXXX";
static char said[4096];

static int make_file(void **state)
{
	int fd = mkstemp(file);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

static struct output *begin(bool debug, bool libbpf)
{
	struct output *o;

	assert_int_equal(truncate(file, 0), 0);
	assert_int_equal(output_open(file, &o), 0);
	log_debug_enabled = debug;
	log_libbpf_enabled = libbpf;
	log_to(o);
	return o;
}

static void end(struct output *o)
{
	_cleanup_file_ FILE *f = NULL;

	log_to(NULL);
	log_debug_enabled = log_libbpf_enabled = false;
	assert_int_equal(output_finish(o, -1), 0);
	output_close(o);
	f = fopen(file, "re");
	assert_non_null(f);
	said[fread(said, 1, sizeof(said) - 1, f)] = '\0';
}

#define VERIFIER "0: R1=ctx()\n\n1: (95) exit\nR0 !read_ok\n"

static void only_debug_is_told_of_what_jinx_does(void **state)
{
	struct output *o = begin(false, false);

	(void)state;
	log_debug("phase %s", "one");
	log_libbpf(VERIFIER);
	log_warning("two");
	end(o);
	assert_string_equal(said, "jinx: warning: two\n");

	o = begin(true, false);
	log_debug("phase %s", "one");
	log_libbpf(VERIFIER);
	end(o);
	assert_string_equal(said, "jinx: debug: phase one\n");
}

static void the_verifiers_log_comes_line_by_line(void **state)
{
	struct output *o = begin(true, true);

	(void)state;
	log_libbpf(VERIFIER);
	log_libbpf("libbpf: no end of line");
	log_libbpf("");
	end(o);
	assert_string_equal(said, "jinx: debug: libbpf: 0: R1=ctx()\n"
				  "jinx: debug: libbpf: 1: (95) exit\n"
				  "jinx: debug: libbpf: R0 !read_ok\n"
				  "jinx: debug: libbpf: no end of line\n");
}

/* What debug messages say of the plan of such faults on a kernel that can do this. */
static void tell_plan(const char *faults, uint64_t can)
{
	struct scenario *s = scenario_of(faults, "{cgroup: /a}");
	struct caps caps = caps_of(can);
	struct plan plan;
	struct output *o;

	plan_make(s, &caps, &plan);
	o = begin(true, false);
	plan_tell(&plan);
	end(o);
	scenario_free(s);
}

/* A rule that is bound by two mechanisms, with a call left out, and one that is refused. */
static void the_plan_is_told_by_rule_and_mechanism(void **state)
{
	(void)state;
	tell_plan("{fail: EIO, on: [openat, read]}, {drop: egress}", BIT(FMOD_RET) | BIT(SECURITY));
	assert_string_equal(said,
		"jinx: debug: plan: rule 1 (fail) at openat, read by fmod_ret\n"
		"jinx: debug: plan: rule 2 (drop) is refused: egress: loss, cgroup-skb: no\n");
}

static void a_plan_with_calls_left_out(void **state)
{
	(void)state;
	tell_plan("{fail: EIO, on: [getppid, \"%process\"]}", BIT(SECURITY));
	assert_non_null(strstr(said, "is refused: getppid: "));
	assert_non_null(strstr(said, "jinx: debug: plan: rule 1 leaves out "));
	assert_null(strstr(said, " by security"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_debug_is_told_of_what_jinx_does),
		cmocka_unit_test(the_verifiers_log_comes_line_by_line),
		cmocka_unit_test(the_plan_is_told_by_rule_and_mechanism),
		cmocka_unit_test(a_plan_with_calls_left_out),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
