// SPDX-License-Identifier: GPL-2.0
/* The targets that jinx makes itself: commands, stopped before they begin, and where workloads are.
 */
#include "target/make.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/environment.h"
#include "base/spawn.h"
#include "base/user.h"
#include "faults/kind.h"
#include "target/executables.h"

static int make_cgroup(struct targets *all, const char *name, struct target *t)
{
	char below[CGROUP_PATH_MAX], path[CGROUP_PATH_MAX];
	int fd, err;

	snprintf(below, sizeof(below), "jinx-%s/%s", all->id, name);
	err = cgroup_create(below, path, &fd);
	if (err)
		return err;
	close(fd);
	return cgroup_open(path, t->path, &t->cgroup_fd, &t->cgroup_id, &t->level);
}

/* All workloads are in one cgroup; if they have names each has one of its own there. */
static int open_workload_cgroup(const struct targets *all, struct target *t)
{
	const char *name = t->spec->workload;
	char path[128];

	snprintf(path, sizeof(path), "/jinx-%s/workload%s%s", all->id, name ? "/" : "", name ?: "");
	return cgroup_open(path, t->path, &t->cgroup_fd, &t->cgroup_id, &t->level);
}

static bool has_log(const struct scenario *s, const struct target_spec *t)
{
	for (unsigned int i = 0; i < s->n_logs; i++)
		if (s->logs[i].kind == LOG_TARGET && !strcmp(s->logs[i].source, t->name))
			return true;
	return false;
}

/* For both of the command's outputs. *ret: its end, or -1. */
static int make_output(const struct scenario *s, struct target *t, int *ret)
{
	int ends[2];

	*ret = -1;
	if (!has_log(s, t->spec))
		return 0;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	t->output = ends[0];
	*ret = ends[1];
	return fcntl(t->output, F_SETFL, O_NONBLOCK) ? -errno : 0;
}

/* That it is started with; NULL: jinx's. It has no other one later. */
static const char *zone_of(const struct scenario *s, const struct target_spec *t)
{
	for (unsigned int i = 0; i < s->n_faults; i++)
		if (*s->faults[i].skew.zone && fault_targets(&s->faults[i]) >> (t - s->targets) & 1)
			return s->faults[i].skew.zone;
	return NULL;
}

static int start_command(
	const struct scenario *s, struct targets *all, struct target *t, struct error *why)
{
	char *const *command = t->spec->command;
	_cleanup_fd_ int output = -1;
	struct user user;
	char program[PATH_MAX];
	int err = find_program(command[0], program) ?: make_output(s, t, &output);

	if (!err && t->spec->user)
		err = user_find(t->spec->user, &user);
	err = err ?: zone_borrow(zone_of(s, t->spec));
	if (!err)
		err = spawn_stopped(program, command, t->spec->user ? &user : NULL, t->cgroup_fd,
			t->spec->node ? all->nodes[t->spec->node - 1] : -1, output, all->go,
			&t->pid, &t->pidfd);
	zone_return();
	return err ? target_complain(
			     why, t->spec, err, "starting %s: %s", command[0], strerror(-err))
		   : 0;
}

static int make(const struct scenario *sc, struct targets *all, struct target *t, struct error *why)
{
	const struct target_spec *s = t->spec;
	char name[80];
	int err;

	snprintf(name, sizeof(name), "target-%.64s", s->name);
	if (s->kind == TARGET_WORKLOAD)
		err = open_workload_cgroup(all, t);
	else
		err = make_cgroup(all, name, t);
	if (err)
		return target_complain(why, s, err, "making a cgroup: %s", strerror(-err));
	return s->kind == TARGET_COMMAND ? start_command(sc, all, t, why) : 0;
}

static bool needs_cgroups(const struct scenario *s)
{
	for (unsigned int i = 0; i < s->n_targets; i++)
		if (s->targets[i].kind == TARGET_COMMAND || s->targets[i].kind == TARGET_WORKLOAD)
			return true;
	return s->n_workloads || s->n_probes || s->n_logs || s->standing.ready.probe.ask.exec;
}

/* Something may have to be put back when jinx is gone. */
static bool needs_undo(const struct scenario *s)
{
	for (unsigned int i = 0; i < s->n_faults; i++)
		if (kind_of(&s->faults[i])->flags & OF_WHOLE_TARGET)
			return true;
	return false;
}

/* The experiment's own cgroup, with the janitor that removes it already waiting. */
static int make_home(const struct scenario *s, struct targets *all, struct error *why)
{
	const char *mount = cgroup_mount();
	int err;

	if (!mount)
		return target_complain(why, NULL, -errno, "cgroup v2 is not mounted");
	err = janitor_start(&all->janitor, needs_cgroups(s) ? mount : NULL, all->id, needs_undo(s));
	return err ? target_complain(why, NULL, err, "making %s/jinx-%s: %s%s", mount, all->id,
			     strerror(-err), err == -EACCES ? " (needs cap_dac_override)" : "")
		   : 0;
}

/*
 * What rules limit has to have limits: also in cgroups that jinx makes, below those that have them.
 * Where these have none, who carries the rule out says so.
 */
static void delegate(const struct scenario *s, const struct targets *all)
{
	static const char *const controllers[] = {[RESOURCE_MEMORY] = "memory",
		[RESOURCE_PRESSURE] = "memory",
		[RESOURCE_CPU] = "cpu",
		[RESOURCE_DISK] = NULL,
		[RESOURCE_PIDS] = "pids",
		[RESOURCE_IO] = "io"};
	char home[CGROUP_PATH_MAX];

	if (!needs_cgroups(s))
		return;
	snprintf(home, sizeof(home), "%s/jinx-%s", cgroup_mount(), all->id);
	for (unsigned int i = 0; i < s->n_faults; i++) {
		const struct fault_spec *f = &s->faults[i];
		const char *controller = controllers[f->limit.resource ?: f->exhaust.resource];

		/* With CPU time of its own each of them would get another share than before. */
		if (controller && (f->exhaust.resource != RESOURCE_CPU))
			(void)cgroup_delegate(home, controller); /* see above */
	}
}

int targets_make(const struct scenario *s, struct targets *all, struct error *why)
{
	int err = 0;

	if (!needs_cgroups(s) && !needs_undo(s))
		return 0;
	err = make_home(s, all, why);
	if (err)
		return err;
	delegate(s, all);
	err = executables_make(s, all);
	all->go = spawn_signal();
	if (err || !all->go)
		return target_complain(why, NULL, err ?: -errno, "preparing the targets");
	for (unsigned int i = 0; i < all->n && !err; i++) {
		struct target *t = &all->all[i];

		if (t->spec->kind == TARGET_WORKLOAD || t->spec->kind == TARGET_COMMAND)
			err = make(s, all, t, why);
	}
	return err;
}
