// SPDX-License-Identifier: GPL-2.0
/* freeze: the cgroup's own switch, cgroup.freeze (Linux 5.2). It stays as it is set. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/actor.h"
#include "base/cleanup.h"
#include "target/cgroup.h"

#define SWITCH "cgroup.freeze"

/* 1: this one may be written to, which ends the search. */
static int visit(const char *path, const char *name, void *context)
{
	char file[CGROUP_PATH_MAX + sizeof(SWITCH)];
	int *err = context;

	(void)name;
	snprintf(file, sizeof(file), "%s/%s", path, SWITCH);
	*err = faccessat(AT_FDCWD, file, W_OK, AT_EACCESS) ? -errno : 0;
	return !*err;
}

/* Every cgroup but the root has it; without any other all is still possible. */
static int probe(struct error *why)
{
	const char *mount = cgroup_mount();
	int err = 0;

	if (!mount)
		return error_set(why, -EOPNOTSUPP, "no cgroup v2");
	(void)cgroup_walk(mount, visit, &err);
	if (err == -ENOENT)
		return error_errno(why, err, "no cgroup.freeze (Linux 5.2)");
	return err ? error_errno(why, err, "cgroup.freeze") : 0;
}

/* The directory must be the target's, and not one that was made at its path since. */
static int open_switch(const struct target *t)
{
	_cleanup_fd_ int dir = open(t->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int fd;

	if (dir < 0 || fstat(dir, &st))
		return -errno;
	if (st.st_ino != t->cgroup_id)
		return -ENOENT;
	fd = openat(dir, SWITCH, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int prepare(const struct target *t, const struct fault_spec *f, struct journal *journal,
	struct error *why)
{
	int fd = open_switch(t);

	(void)f;
	if (fd >= 0)
		fd = journal_keep(journal, t->cgroup_id, SWITCH, fd);
	return fd < 0 ? error_errno(why, fd, "%s of %s", SWITCH, t->path) : 0;
}

static int write_record(struct scene *s)
{
	struct undo u = {.inode = s->target->cgroup_id, .file = SWITCH, .before = "0", .ours = "1"};

	snprintf(u.directory, sizeof(u.directory), "%s", s->target->path);
	return journal_add(s->journal, &u, &s->record);
}

static int freeze(struct scene *s, int fd)
{
	char now = 0;
	int err;

	if (pread(fd, &now, 1, 0) != 1)
		return -errno;
	if (now == '1')
		return -EALREADY;
	err = write_record(s);
	if (err)
		return err;
	if (pwrite(fd, "1", 1, 0) == 1)
		return 0;
	err = -errno;
	journal_remove(s->journal, s->record);
	s->record = NO_RECORD;
	return err;
}

static int arm(struct scene *s, uint64_t until_ns)
{
	_cleanup_fd_ int fd = -1;

	(void)until_ns;
	if (s->acts)
		return 0;
	fd = open_switch(s->target);
	return fd < 0 ? fd : freeze(s, fd);
}

/* A record that could not be executed stays, for the janitor. */
static void disarm(struct scene *s)
{
	if (s->record != NO_RECORD && !journal_undo_one(s->journal, s->record))
		journal_remove(s->journal, s->record);
	s->record = NO_RECORD;
}

const struct actor actor_FREEZE = {
	.needs = PRIVILEGE(DAC_OVERRIDE),
	.probe = probe,
	.prepare = prepare,
	.arm = arm,
	.disarm = disarm,
	.does = "cgroup.freeze of its cgroup: 1, and 0 at the end",
};
