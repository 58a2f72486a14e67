// SPDX-License-Identifier: GPL-2.0
/* limit: a file of the target's cgroup with the most that it may have. It stays as it is set. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "actors/actor.h"
#include "actors/disk.h"
#include "base/cleanup.h"
#include "target/cgroup.h"

#define CPU_PERIOD_US 100000ull

static const char *const files[] = {[RESOURCE_MEMORY] = "memory.max",
	[RESOURCE_PRESSURE] = "memory.high",
	[RESOURCE_CPU] = "cpu.max",
	[RESOURCE_PIDS] = "pids.max",
	[RESOURCE_IO] = "io.max"};

static const char *file_of(const struct fault_spec *f)
{
	return files[f->limit.resource];
}

/* Whether cgroup v2 has any of the controllers on this host: those of v1 it has not. */
static int probe(struct error *why)
{
	int err = probe_cgroups(why);

	if (err || has_controller("memory") || has_controller("cpu") || has_controller("pids") ||
		has_controller("io"))
		return err;
	return error_set(why, -EOPNOTSUPP,
		"cgroup v2 has no controller for memory, cpu, pids or io on this host: they are "
		"those of v1, or none");
}

static int prepare(const struct target *t, const struct fault_spec *f, struct journal *journal,
	struct error *why)
{
	char disk[DISK_NAME_MAX];
	int err = f->limit.disk ? disk_find(f->limit.disk, disk, why) : 0;
	int fd = err ?: actor_open(t, file_of(f));

	if (err)
		return err;
	if (fd == -ENOENT)
		return error_set(why, -ENOENT,
			"%s has no %s: the controller is not in cgroup.subtree_control of the "
			"cgroup above it",
			t->path, file_of(f));
	if (fd < 0)
		return error_errno(why, fd, "%s of %s", file_of(f), t->path);
	fd = journal_keep(journal, t->cgroup_id, file_of(f), fd);
	return fd ? error_errno(why, fd, "more files than can be kept open") : 0;
}

/* As the kernel gives it back. */
static void value_of(const struct fault_spec *f, char ret[JOURNAL_VALUE_MAX])
{
	unsigned long long page = sysconf(_SC_PAGESIZE), amount = f->limit.amount;

	if (f->limit.resource == RESOURCE_CPU)
		snprintf(ret, JOURNAL_VALUE_MAX, "%llu %llu", amount * CPU_PERIOD_US / PPM,
			CPU_PERIOD_US);
	else
		snprintf(ret, JOURNAL_VALUE_MAX, "%llu",
			f->limit.resource == RESOURCE_PIDS ? amount : amount / page * page);
}

/* "20000 100000", "300", "max": as a share, or an amount. */
static double strictness(const char *value)
{
	double most, period = 1;

	if (sscanf(value, "%lf %lf", &most, &period) < 1)
		return 1e300; /* max */
	return most / period;
}

/* What it is held to already is stricter, or another rule's. */
static bool is_taken(const struct scene *s, const char *before, const char *ours)
{
	return strictness(before) <= strictness(ours) ||
	       journal_has(s->journal, s->target->cgroup_id, file_of(s->fault), "");
}

/* Those that are stricter already stay. */
static int restrict_disk(struct scene *s, int fd, struct undo *u)
{
	uint64_t limits[NR_IO_LIMITS];
	struct error why; /* prepare() has told of what is known before */
	int err = disk_find(s->fault->limit.disk, u->line, &why)
			  ?: journal_read_value(fd, u->line, u->before);

	if (err)
		return err;
	disk_limits_read(u->before, limits);
	disk_limits_write(u->line, limits, u->before, sizeof(u->before));
	for (int i = 0; i < NR_IO_LIMITS; i++)
		if (s->fault->limit.io[i] && (!limits[i] || s->fault->limit.io[i] < limits[i]))
			limits[i] = s->fault->limit.io[i];
	disk_limits_write(u->line, limits, u->ours, sizeof(u->ours));
	if (!strcmp(u->before, u->ours) ||
		journal_has(s->journal, s->target->cgroup_id, u->file, u->line))
		return -EALREADY;
	return actor_write(s, fd, u);
}

/*
 * Of all experiments the first one has the limit to itself: of two that overlap the last to end
 * would put back what the other one had set. A lock, for as long as the file is open.
 */
static int claim(const struct scene *s, int fd)
{
	/* Another rule's of this one, for another disk. */
	if (journal_has(s->journal, s->target->cgroup_id, file_of(s->fault), NULL))
		return 0;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	return errno == EWOULDBLOCK ? -EALREADY : -errno;
}

static int restrict_to(struct scene *s, int fd)
{
	struct undo u = {.kind = UNDO_VALUE};
	int err;

	snprintf(u.file, sizeof(u.file), "%s", file_of(s->fault));
	err = claim(s, fd);
	if (err)
		return err;
	if (s->fault->limit.disk)
		return restrict_disk(s, fd, &u);
	err = journal_read_value(fd, u.line, u.before);
	if (err)
		return err;
	value_of(s->fault, u.ours);
	if (is_taken(s, u.before, u.ours))
		return -EALREADY;
	return actor_write(s, fd, &u);
}

static int arm(struct scene *s, uint64_t until_ns)
{
	_cleanup_fd_ int fd = -1;
	int *file, err;

	(void)until_ns;
	if (s->acts)
		return 0;
	fd = actor_open(s->target, file_of(s->fault));
	file = fd < 0 ? NULL : malloc(sizeof(*file));
	if (!file)
		return fd < 0 ? fd : -ENOMEM;
	err = restrict_to(s, fd);
	if (err) {
		free(file);
		return err;
	}
	*file = take_fd(&fd);
	s->own = file;
	return 0;
}

static void disarm(struct scene *s)
{
	int *file = s->own;

	actor_undo(s);
	close(*file);
	free(file);
	s->own = NULL;
}

const struct actor actor_LIMIT = {
	.needs = PRIVILEGE(DAC_OVERRIDE),
	.by_rule = true,
	.after_owner = true,
	.probe = probe,
	.prepare = prepare,
	.arm = arm,
	.disarm = disarm,
	.does = "memory.max, memory.high, cpu.max, pids.max or io.max of its cgroup, and what it "
		"was at the end",
};
