// SPDX-License-Identifier: GPL-2.0
#include "target/uring.h"

#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static bool process_has_uring(pid_t pid)
{
	char path[64], link[512], to[64];
	_cleanup_dir_ DIR *dir = NULL;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		ssize_t n;

		snprintf(link, sizeof(link), "%s/%s", path, e->d_name);
		n = readlink(link, to, sizeof(to) - 1);
		if (n <= 0)
			continue;
		to[n] = '\0';
		if (!strcmp(to, "anon_inode:[io_uring]"))
			return true;
	}
	return false;
}

static bool cgroup_has_uring(const char *cgroup)
{
	char path[CGROUP_PATH_MAX + 16];
	_cleanup_file_ FILE *f = NULL;
	int pid;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &pid) == 1)
		if (process_has_uring(pid))
			return true;
	return false;
}

bool target_has_uring(const struct target *t)
{
	char *const paths[] = {(char *)t->path, NULL};
	bool found = false;
	FTS *tree;

	if (t->spec->kind == TARGET_PID)
		return process_has_uring(t->pid);
	tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	for (FTSENT *e; !found && tree && (e = fts_read(tree));)
		found = e->fts_info == FTS_D && cgroup_has_uring(e->fts_path);
	if (tree)
		fts_close(tree);
	return found;
}
