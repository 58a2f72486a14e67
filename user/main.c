// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/inherited.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "measure/verdict.h"
#include "verbs/verbs.h"

/*
 * Or a file that is opened later would get their numbers, and what is said to the user. Standard
 * output stays one that can't be written to, as results that go nowhere are to be told.
 */
static void open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd == STDOUT_FILENO) {
			close(fd);
			fd = open("/dev/null", O_RDONLY);
		}
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* What a verb printed may have got stuck on the way. */
static int close_standard(int code)
{
	if (!ferror(stdout) && !fflush(stdout))
		return code;
	/* Of what failed earlier the errno is long gone. */
	log_error("writing to standard output failed%s%s", ferror(stdout) ? "" : ": ",
		ferror(stdout) ? "" : strerror(errno));
	return VERDICT_FAILED;
}

int main(int argc, char **argv)
{
	uint64_t started_ns = monotonic_ns();

	inherited_note();
	open_standard();
	terminal_learn();
	return close_standard(verbs_main(argc, argv, started_ns));
}
