// SPDX-License-Identifier: GPL-2.0
#include "base/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/privileges.h"

static const char *const variables[] = {"USER", "LOGNAME", "HOME"};

/* What this process was before it borrowed. */
static struct {
	uid_t uid, euid;
	gid_t gid, egid;
	int n_groups;
	gid_t groups[MAX_USER_GROUPS];
	char *values[ARRAY_SIZE(variables)];
} own;

int user_find(const char *name, struct user *ret)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	if (!entry)
		return errno ? -errno : -ENOENT;
	*ret = (struct user){
		.uid = entry->pw_uid, .gid = entry->pw_gid, .n_groups = MAX_USER_GROUPS};
	snprintf(ret->name, sizeof(ret->name), "%s", entry->pw_name);
	snprintf(ret->home, sizeof(ret->home), "%s", entry->pw_dir);
	if (getgrouplist(ret->name, ret->gid, ret->groups, &ret->n_groups) < 0)
		return -E2BIG;
	return 0;
}

static int set_environment(const struct user *u)
{
	const char *values[] = {u->name, u->name, u->home};

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		if (setenv(variables[i], values[i], 1))
			return -errno;
	return 0;
}

int user_become(const struct user *u)
{
	if (setgroups(u->n_groups, u->groups) || setresgid(u->gid, u->gid, u->gid) ||
		setresuid(u->uid, u->uid, u->uid))
		return -errno;
	return set_environment(u);
}

static int remember(void)
{
	own.uid = getuid();
	own.euid = geteuid();
	own.gid = getgid();
	own.egid = getegid();
	own.n_groups = getgroups(MAX_USER_GROUPS, own.groups);
	if (own.n_groups < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *value = getenv(variables[i]);

		free(own.values[i]);
		own.values[i] = value ? strdup(value) : NULL;
		if (value && !own.values[i])
			return -ENOMEM;
	}
	return 0;
}

/*
 * The saved ids stay this process's own, so that it can return; execve() makes them the effective
 * ones, and takes the privileges away as the real and the effective user are not root
 * (security/commoncap.c: cap_bprm_creds_from_file).
 */
int user_borrow(const struct user *u)
{
	privileges held = privileges_held();
	int err = remember();

	if (err)
		return err;
	if (setgroups(u->n_groups, u->groups) || setresgid(u->gid, u->gid, own.egid) ||
		setresuid(u->uid, u->uid, own.euid))
		err = -errno;
	/* A process is put into another's cgroup by who may write there. */
	err = err ?: privileges_use(held & PRIVILEGE(DAC_OVERRIDE));
	err = err ?: set_environment(u);
	if (err)
		(void)user_return();
	return err;
}

int user_return(void)
{
	int err = 0;

	if (setresuid(own.uid, own.euid, own.euid))
		err = -errno;
	err = err ?: privileges_use(~0ull);
	if (!err && (setresgid(own.gid, own.egid, own.egid) || setgroups(own.n_groups, own.groups)))
		err = -errno;
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		if (own.values[i])
			(void)setenv(variables[i], own.values[i], 1);
		else
			(void)unsetenv(variables[i]);
	return err;
}
