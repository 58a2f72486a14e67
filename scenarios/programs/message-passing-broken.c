// SPDX-License-Identifier: GPL-2.0
/* One thread tells another one by a pipe that a result lies in a file. It tells so before it has
 * written it. */
#include <fcntl.h>

#include "race.h"

static int ends[2], result, wanted, got;

static void begin(void)
{
	if (!wanted && (pipe(ends) || (result = open("result", O_RDWR | O_CREAT, 0600)) < 0))
		exit(2);
	wanted++;
}

static void say_so(void)
{
	if (write(ends[1], "r", 1) != 1)
		exit(2);
}

static void store(void)
{
	if (pwrite(result, &wanted, sizeof(wanted), 0) != sizeof(wanted))
		exit(2);
}

static void first(void)
{
	say_so();
	store();
}

static void second(void)
{
	char told;

	if (read(ends[0], &told, 1) != 1 || pread(result, &got, sizeof(got), 0) != sizeof(got))
		got = 0;
}

static const char *wrong(void)
{
	return got == wanted ? NULL : "it has read an old result";
}
