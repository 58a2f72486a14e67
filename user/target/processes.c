// SPDX-License-Identifier: GPL-2.0
#include "target/processes.h"

#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static bool process_has_uring(pid_t pid, const void *unused)
{
	char path[64], link[512], to[64];
	_cleanup_dir_ DIR *dir = NULL;

	(void)unused;
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

static pid_t find_in_cgroup(
	const char *cgroup, bool (*f)(pid_t pid, const void *context), const void *context)
{
	char path[CGROUP_PATH_MAX + 16];
	_cleanup_file_ FILE *procs = NULL;
	int pid;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	procs = fopen(path, "re");
	while (procs && fscanf(procs, "%d", &pid) == 1)
		if (f(pid, context))
			return pid;
	return 0;
}

pid_t target_find(
	const struct target *t, bool (*f)(pid_t pid, const void *context), const void *context)
{
	char *const paths[] = {(char *)t->path, NULL};
	pid_t found = 0;
	FTS *tree;

	if (t->spec->kind == TARGET_PID)
		return f(t->pid, context) ? t->pid : 0;
	if (!t->path[0])
		return 0; /* not made yet */
	tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	for (FTSENT *e; !found && tree && (e = fts_read(tree));)
		if (e->fts_info == FTS_D)
			found = find_in_cgroup(e->fts_path, f, context);
	if (tree)
		fts_close(tree);
	return found;
}

bool target_has_uring(const struct target *t)
{
	return target_find(t, process_has_uring, NULL);
}
