// SPDX-License-Identifier: GPL-2.0
#include "target/executables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/spawn.h"
#include "base/user.h"

unsigned int executable_of_verify(const struct scenario *s, unsigned int workload)
{
	return s->n_workloads + workload;
}

unsigned int executable_of_probe(const struct scenario *s, unsigned int probe)
{
	return 2 * s->n_workloads + probe;
}

unsigned int executable_of_log(const struct scenario *s, unsigned int log)
{
	return 2 * s->n_workloads + s->n_probes + log;
}

unsigned int executable_of_ready(const struct scenario *s)
{
	return 2 * s->n_workloads + s->n_probes + s->n_logs;
}

/* From now on, whatever is there already: messages of the very start are not missed. */
static void make_journalctl(struct executable *e, const char *unit)
{
	struct timespec now;
	char since[48];
	int n = 0;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(since, sizeof(since), "--since=@%lld.%06ld", (long long)now.tv_sec,
		now.tv_nsec / 1000);
	for (const char *const *word = (const char *const[]){"journalctl", "--quiet", "--follow",
		     "--lines=all", "--output=cat", since, "--unit", unit, NULL};
		*word; word++)
		e->made[n++] = strdup(*word);
	e->argv = e->made;
}

static unsigned int node_of(const struct scenario *s, unsigned int number)
{
	if (number < 2 * s->n_workloads)
		return s->workloads[number % s->n_workloads].ask.node;
	if (number < executable_of_log(s, 0))
		return s->probes[number - executable_of_probe(s, 0)].ask.node;
	return number == executable_of_ready(s) ? s->standing.ready.probe.ask.node : 0;
}

/* The workload may be a target; those with names are targets by these, or all together. */
static unsigned int targets_of(const struct scenario *s, const struct workload *w)
{
	unsigned int targets = 0;

	for (unsigned int i = 0; i < s->n_targets; i++) {
		const struct target_spec *t = &s->targets[i];

		if (t->kind == TARGET_WORKLOAD &&
			(!t->workload || (w->name && !strcmp(t->workload, w->name))))
			targets |= 1u << i;
	}
	return targets;
}

void executables_init(const struct scenario *s, struct targets *all)
{
	/* Without any the keeper gives up the privileges that starting them takes. */
	all->n_executables = executable_of_ready(s) + !!s->standing.ready.probe.ask.exec;
	for (unsigned int i = 0; i < all->n_executables; i++)
		all->executables[i] = (struct executable){.cgroup = -1, .node = node_of(s, i)};
	for (unsigned int i = 0; i < s->n_workloads; i++) {
		all->executables[i].argv = s->workloads[i].ask.exec;
		all->executables[i].targets = targets_of(s, &s->workloads[i]);
		all->executables[executable_of_verify(s, i)].argv = s->workloads[i].verify.exec;
	}
	for (unsigned int i = 0; i < s->n_probes; i++)
		all->executables[executable_of_probe(s, i)].argv = s->probes[i].ask.exec;
	if (s->standing.ready.probe.ask.exec)
		all->executables[executable_of_ready(s)].argv = s->standing.ready.probe.ask.exec;
	for (unsigned int i = 0; i < s->n_logs; i++)
		if (s->logs[i].kind == LOG_UNIT)
			make_journalctl(
				&all->executables[executable_of_log(s, i)], s->logs[i].source);
}

static struct place place_of(const struct scenario *s, unsigned int number)
{
	if (number < s->n_workloads)
		return s->workloads[number].place;
	if (number < executable_of_probe(s, 0))
		return s->workloads[number - s->n_workloads].verify.place;
	if (number < executable_of_log(s, 0))
		return s->probes[number - executable_of_probe(s, 0)].place;
	if (number < executable_of_ready(s))
		return s->logs[number - executable_of_log(s, 0)].place;
	return s->standing.ready.probe.place;
}

/* NULL: who runs jinx. What verifies a workload is its user's. */
static const char *user_of(const struct scenario *s, unsigned int number)
{
	if (number < 2 * s->n_workloads)
		return s->workloads[number % s->n_workloads].ask.user;
	if (number < executable_of_log(s, 0))
		return s->probes[number - executable_of_probe(s, 0)].ask.user;
	return number == executable_of_ready(s) ? s->standing.ready.probe.ask.user : NULL;
}

static int find_user(struct executable *e, const char *name, struct place place, struct error *why)
{
	int err;

	if (!name)
		return 0;
	e->user = malloc(sizeof(*e->user));
	err = e->user ? user_find(name, e->user) : -ENOMEM;
	if (!err)
		return 0;
	error_set(why, -EINVAL, "user %s: %s", name, strerror(-err));
	why->place = place;
	return -EINVAL;
}

static int find_one(
	const struct scenario *s, struct executable *e, struct place place, struct error *why)
{
	char path[PATH_MAX];
	int err = find_program(e->argv[0], path);

	/* When a scenario is only checked. */
	if (err && standing_is_to_make(&s->standing, e->argv[0]))
		return 0;
	if (!err)
		e->path = strdup(path);
	if (!err && e->path)
		return 0;
	error_set(why, -EINVAL, "can't execute \"%s\": %s", e->argv[0],
		strerror(err ? -err : ENOMEM));
	why->place = place;
	return -EINVAL;
}

int executables_find(const struct scenario *s, struct targets *all, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < all->n_executables && !err; i++)
		if (all->executables[i].argv)
			err = find_one(s, &all->executables[i], place_of(s, i), why)
				      ?: find_user(&all->executables[i], user_of(s, i),
						 place_of(s, i), why);
	return err;
}

static int make_cgroup(const struct targets *all, const char *parent, const char *name, int *ret_fd)
{
	char below[160], path[CGROUP_PATH_MAX];

	snprintf(below, sizeof(below), "jinx-%s/%s%s%s", all->id, parent, *name ? "/" : "", name);
	return cgroup_create(below, path, ret_fd);
}

/* A folder of cgroups. */
static int make_parent(const struct targets *all, const char *name)
{
	int fd, err = make_cgroup(all, name, "", &fd);

	if (!err)
		close(fd);
	return err;
}

/* All workloads are in one; if they have names each has one of its own there. */
static int make_workloads(const struct scenario *s, struct targets *all)
{
	int err;

	if (!s->names_workloads)
		return make_cgroup(all, "workload", "", &all->executables[0].cgroup);
	err = make_parent(all, "workload");
	for (unsigned int i = 0; i < s->n_workloads && !err; i++)
		err = make_cgroup(
			all, "workload", s->workloads[i].name, &all->executables[i].cgroup);
	return err;
}

/* The others are in one that no target is: what they do is no part of the experiment. */
static int make_others(const struct scenario *s, struct targets *all)
{
	bool there = false;
	char name[16];
	int err = 0;

	for (unsigned int i = s->n_workloads; i < all->n_executables && !err; i++) {
		if (!all->executables[i].argv)
			continue;
		if (!there)
			err = make_parent(all, "outside");
		there = true;
		snprintf(name, sizeof(name), "%u", i);
		err = err ?: make_cgroup(all, "outside", name, &all->executables[i].cgroup);
	}
	return err;
}

int executables_make(const struct scenario *s, struct targets *all)
{
	int err = s->n_workloads ? make_workloads(s, all) : 0;

	return err ?: make_others(s, all);
}

void executables_done(struct targets *all)
{
	for (unsigned int i = 0; i < all->n_executables; i++) {
		struct executable *e = &all->executables[i];

		free(e->path);
		free(e->user);
		if (e->cgroup >= 0)
			close(e->cgroup);
		for (size_t n = 0; n < sizeof(e->made) / sizeof(e->made[0]); n++)
			free(e->made[n]);
	}
	all->n_executables = 0;
}
