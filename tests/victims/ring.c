// SPDX-License-Identifier: GPL-2.0
/* ring SECONDS: has an io_uring for so long. */
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct io_uring_params p;

	memset(&p, 0, sizeof(p));
	if (syscall(SYS_io_uring_setup, 4, &p) < 0)
		return 1;
	sleep(argc > 1 ? atoi(argv[1]) : 0);
	return 0;
}
