/* SPDX-License-Identifier: GPL-2.0 */
/* What a file holds, from its beginning, as a string to be freed. After cmocka.h. */
#ifndef JINX_READ_ALL_H
#define JINX_READ_ALL_H

#include <stdio.h>
#include <stdlib.h>

#define LONGEST (1 << 20)

static char *read_all(FILE *f)
{
	char *text = calloc(1, LONGEST);

	assert_non_null(f);
	assert_non_null(text);
	rewind(f);
	assert_true(fread(text, 1, LONGEST - 1, f) < LONGEST - 1);
	return text;
}

#endif
