// SPDX-License-Identifier: GPL-2.0
/* Each structure that both sides share is followed by a line of its size, so that none can differ
 * between them. */
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"

#define HEADERS JINX_SOURCE_DIR "/bpf/abi/*.h"

/* The number of structures in it. */
static unsigned int check_header(const char *path)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	char line[512], name[64], pending[64] = "", sized[64];
	unsigned int n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "struct %63[a-z_0-9] {", name) == 1 && strchr(line, '{')) {
			if (pending[0])
				fail_msg("%s: struct %s has no SIZE_IS()", path, pending);
			strcpy(pending, name);
			n++;
		} else if (sscanf(line, "SIZE_IS(%63[a-z_0-9],", sized) == 1) {
			assert_string_equal(sized, pending);
			pending[0] = '\0';
		}
	}
	if (pending[0])
		fail_msg("%s: struct %s has no SIZE_IS()", path, pending);
	return n;
}

static void each_structure_has_its_size_asserted(void **state)
{
	unsigned int n = 0;
	glob_t headers;

	(void)state;
	assert_int_equal(glob(HEADERS, 0, NULL, &headers), 0);
	for (size_t i = 0; i < headers.gl_pathc; i++)
		n += check_header(headers.gl_pathv[i]);
	globfree(&headers);
	assert_in_range(n, 20, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_structure_has_its_size_asserted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
