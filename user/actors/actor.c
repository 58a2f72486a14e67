// SPDX-License-Identifier: GPL-2.0
#include "actors/actor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/brief.h"
#include "base/cleanup.h"
#include "target/cgroup.h"

extern const struct actor actor_FREEZE, actor_HOLD, actor_HOG, actor_LIMIT, actor_RESET,
	actor_SCHED, actor_SIGNAL, actor_SUSPEND, actor_THROTTLE, actor_CLOCK, actor_ENVIRONMENT;

const struct actor *const actors[NR_MECHANISMS] = {
	[MECHANISM_HOLD] = &actor_HOLD,
	[MECHANISM_FREEZE] = &actor_FREEZE,
	[MECHANISM_HOG] = &actor_HOG,
	[MECHANISM_THROTTLE] = &actor_THROTTLE,
	[MECHANISM_SCHED] = &actor_SCHED,
	[MECHANISM_LIMIT] = &actor_LIMIT,
	[MECHANISM_SIGNAL] = &actor_SIGNAL,
	[MECHANISM_SUSPEND] = &actor_SUSPEND,
	[MECHANISM_RESET] = &actor_RESET,
	[MECHANISM_CLOCK] = &actor_CLOCK,
	[MECHANISM_ENVIRONMENT] = &actor_ENVIRONMENT,
};

int probe_cgroups(struct error *why)
{
	const char *mount = cgroup_mount();

	if (!mount)
		return error_set(why, -EOPNOTSUPP, "no cgroup v2");
	if (faccessat(AT_FDCWD, mount, W_OK, AT_EACCESS))
		return error_errno(why, -errno, "writing in cgroups");
	return 0;
}

bool has_controller(const char *name)
{
	char path[CGROUP_PATH_MAX + 32], line[256] = "", *next = line;
	const char *mount = cgroup_mount(), *word;
	_cleanup_file_ FILE *f = NULL;

	if (!mount)
		return false;
	snprintf(path, sizeof(path), "%s/cgroup.controllers", mount);
	f = fopen(path, "re");
	if (!f || !fgets(line, sizeof(line), f))
		return false;
	while ((word = strsep(&next, " \n")))
		if (!strcmp(word, name))
			return true;
	return false;
}

int actor_open(const struct target *t, const char *file)
{
	_cleanup_fd_ int dir = open(t->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int fd;

	if (dir < 0 || fstat(dir, &st))
		return -errno;
	if (st.st_ino != t->cgroup_id)
		return -ESTALE;
	/*
	 * Whoever lowers memory.max waits until that much is free, and has processes killed for it;
	 * not so whoever will not wait (mm/memcontrol.c: memory_max_write, 7.3; of older kernels
	 * see write_briefly()).
	 */
	fd = openat(dir, file, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int actor_write(struct scene *s, int fd, struct undo *u)
{
	int err;

	u->inode = s->target->cgroup_id;
	snprintf(u->directory, sizeof(u->directory), "%s", s->target->path);
	err = journal_add(s->journal, u, &s->record);
	if (err)
		return err;
	err = write_briefly(fd, u->ours);
	if (!err)
		return 0;
	journal_remove(s->journal, s->record);
	s->record = NO_RECORD;
	return err;
}

void actor_undo(struct scene *s)
{
	if (s->record != NO_RECORD && !journal_undo_one(s->journal, s->record))
		journal_remove(s->journal, s->record);
	s->record = NO_RECORD;
}
