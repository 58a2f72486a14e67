// SPDX-License-Identifier: GPL-2.0
#include "undo/cpuset.h"

#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* A cgroup of the thread's: where it is, and what its file is called. */
struct cpuset {
	char path[PATH_MAX];
	size_t root; /* so much of the path is the mount point */
	const char *file;
};

bool cores_parse(const char *list, struct cores *ret)
{
	bool any = false;

	*ret = (struct cores){};
	while (*list && *list != '\n') {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;

		if (end == list)
			return false;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (last < first || last >= CORES_MAX || (*end && *end != ',' && *end != '\n'))
			return false;
		for (; first <= last; first++)
			ret->words[first / 64] |= 1ull << first % 64;
		any = true;
		list = end + (*end == ',');
	}
	return any;
}

/* Where the hierarchy is mounted that has the cpusets: of version 1 that with this option. */
static bool find_mount(bool first_version, struct cpuset *ret)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	bool found = false;

	for (struct mntent *m; !found && mounts && (m = getmntent(mounts));) {
		if (strcmp(m->mnt_type, first_version ? "cgroup" : "cgroup2") ||
			(first_version && !hasmntopt(m, "cpuset")))
			continue;
		snprintf(ret->path, sizeof(ret->path), "%s", m->mnt_dir);
		ret->root = strlen(ret->path);
		ret->file = first_version ? "cpuset.effective_cpus" : "cpuset.cpus.effective";
		found = true;
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

/* "4:cpuset:/a/b", "3:cpu,cpuset:/a", "0::/a": 1 or 2, of which version it is; 0: of another
 * controller. */
static int version_of(char *line, char **ret_path)
{
	char *controllers = strchr(line, ':'),
	     *path = controllers ? strchr(controllers + 1, ':') : 0;

	if (!path)
		return 0;
	*path++ = '\0';
	path[strcspn(path, "\n")] = '\0';
	*ret_path = path;
	controllers++;
	if (!*controllers)
		return 2;
	for (char *c = strtok(controllers, ","); c; c = strtok(NULL, ","))
		if (!strcmp(c, "cpuset"))
			return 1;
	return 0;
}

/* One of version 1 counts: the controller is in one hierarchy alone. */
static bool find(pid_t tid, struct cpuset *ret)
{
	char own[64], line[PATH_MAX + 64], found[PATH_MAX] = "", *path;
	_cleanup_file_ FILE *f = NULL;
	int version = 0;

	snprintf(own, sizeof(own), "/proc/%d/cgroup", tid);
	f = fopen(own, "re");
	while (f && version != 1 && fgets(line, sizeof(line), f)) {
		int is = version_of(line, &path);

		if (!is)
			continue;
		version = is;
		snprintf(found, sizeof(found), "%s", path);
	}
	if (!version || !find_mount(version == 1, ret))
		return false;
	if (strcmp(found, "/"))
		snprintf(ret->path + ret->root, sizeof(ret->path) - ret->root, "%s", found);
	return true;
}

/* That of the cgroup above where a cgroup has none of its own. */
bool cpuset_of(pid_t tid, struct cores *ret)
{
	struct cpuset c;

	if (!find(tid, &c))
		return false;
	for (;;) {
		char path[PATH_MAX + 32], list[4096];
		_cleanup_file_ FILE *f = NULL;
		char *last;

		snprintf(path, sizeof(path), "%s/%s", c.path, c.file);
		f = fopen(path, "re");
		if (f)
			return fgets(list, sizeof(list), f) && cores_parse(list, ret);
		last = strrchr(c.path, '/');
		if (!last || (size_t)(last - c.path) < c.root)
			return false;
		*last = '\0';
	}
}
