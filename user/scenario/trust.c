// SPDX-License-Identifier: GPL-2.0
#include "scenario/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse(struct error *why, const char *what, const struct stat *st, bool owned)
{
	if (owned)
		error_set(why, -EPERM,
			"%s can be written by others: root does not run it (--trust)", what);
	else
		error_set(why, -EPERM,
			"%s belongs to user %u: root runs only its own scenarios (--trust)", what,
			st->st_uid);
	return -EPERM;
}

static bool is_own(const struct stat *st)
{
	const char *sudo = getenv("SUDO_UID");
	char *end;

	if (st->st_uid == 0)
		return true;
	return sudo && *sudo && st->st_uid == strtoul(sudo, &end, 10) && !*end;
}

/* Who is in root's group can do as much elsewhere. */
static bool is_open_to_others(const struct stat *st)
{
	return st->st_mode & S_IWOTH || (st->st_mode & S_IWGRP && st->st_gid != 0);
}

/* Others could put another file of root's in its place. */
static int check_directory(int fd, struct error *why)
{
	char link[64], path[PATH_MAX];
	struct stat st;
	char *slash;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0 || path[0] != '/')
		return 0; /* it has none */
	path[n] = '\0';
	slash = strrchr(path, '/');
	slash[slash == path] = '\0'; /* the root keeps its own */
	if (stat(path, &st))
		return refuse(why, "its directory", &st, true);
	if (!is_own(&st))
		return refuse(why, "its directory", &st, false);
	if (is_open_to_others(&st) && !(st.st_mode & S_ISVTX))
		return refuse(why, "its directory", &st, true);
	return 0;
}

int trust_check(int fd, struct error *why)
{
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (fstat(fd, &st))
		return refuse(why, "the file", &st, true);
	if (!is_own(&st))
		return refuse(why, "the file", &st, false);
	if (is_open_to_others(&st))
		return refuse(why, "the file", &st, true);
	return S_ISREG(st.st_mode) ? check_directory(fd, why) : 0;
}
