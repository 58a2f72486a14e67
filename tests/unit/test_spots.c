// SPDX-License-Identifier: GPL-2.0
/* Places in programs that are no beginnings of functions: nothing can fail or return there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "made_up.h"
#include "target/functions.h"
#include "target/spots.h"

/* An instruction begins at each fourth byte of it, on any machine. */
__asm__(".text\n"
	".type many_nops, @function\n"
	"many_nops: .rept 16\n nop\n .endr\n"
	".size many_nops, . - many_nops\n");

static char inside[64];

static int find_inside(void **state)
{
	_cleanup_fd_ int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct function_place p;
	struct error why = {};

	(void)state;
	assert_int_equal(functions_find(fd, "self", "many_nops+4", &p, &why), 0);
	assert_int_equal(p.inside, 4);
	snprintf(inside, sizeof(inside), "user:/proc/self/exe:0x%llx",
		(unsigned long long)p.address);
	return 0;
}

/* Of a fault whose `on` is left out. */
static int check(const char *fault, const char *point, struct error *why)
{
	struct targets t = {.n = 1};
	char text[300];
	struct scenario *s;
	int err;

	snprintf(text, sizeof(text), "{%s, on: '%s'}", fault, point);
	s = scenario_of(text, "{cgroup: /made/up}");
	t.all[0].spec = &s->targets[0];
	err = spots_check(s, &t, why);
	scenario_free(s);
	return err;
}

static void faults(void **state)
{
	struct error why = {};

	(void)state;
	assert_int_equal(check("delay: 1ms", inside, &why), 0);
	assert_int_equal(check("kill: SIGCONT", inside, &why), 0);
	assert_int_equal(check("kill: SIGCONT, at: exit", inside, &why), -EINVAL);
	assert_non_null(strstr(why.message, "it is inside of the function"));
	assert_int_equal(why.place.line, 3);
	assert_int_equal(check("fail: EIO", inside, &why), -EINVAL);
	assert_non_null(strstr(why.message, "which can fail at its beginning alone"));
	assert_int_equal(check("fail: EIO", "user:/proc/self/exe:main", &why), 0);
	assert_int_equal(check("kill: SIGCONT, at: exit", "user:/proc/self/exe:main", &why), 0);
	assert_int_equal(check("delay: 1ms", "user:/nowhere:main", &why), -EINVAL);
	assert_string_equal(why.message, "user:/nowhere:main: No such file or directory");
}

/* What is looked at alone is counted there, and not timed. */
static void observed(void **state)
{
	struct targets t = {.n = 1};
	struct error why = {};
	struct scenario *s;
	char text[300];
	int n = snprintf(text, sizeof(text),
		"jinx: 1\ntarget: {cgroup: /made/up}\nobserve: ['%s', 'user:/proc/self/exe:main']\n"
		"timeline: [{phase: p, for: 1s}]\n",
		inside);

	(void)state;
	if (scenario_parse(text, n, "made-up", &s, &why))
		fail_msg("%s", why.message);
	t.all[0].spec = &s->targets[0];
	assert_int_equal(spots_check(s, &t, &why), 0);
	assert_string_equal(why.message, "");
	assert_string_equal(spots_untimed(&t, s->observed[0]), "it is inside of the function");
	assert_null(spots_untimed(&t, s->observed[1]));
	assert_null(spots_untimed(&t, POINT_read));
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults),
		cmocka_unit_test(observed),
	};

	return cmocka_run_group_tests(tests, find_inside, NULL);
}
