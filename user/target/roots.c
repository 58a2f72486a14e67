// SPDX-License-Identifier: GPL-2.0
#include "target/roots.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "target/processes.h"

/* Looked at, of a target; services that fork thousands have one root. */
#define MAX_PROCESSES 256

struct root {
	dev_t device;
	ino_t root, namespace;
};

struct search {
	struct roots *found;
	struct root roots[MAX_ROOTS], own;
	unsigned int looked;
};

static bool read_root(const char *process, struct root *ret)
{
	char path[64];
	struct stat root, namespace;

	snprintf(path, sizeof(path), "/proc/%s/root", process);
	if (stat(path, &root))
		return false;
	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", process);
	if (stat(path, &namespace))
		return false;
	*ret = (struct root){root.st_dev, root.st_ino, namespace.st_ino};
	return true;
}

static bool same_root(const struct root *a, const struct root *b)
{
	return a->device == b->device && a->root == b->root && a->namespace == b->namespace;
}

/* Adds the process's root, unless it is known. True: that is enough. */
static bool add_root(pid_t pid, const void *context)
{
	struct search *s = (struct search *)context;
	struct roots *found = s->found;
	char process[16];
	struct root r;

	snprintf(process, sizeof(process), "%d", pid);
	if (!read_root(process, &r))
		return false;
	for (unsigned int i = 0; i < found->n; i++)
		if (same_root(&s->roots[i], &r))
			return ++s->looked == MAX_PROCESSES;
	s->roots[found->n] = r;
	found->pids[found->n++] = same_root(&r, &s->own) ? 0 : pid;
	return found->n == MAX_ROOTS || ++s->looked == MAX_PROCESSES;
}

void roots_of(const struct target *t, struct roots *ret)
{
	struct search s = {.found = ret};

	ret->n = 0;
	if (read_root("self", &s.own))
		target_find(t, add_root, &s);
	if (!ret->n)
		ret->pids[ret->n++] = 0;
}

int root_open(pid_t pid, const char *path, int flags)
{
	struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	_cleanup_fd_ int root = -1;
	char name[32];
	int fd;

	if (!pid || !strncmp(path, "/proc/", strlen("/proc/"))) {
		fd = open(path, flags | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	snprintf(name, sizeof(name), "/proc/%d/root", pid);
	root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = root < 0 ? -1 : (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

/* Looked at before it is opened: one end of a FIFO waits for the other, and devices do things. */
int root_open_file(pid_t pid, const char *path)
{
	_cleanup_fd_ int there = root_open(pid, path, O_PATH);
	char name[48];
	struct stat st;
	int fd;

	if (there < 0)
		return there;
	if (fstat(there, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOEXEC;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", there);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

const char *open_error(int err)
{
	return err == -ENOEXEC ? "it is not a file that could be a program" : strerror(-err);
}

int target_open_file(const struct target *t, const char *path)
{
	struct roots roots;
	int fd = -ENOENT;

	roots_of(t, &roots);
	for (unsigned int i = 0; i < roots.n && fd < 0; i++)
		fd = root_open_file(roots.pids[i], path);
	return fd;
}

int target_open(const struct target *t, const char *path, int flags)
{
	struct roots roots;
	int fd = -ENOENT;

	roots_of(t, &roots);
	for (unsigned int i = 0; i < roots.n && fd < 0; i++)
		fd = root_open(roots.pids[i], path, flags);
	return fd;
}
