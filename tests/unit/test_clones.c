// SPDX-License-Identifier: GPL-2.0
/* The clones' object has its variables where the main one has them, and no constants of its own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <bpf/libbpf.h>

#include "../../bpf/abi.h"

#include "jinx.skel.h"
#include "kernel/variables.h"
#include "linger.skel.h"

static void one_layout(void **state)
{
	struct jinx_bpf *main = jinx_bpf__open();
	struct linger_bpf *own = linger_bpf__open();
	const struct variables a = {main->obj, main->rodata}, b = {own->obj, own->rodata};
	const char *name = "";

	(void)state;
	if (variables_at_same_places(&a, &b, ".bss", &name))
		fail_msg("%s is elsewhere", name);
	main->rodata->cgroup_slots = 7;
	main->rodata->numbering = true;
	if (variables_copy(&a, &b, ".rodata", &name))
		fail_msg("%s is not in both", name);
	assert_int_equal(own->rodata->cgroup_slots, 7);
	linger_bpf__destroy(own);
	jinx_bpf__destroy(main);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_layout)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
