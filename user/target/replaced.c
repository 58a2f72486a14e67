// SPDX-License-Identifier: GPL-2.0
#include "target/replaced.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "target/processes.h"

#define MAX_PROCESSES 256 /* looked at, as of roots.c */
#define GONE " (deleted)"

struct search {
	struct replaced *found;
	unsigned int looked;
};

static bool is_known(const struct replaced *r, uint64_t device, uint64_t inode)
{
	for (unsigned int i = 0; i < r->n; i++)
		if (r->all[i].device == device && r->all[i].inode == inode)
			return true;
	return false;
}

/* A line of /proc/PID/maps: the path is what is behind all columns, and ends with GONE. */
static void look_at_mapping(struct search *s, pid_t pid, char *line)
{
	unsigned int major, minor;
	uint64_t low, high, inode, device;
	size_t length = strcspn(line, "\n");
	struct replaced *r = s->found;
	int path = 0;
	char access[8];

	line[length] = '\0';
	if (length < strlen(GONE) || strcmp(line + length - strlen(GONE), GONE))
		return;
	line[length - strlen(GONE)] = '\0';
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %*s %x:%x %" SCNu64 " %n", &low, &high,
		    access, &major, &minor, &inode, &path) != 6 ||
		!path || line[path] != '/' || !strchr(access, 'x'))
		return;
	device = (uint64_t)major << 32 | minor;
	if (r->n == MAX_REPLACED || is_known(r, device, inode))
		return;
	r->all[r->n] = (struct replaced_file){.device = device, .inode = inode};
	snprintf(r->all[r->n].path, sizeof(r->all[r->n].path), "%s", line + path);
	snprintf(r->all[r->n].mapping, sizeof(r->all[r->n].mapping),
		"/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, low, high);
	r->n++;
}

/* True: that is enough. */
static bool look_at_process(pid_t pid, const void *context)
{
	struct search *s = (struct search *)context;
	_cleanup_file_ FILE *maps = NULL;
	char path[32], line[PATH_MAX + 200];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps))
		look_at_mapping(s, pid, line);
	return ++s->looked == MAX_PROCESSES || s->found->n == MAX_REPLACED;
}

struct replaced *replaced_of(const struct target *t)
{
	struct search s = {.found = calloc(1, sizeof(*s.found))};

	if (s.found)
		target_find(t, look_at_process, &s);
	if (s.found && s.found->n)
		return s.found;
	free(s.found);
	return NULL;
}

/* Where the file is as jinx sees it, whatever links lead to its folder. */
static int path_seen(pid_t root, const char *file, char *ret, size_t size)
{
	_cleanup_free_ char *folder = strdup(file);
	_cleanup_fd_ int fd = -1;
	char *name = folder ? strrchr(folder, '/') : NULL, link[32], seen[PATH_MAX];
	ssize_t n;

	if (!name)
		return -ENOENT;
	*name = '\0';
	fd = root_open(root, *folder ? folder : "/", O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, seen, sizeof(seen) - 1);
	if (n <= 0)
		return -errno;
	seen[n] = '\0';
	n = snprintf(ret, size, "%s/%s", n > 1 ? seen : "", name + 1);
	return n < (ssize_t)size ? 0 : -ENAMETOOLONG;
}

int replaced_open(const struct replaced_file *r, pid_t root, const char *file)
{
	char path[PATH_MAX];
	int err = path_seen(root, file, path, sizeof(path));

	if (err)
		return err;
	return strcmp(path, r->path) ? -ENOENT : root_open_file(0, r->mapping);
}

int replaced_open_any(const struct target *t, const char *file)
{
	_cleanup_free_ struct replaced *r = replaced_of(t);
	struct roots roots;
	int fd = -ENOENT;

	if (!r)
		return fd;
	roots_of(t, &roots);
	for (unsigned int i = 0; i < r->n && fd < 0; i++)
		for (unsigned int k = 0; k < roots.n && fd < 0; k++)
			fd = replaced_open(&r->all[i], roots.pids[k], file);
	return fd;
}
