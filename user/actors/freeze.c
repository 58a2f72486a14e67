// SPDX-License-Identifier: GPL-2.0
/* freeze: the cgroup's own switch, cgroup.freeze (Linux 5.2). It stays as it is set. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

static int prepare(const struct target *t, const struct fault_spec *f, struct journal *journal,
	struct error *why)
{
	int fd = actor_open(t, SWITCH);

	(void)f;
	if (fd >= 0)
		fd = journal_keep(journal, t->cgroup_id, SWITCH, fd);
	return fd < 0 ? error_errno(why, fd, "%s of %s", SWITCH, t->path) : 0;
}

static int freeze(struct scene *s, int fd)
{
	struct undo u = {.file = SWITCH, .before = "0", .ours = "1"};
	char now = 0;

	if (pread(fd, &now, 1, 0) != 1)
		return -errno;
	return now == '1' ? -EALREADY : actor_write(s, fd, &u);
}

static int arm(struct scene *s, uint64_t until_ns)
{
	_cleanup_fd_ int fd = -1;

	(void)until_ns;
	if (s->acts)
		return 0;
	fd = actor_open(s->target, SWITCH);
	return fd < 0 ? fd : freeze(s, fd);
}

const struct actor actor_FREEZE = {
	.needs = PRIVILEGE(DAC_OVERRIDE),
	.probe = probe,
	.prepare = prepare,
	.arm = arm,
	.disarm = actor_undo,
	.does = "cgroup.freeze of its cgroup: 1, and 0 at the end",
};
