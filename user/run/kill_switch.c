// SPDX-License-Identifier: GPL-2.0
#include "run/kill_switch.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "target/namespaces.h"

/* Opened once: what drops its privileges may not look there any more. -1: it can't be seen. */
static int host_run(void)
{
	static int fd = -2;

	if (fd == -2)
		fd = namespace_is_first("pid", PROC_PID_INIT_INO)
			     ? open("/proc/1/root/run", O_PATH | O_DIRECTORY | O_CLOEXEC)
			     : -1;
	return fd;
}

bool kill_switch(void)
{
	int fd = host_run();

	return access(KILL_SWITCH, F_OK) == 0 ||
	       (fd >= 0 && faccessat(fd, strrchr(KILL_SWITCH, '/') + 1, F_OK, 0) == 0);
}
