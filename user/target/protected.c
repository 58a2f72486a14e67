// SPDX-License-Identifier: GPL-2.0
#include "target/protected.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "faults/kind.h"
#include "target/processes.h"

static const char *const names[] = {"sshd", "sshd-session", "sshd-auth", "containerd",
	"containerd-shim", "dockerd", "crio", "conmon", "podman", "runc", "crun", "kubelet"};

_Static_assert(ARRAY_SIZE(names) <= MAX_PROTECTED_COMMS, "all of them");

bool is_protected_comm(const char *comm)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], comm))
			return true;
	return false;
}

static bool is_unprotected(const struct safety *safety, const char *name)
{
	for (unsigned int i = 0; i < safety->n_unprotect; i++)
		if (!strcmp(safety->unprotect[i], name))
			return true;
	return false;
}

bool target_asks_for(const struct target_spec *t, const char *name)
{
	for (unsigned int i = 0; i < t->only.n_comm; i++)
		if (!strcmp(t->only.comm[i], name))
			return true;
	return false;
}

unsigned int protected_comms(const struct scenario *s, char ret[MAX_PROTECTED_COMMS][COMM_LEN])
{
	unsigned int n = 0;

	memset(ret, 0, MAX_PROTECTED_COMMS * COMM_LEN);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!is_unprotected(&s->safety, names[i]))
			snprintf(ret[n++], COMM_LEN, "%s", names[i]);
	return n;
}

static bool read_comm(pid_t pid, char ret[64])
{
	char path[64];
	_cleanup_file_ FILE *f = NULL;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (!f || !fgets(ret, 64, f))
		return false;
	ret[strcspn(ret, "\n")] = '\0';
	return true;
}

static bool has_protected_name(pid_t pid, const struct safety *safety)
{
	char comm[64];

	return read_comm(pid, comm) && is_protected_comm(comm) && !is_unprotected(safety, comm);
}

/* What jinx has forked: hogs, the gate. */
static bool has_name_of_ours(pid_t pid)
{
	char comm[64];

	return read_comm(pid, comm) && !strncmp(comm, "jinx-", 5);
}

/* Packets go by cgroup alone, so what a target's `only` asks for doesn't help. */
static bool is_one(pid_t pid, const void *safety)
{
	return has_protected_name(pid, safety);
}

/* Those that no target may hold that is to stand still. */
struct dear {
	const struct safety *safety;
	pid_t own[MAX_PROTECTED]; /* jinx and those that started it */
	int n_own;
};

static bool is_dear(pid_t pid, const void *context)
{
	const struct dear *d = context;

	for (int i = 0; i < d->n_own; i++)
		if (d->own[i] == pid)
			return true;
	return has_protected_name(pid, d->safety);
}

bool protected_from_signals(const struct scenario *s, pid_t pid)
{
	struct dear dear = {.safety = &s->safety};

	dear.n_own = process_ancestors(dear.own, ARRAY_SIZE(dear.own));
	return is_dear(pid, &dear) || has_name_of_ours(pid);
}

pid_t protected_from_pause(const struct scenario *s, const struct target *t)
{
	struct dear dear = {.safety = &s->safety};

	dear.n_own = process_ancestors(dear.own, ARRAY_SIZE(dear.own));
	return t->cgroup_fd < 0 ? 0 : target_find(t, is_dear, &dear);
}

static int check(const struct scenario *s, const struct fault_spec *f, const struct target *t,
	struct error *why)
{
	pid_t pid = 0;

	if (holds_target(f))
		pid = protected_from_pause(s, t);
	else if (!strikes_calls(f) && !signals_target(f) &&
		 !is_of_connections(f)) /* single ones are left out */
		pid = target_find(t, is_one, &s->safety);
	if (!pid)
		return 0;
	why->place = f->place;
	if (holds_target(f))
		return error_set(why, -EINVAL,
			"process %d of the target is protected, is jinx itself or has started it, "
			"and would stand still as well",
			pid);
	if (is_of_target(f))
		return error_set(why, -EINVAL,
			"process %d of the target is protected, and would run short as well "
			"(safety: {unprotect: ...} or --unprotect allows it)",
			pid);
	return error_set(why, -EINVAL,
		"process %d of the target is protected, and its packets can't be told from "
		"the others' (safety: {unprotect: ...} or --unprotect allows it)",
		pid);
}

int protected_check_target(
	const struct scenario *s, const struct targets *all, unsigned int target, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < s->n_faults && !err; i++)
		if (fault_targets(&s->faults[i]) & 1u << target)
			err = check(s, &s->faults[i], &all->all[target], why);
	return err;
}

int protected_check_all(const struct scenario *s, const struct targets *all, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < s->n_targets && !err; i++)
		err = protected_check_target(s, all, i, why);
	return err;
}
