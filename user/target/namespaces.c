// SPDX-License-Identifier: GPL-2.0
#include "target/namespaces.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

bool namespace_is_first(const char *name, unsigned int inode)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	return stat(path, &st) == 0 && st.st_ino == inode;
}

bool clocks_are_moved(const char *offsets)
{
	long long seconds, ns;
	int used;

	while (sscanf(offsets, "%*31s %lld %lld%n", &seconds, &ns, &used) == 2) {
		if (seconds || ns)
			return true;
		offsets += used;
	}
	return false;
}

/*
 * Before 5.6 there are none. unshare -T without --fork leaves it to the children, and then there
 * can be no threads (kernel/fork.c: copy_process, 6.1).
 */
static bool has_own_time(void)
{
	_cleanup_file_ FILE *f = NULL;
	char offsets[256] = "";
	struct stat st, children;
	size_t n;

	if (stat("/proc/self/ns/time", &st) || stat("/proc/self/ns/time_for_children", &children))
		return false;
	if (st.st_ino != children.st_ino)
		return true;
	if (st.st_ino == PROC_TIME_INIT_INO)
		return false;
	f = fopen("/proc/self/timens_offsets", "re");
	n = f ? fread(offsets, 1, sizeof(offsets) - 1, f) : 0;
	return !n || clocks_are_moved(offsets);
}

int namespaces_check(struct error *why)
{
	if (!namespace_is_first("cgroup", PROC_CGROUP_INIT_INO))
		return error_set(
			why, -EOPNOTSUPP, "jinx runs in a cgroup namespace: run it in the host's");
	if (has_own_time())
		return error_set(why, -EOPNOTSUPP,
			"jinx runs in a time namespace whose clocks are not the host's: run it in "
			"the host's");
	return 0;
}

bool namespaces_hide(void)
{
	struct stat mine, first;

	return namespace_is_first("pid", PROC_PID_INIT_INO) &&
	       stat("/proc/self/ns/net", &mine) == 0 && stat("/proc/1/ns/net", &first) == 0 &&
	       mine.st_ino != first.st_ino;
}
