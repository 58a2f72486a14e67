// SPDX-License-Identifier: GPL-2.0
#include "target/target.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "base/spawn.h"
#include "base/user.h"
#include "faults/kind.h"
#include "target/container.h"
#include "target/executables.h"
#include "target/make.h"
#include "target/namespaces.h"
#include "target/protected.h"
#include "target/roots.h"
#include "target/spots.h"
#include "target/where.h"

static int complain_about(struct error *why, const struct target_spec *t, int err)
{
	why->place = t->place;
	return err;
}

int target_complain(
	struct error *why, const struct target_spec *t, int err, const char *format, ...)
{
	va_list args;

	why->place = t ? t->place : (struct place){0, 0};
	va_start(args, format);
	verror_set(why, err, format, args);
	va_end(args);
	return err;
}

static int find_cgroup(struct target *t, const char *path, struct error *why)
{
	int err = cgroup_open(path, t->path, &t->cgroup_fd, &t->cgroup_id, &t->level);

	if (err == -ENOENT)
		return target_complain(why, t->spec, -EINVAL, "there is no cgroup \"%s\" below %s",
			path, cgroup_mount() ?: "(no cgroup v2 mount)");
	if (err)
		return target_complain(why, t->spec, -EINVAL,
			"\"%s\" is not a cgroup v2 directory: %s", path, strerror(-err));
	if (t->level == 0 && t->spec->kind != TARGET_PID && !t->host)
		return target_complain(why, t->spec, -EINVAL,
			"the root cgroup is the whole host: --host allows it as a target");
	return 0;
}

static int find_unit(struct target *t, struct error *why)
{
	const char *root = cgroup_mount(), *unit = t->spec->unit;
	char path[CGROUP_PATH_MAX];
	int err;

	if (!root)
		return target_complain(why, t->spec, -EINVAL, "cgroup v2 is not mounted");
	err = t->first[0] ? cgroup_of_unit_again(root, unit, t->first, path)
			  : cgroup_of_unit(root, unit, path);

	if (err == -ENOENT)
		return target_complain(why, t->spec, -EINVAL,
			"no unit \"%s\" is running: no cgroup has that name", t->spec->unit);
	if (err == -EEXIST)
		return target_complain(why, t->spec, -EINVAL,
			"several cgroups are named \"%s\": use cgroup: with the path of the one",
			t->spec->unit);
	if (err)
		return target_complain(
			why, t->spec, err, "looking for the unit: %s", strerror(-err));
	err = find_cgroup(t, path, why);
	if (!err && !t->first[0])
		snprintf(t->first, sizeof(t->first), "%s", t->path);
	return err;
}

static int find_container(struct target *t, struct error *why)
{
	const struct container_places places = {.cgroups = cgroup_mount(), .root = ""};
	char path[CGROUP_PATH_MAX];

	if (!places.cgroups)
		return target_complain(why, t->spec, -EINVAL, "cgroup v2 is not mounted");
	if (container_find(&places, t->spec->container, path, why))
		return complain_about(why, t->spec, -EINVAL);
	return find_cgroup(t, path, why);
}

static int find_pod(struct target *t, struct error *why)
{
	char path[CGROUP_PATH_MAX];

	if (!cgroup_mount())
		return target_complain(why, t->spec, -EINVAL, "cgroup v2 is not mounted");
	if (pod_find(cgroup_mount(), t->spec->pod, path, why))
		return complain_about(why, t->spec, -EINVAL);
	return find_cgroup(t, path, why);
}

static bool is_ancestor(pid_t pid)
{
	pid_t all[64];
	int n = process_ancestors(all, ARRAY_SIZE(all));

	while (n)
		if (all[--n] == pid)
			return true;
	return false;
}

static int find_pid(struct target *t, struct error *why)
{
	char path[CGROUP_PATH_MAX];
	pid_t leader;
	int err;

	t->pid = t->spec->pid;
	if (!namespace_is_first("pid", PROC_PID_INIT_INO))
		return target_complain(why, t->spec, -EINVAL,
			"pid targets need jinx to run in the host's pid namespace");
	if (is_ancestor(t->pid))
		return target_complain(why, t->spec, -EINVAL,
			"process %d is never a target: it is pid 1, jinx itself or one that "
			"started it",
			t->pid);
	if (process_is_kernels(t->pid))
		return target_complain(why, t->spec, -EINVAL,
			"process %d is a thread of the kernel: it makes no system calls", t->pid);
	leader = process_of_thread(t->pid);
	if (leader && leader != t->pid)
		return target_complain(why, t->spec, -EINVAL,
			"%d is a thread of process %d: pid takes the process", t->pid, leader);
	/* From here on the number is this process's or the descriptor says that it has ended. */
	t->pidfd = syscall(SYS_pidfd_open, t->pid, 0);
	err = t->pidfd < 0 ? -errno : cgroup_of_pid(t->pid, path);
	if (!err && process_has_ended(t->pidfd))
		return target_complain(why, t->spec, -EINVAL, "process %d has ended", t->pid);
	if (err)
		return target_complain(why, t->spec, -EINVAL, "there is no process %d: %s", t->pid,
			strerror(-err));
	return find_cgroup(t, path, why);
}

static int find_command(const struct scenario *sc, const struct target_spec *s, struct error *why)
{
	char program[PATH_MAX];
	int err = find_program(s->command[0], program);

	if (!err || standing_is_to_make(&sc->standing, s->command[0]))
		return 0;
	return target_complain(
		why, s, -EINVAL, "can't execute \"%s\": %s", s->command[0], strerror(-err));
}

static int find(const struct scenario *sc, struct target *t, struct error *why)
{
	const struct target_spec *s = t->spec;

	switch (s->kind) {
	case TARGET_CGROUP:
		return find_cgroup(t, s->cgroup, why);
	case TARGET_UNIT:
		return find_unit(t, why);
	case TARGET_CONTAINER:
		return find_container(t, why);
	case TARGET_POD:
		return find_pod(t, why);
	case TARGET_PID:
		return find_pid(t, why);
	case TARGET_COMMAND:
		return find_command(sc, s, why);
	case TARGET_WORKLOAD:
		break;
	}
	return 0;
}

static int check_programs(const struct scenario *s, const struct target *t,
	const struct identities *who, struct error *why)
{
	for (unsigned int i = 0; i < who->n_exe; i++) {
		int fd = target_open(t, who->exe[i], O_PATH);

		if (fd < 0 && standing_is_to_make(&s->standing, who->exe[i]))
			continue;
		if (fd < 0)
			return target_complain(why, t->spec, -EINVAL, "exe \"%s\": %s", who->exe[i],
				strerror(-fd));
		close(fd);
	}
	return 0;
}

/* Of a workload those of all that are meant. */
static unsigned int nodes_of(const struct scenario *s, const struct target_spec *t)
{
	unsigned int ret = 0;

	if (t->kind != TARGET_WORKLOAD)
		return 1u << t->node;
	for (unsigned int i = 0; i < s->n_workloads; i++)
		if (!t->workload || !strcmp(t->workload, s->workloads[i].name))
			ret |= 1u << s->workloads[i].ask.node;
	return ret;
}

static void start(const struct scenario *s, struct targets *ret)
{
	memset(ret, 0, sizeof(*ret));
	executables_init(s, ret);
	ret->janitor.keeper = -1;
	ret->n = s->n_targets;
	ret->nodes = s->standing.nodes;
	ret->n_nodes = ret->nodes ? s->standing.n_nodes : 0;
	for (unsigned int i = 0; i < ret->n; i++) {
		ret->all[i].spec = &s->targets[i];
		ret->all[i].nodes = nodes_of(s, &s->targets[i]);
		ret->all[i].host = s->host;
		ret->all[i].cgroup_fd = ret->all[i].pidfd = ret->all[i].output = -1;
	}
}

static int find_all(const struct scenario *s, struct targets *all, struct error *why)
{
	int err = executables_find(s, all, why);

	for (unsigned int i = 0; i < all->n && !err; i++) {
		struct target *t = &all->all[i];

		err = find(s, t, why);
		if (!err)
			err = check_programs(s, t, &t->spec->only, why);
		if (!err)
			err = check_programs(s, t, &t->spec->except, why);
	}
	return err;
}

static int check_directory(
	const struct scenario *s, const struct fault_spec *f, const char *path, struct error *why)
{
	struct stat st;

	if (!path || standing_is_to_make(&s->standing, path))
		return 0;
	why->place = f->place;
	if (stat(path, &st))
		return error_set(why, -EINVAL, "disk: %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return error_set(why, -EINVAL, "disk: %s is not a directory", path);
	why->place = (struct place){};
	return 0;
}

/* Of disks that faults fill or restrict. */
static int check_directories(const struct scenario *s, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < s->n_faults && !err; i++)
		err = check_directory(s, &s->faults[i], s->faults[i].exhaust.disk, why)
			      ?: check_directory(s, &s->faults[i], s->faults[i].limit.disk, why);
	return err;
}

static int check_before(const struct scenario *s, struct targets *all, struct error *why)
{
	return where_find(s, all, why) ?: spots_check(s, all, why)
					  ?: protected_check_all(s, all, why);
}

int targets_resolve(const struct scenario *s, char id[8], struct targets *ret, struct error *why)
{
	int err;

	start(s, ret);
	ret->id = id;
	err = find_all(s, ret, why);
	if (!err)
		err = check_before(s, ret, why);
	if (!err)
		err = check_directories(s, why);
	if (!err)
		err = targets_make(s, ret, why);
	if (err)
		targets_release(ret);
	return err;
}

int targets_find(const struct scenario *s, struct targets *ret, struct error *why)
{
	int err;

	start(s, ret);
	err = find_all(s, ret, why);
	if (err)
		targets_release(ret);
	return err;
}

int targets_check(const struct scenario *s, struct error *why)
{
	struct targets *t = malloc(sizeof(*t));
	int err;

	if (!t)
		return target_complain(why, NULL, -ENOMEM, "out of memory");
	start(s, t);
	err = namespaces_check(why) ?: find_all(s, t, why);
	if (!err)
		err = check_before(s, t, why);
	if (!err && !s->standing.setup.n) /* which may make them */
		err = check_directories(s, why);
	targets_release(t);
	free(t);
	return err;
}

bool target_can_return(enum target_kind kind)
{
	return kind == TARGET_CGROUP || kind == TARGET_UNIT || kind == TARGET_CONTAINER ||
	       kind == TARGET_POD;
}

bool target_is_removed(const struct target *t)
{
	return target_can_return(t->spec->kind) && cgroup_is_removed(t->cgroup_fd);
}

bool target_is_astray(const struct target *t)
{
	return t->first[0] && strcmp(t->first, t->path) && !access(t->first, F_OK);
}

static void take_cgroup(struct target *to, struct target *from)
{
	int old = to->cgroup_fd;

	snprintf(to->path, sizeof(to->path), "%s", from->path);
	to->cgroup_fd = from->cgroup_fd;
	to->cgroup_id = from->cgroup_id;
	to->level = from->level;
	to->gone = false;
	from->cgroup_fd = old;
}

int targets_find_again(
	const struct scenario *s, struct targets *all, unsigned int index, struct error *why)
{
	struct target *t = &all->all[index];
	struct target now = {.spec = t->spec, .host = t->host, .cgroup_fd = -1};
	int err;

	snprintf(now.first, sizeof(now.first), "%s", t->first);
	/* Mostly it comes back where it was, and that is quickly looked up. */
	if (!t->first[0] && access(t->path, F_OK) == 0)
		err = find_cgroup(&now, t->path, why);
	else
		err = find(s, &now, why);
	if (err)
		return err;
	take_cgroup(t, &now);
	err = protected_check_target(s, all, index, why);
	if (err)
		t->gone = true;
	close(now.cgroup_fd);
	return err;
}

void targets_go(struct targets *t)
{
	if (!t->go)
		return;
	__atomic_store_n(t->go, true, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < t->n; i++)
		if (t->all[i].spec->kind == TARGET_COMMAND)
			/* If it has died by now, its pidfd tells. */
			syscall(SYS_pidfd_send_signal, t->all[i].pidfd, SIGCONT, NULL, 0);
}

int targets_release(struct targets *t)
{
	spawn_signal_free(t->go);
	t->go = NULL;
	executables_done(t);
	where_close(t);
	for (unsigned int i = 0; i < t->n; i++) {
		struct target *one = &t->all[i];

		if (one->cgroup_fd >= 0)
			close(one->cgroup_fd);
		if (one->pidfd >= 0)
			close(one->pidfd);
		if (one->output >= 0)
			close(one->output);
		one->cgroup_fd = one->pidfd = one->output = -1;
	}
	return janitor_finish(&t->janitor);
}
