// SPDX-License-Identifier: GPL-2.0
#include "undo/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "target/cgroup.h"

#define TRIES 200
#define BETWEEN_US 10000

int folder_remove(int parent, const char *name)
{
	for (int i = 0; i < TRIES; i++) {
		if (!unlinkat(parent, name, AT_REMOVEDIR))
			return 1;
		if (errno == ENOENT || errno == ENODEV)
			return 0;
		if (errno != EBUSY)
			return -errno;
		(void)cgroup_kill(parent, name); /* that there is none shows next */
		usleep(BETWEEN_US);
	}
	return -EBUSY;
}
