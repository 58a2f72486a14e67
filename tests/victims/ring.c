// SPDX-License-Identifier: GPL-2.0
/*
 * ring [-a] [-d N] [-f N] SECONDS: has an io_uring for so long; with -a an AIO context instead.
 * With -d it also has N descriptors more, with -f N children are the same.
 */
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <signal.h>
#include <unistd.h>

static int set_up(bool aio)
{
	struct io_uring_params p;
	aio_context_t context = 0;

	memset(&p, 0, sizeof(p));
	if (aio)
		return syscall(SYS_io_setup, 4, &context);
	return syscall(SYS_io_uring_setup, 4, &p);
}

int main(int argc, char **argv)
{
	int descriptors = 0, forks = 0, c;
	struct rlimit limit;
	bool aio = false;

	while ((c = getopt(argc, argv, "ad:f:")) != -1) {
		if (c == 'a')
			aio = true;
		else if (c == 'd')
			descriptors = atoi(optarg);
		else if (c == 'f')
			forks = atoi(optarg);
		else
			return 2;
	}
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	while (descriptors--)
		if (dup(0) < 0)
			return 1;
	for (int i = 0; i < forks; i++) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			break;
		}
	}
	if (set_up(aio) < 0)
		return 1;
	sleep(optind < argc ? atoi(argv[optind]) : 0);
	return 0;
}
