// SPDX-License-Identifier: GPL-2.0
#include "target/processes.h"

#include <elf.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

struct look {
	bool (*go_on)(void *context);
	void *context;
	unsigned int found;
};

static bool has_uring(pid_t pid, const struct look *l)
{
	char path[64], link[512], to[64];
	_cleanup_dir_ DIR *dir = NULL;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir)) && l->go_on(l->context);) {
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

/* Its completions are read from memory that is mapped (fs/aio.c: aio_setup_ring). */
static bool has_aio(pid_t pid, const struct look *l)
{
	char path[64], line[4200];
	_cleanup_file_ FILE *maps = NULL;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps) && l->go_on(l->context))
		if (strstr(line, " /[aio]"))
			return true;
	return false;
}

static bool is_32_bit(pid_t pid)
{
	char path[64];
	unsigned char head[EI_NIDENT] = {};
	_cleanup_fd_ int fd = -1;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) &&
	       !memcmp(head, ELFMAG, SELFMAG) && head[EI_CLASS] == ELFCLASS32;
}

static bool look_at(pid_t pid, const void *context)
{
	struct look *l = (struct look *)context;

	if (!(l->found & 1u << NOTICE_URING) && has_uring(pid, l))
		l->found |= 1u << NOTICE_URING;
	if (!(l->found & 1u << NOTICE_AIO) && has_aio(pid, l))
		l->found |= 1u << NOTICE_AIO;
	if (!(l->found & 1u << NOTICE_32_BIT) && is_32_bit(pid))
		l->found |= 1u << NOTICE_32_BIT;
	return l->found == (1u << NOTICE_TOLD) - 1 || !l->go_on(l->context);
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

unsigned int target_look(const struct target *t, bool (*go_on)(void *context), void *context)
{
	struct look l = {go_on, context, 0};

	target_find(t, look_at, &l);
	return l.found;
}
