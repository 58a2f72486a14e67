// SPDX-License-Identifier: GPL-2.0
#include "target/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <mntent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <linux/magic.h>

#include "base/cleanup.h"

const char *cgroup_mount(void)
{
	/* The same for all that this process does, as long as it lives. */
	static char path[CGROUP_PATH_MAX];
	struct mntent *m;
	FILE *mounts;

	if (path[0])
		return path;
	mounts = setmntent("/proc/self/mounts", "re");
	if (!mounts)
		return NULL;
	while (!path[0] && (m = getmntent(mounts)))
		if (!strcmp(m->mnt_type, "cgroup2"))
			snprintf(path, sizeof(path), "%s", m->mnt_dir);
	endmntent(mounts);
	errno = path[0] ? 0 : ENOENT;
	return path[0] ? path : NULL;
}

int cgroup_create(const char *name, char ret_path[CGROUP_PATH_MAX], int *ret_fd)
{
	const char *mount = cgroup_mount();

	if (!mount)
		return -errno;
	if (snprintf(ret_path, CGROUP_PATH_MAX, "%s/%s", mount, name) >= CGROUP_PATH_MAX)
		return -ENAMETOOLONG;
	if (mkdir(ret_path, 0755))
		return -errno;
	*ret_fd = open(ret_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_fd < 0) {
		int err = -errno;

		rmdir(ret_path);
		return err;
	}
	return 0;
}

int cgroup_delegate(const char *path, const char *controller)
{
	char file[CGROUP_PATH_MAX + 32], text[32];
	_cleanup_fd_ int fd = -1;
	int n = snprintf(text, sizeof(text), "+%s", controller);

	snprintf(file, sizeof(file), "%s/cgroup.subtree_control", path);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, text, n) == n ? 0 : -errno;
}

static int depth(const char *below_mount)
{
	int level = 0;

	for (const char *p = below_mount; *p; p++)
		if (*p != '/' && (p == below_mount || p[-1] == '/'))
			level++;
	return level;
}

int cgroup_open(const char *path, char ret_path[CGROUP_PATH_MAX], int *ret_fd, uint64_t *ret_id,
	int *ret_level)
{
	const char *mount = cgroup_mount();
	char wanted[CGROUP_PATH_MAX], real[CGROUP_PATH_MAX];
	_cleanup_fd_ int fd = -1;
	struct statfs fs;
	struct stat st;
	size_t length;
	int n;

	if (!mount)
		return -errno;
	length = strlen(mount);
	if (!strncmp(path, mount, length) && (path[length] == '/' || !path[length]))
		path += length;
	n = snprintf(wanted, sizeof(wanted), "%s/%s", mount, path);
	if (n < 0 || n >= (int)sizeof(wanted))
		return -ENAMETOOLONG;
	if (!realpath(wanted, real))
		return -errno;
	fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) || fstat(fd, &st))
		return -errno;
	if (fs.f_type != CGROUP2_SUPER_MAGIC || strncmp(real, mount, length))
		return -EINVAL;
	/* A cgroup's id is its inode number (include/linux/kernfs.h: kernfs_ino, 64-bit). */
	*ret_id = st.st_ino;
	*ret_level = depth(real + length);
	snprintf(ret_path, CGROUP_PATH_MAX, "%s", real);
	*ret_fd = take_fd(&fd);
	return 0;
}

int cgroup_of_pid(pid_t pid, char ret_path[CGROUP_PATH_MAX])
{
	char name[64], line[CGROUP_PATH_MAX + 8];
	_cleanup_file_ FILE *f = NULL;

	snprintf(name, sizeof(name), "/proc/%d/cgroup", pid);
	f = fopen(name, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "0::", 3))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(ret_path, CGROUP_PATH_MAX, "%.*s", CGROUP_PATH_MAX - 1, line + 3);
		return 0;
	}
	return -ENOENT;
}

static int walk(char path[CGROUP_PATH_MAX], cgroup_visitor f, void *context)
{
	_cleanup_dir_ DIR *dir = opendir(path);
	size_t length = strlen(path);
	int stop = 0;

	/* One that has just been removed is no error. */
	for (struct dirent *e; dir && !stop && (e = readdir(dir));) {
		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		if (snprintf(path + length, CGROUP_PATH_MAX - length, "/%s", e->d_name) <
			(int)(CGROUP_PATH_MAX - length)) {
			stop = f(path, e->d_name, context);
			if (!stop)
				stop = walk(path, f, context);
		}
		path[length] = '\0';
	}
	return stop;
}

int cgroup_walk(const char *root, cgroup_visitor f, void *context)
{
	char path[CGROUP_PATH_MAX];

	snprintf(path, sizeof(path), "%s", root);
	return walk(path, f, context);
}

struct search {
	const char *name, *system;
	char *path;
	int found;
	bool in_system;
};

static int visit(const char *path, const char *name, void *context)
{
	struct search *s = context;
	bool in_system = !strncmp(path, s->system, strlen(s->system));

	if (strcmp(name, s->name))
		return 0;
	/* A system unit is what the name means when a user's manager has one of that name too. */
	if (in_system > s->in_system)
		s->found = 0;
	if (in_system < s->in_system)
		return 0;
	s->in_system = in_system;
	s->found++;
	snprintf(s->path, CGROUP_PATH_MAX, "%s", path);
	return 0;
}

static int find_unit(
	const char *below, const char *root, const char *unit, char ret_path[CGROUP_PATH_MAX])
{
	char system[CGROUP_PATH_MAX];
	struct search s = {.name = unit, .system = system, .path = ret_path};

	if (snprintf(system, sizeof(system), "%s/system.slice/", root) >= (int)sizeof(system))
		return -ENAMETOOLONG;
	cgroup_walk(below, visit, &s);
	if (!s.found)
		return -ENOENT;
	return s.found == 1 ? 0 : -EEXIST;
}

int cgroup_of_unit(const char *root, const char *unit, char ret_path[CGROUP_PATH_MAX])
{
	return find_unit(root, root, unit, ret_path);
}

/* The length of a path's beginning that ends before the n-th slash, or of all of it. */
static size_t until_slash(const char *path, int n)
{
	size_t length = 0;

	while (path[length] && !(path[length] == '/' && --n == 0))
		length++;
	return length;
}

/* The cgroup of the manager of what is at `path`: the top slice, or user.slice/user-N.slice/user@N.
 */
static size_t manager_of(const char *path)
{
	unsigned int uid, again;

	if (sscanf(path, "user.slice/user-%u.slice/user@%u.service/", &uid, &again) == 2)
		return until_slash(path, 3);
	return until_slash(path, 1);
}

int cgroup_of_unit_again(
	const char *root, const char *unit, const char *first, char ret_path[CGROUP_PATH_MAX])
{
	size_t length = strlen(root) + 1;
	char below[CGROUP_PATH_MAX];

	if (access(first, F_OK) == 0) {
		snprintf(ret_path, CGROUP_PATH_MAX, "%s", first);
		return 0;
	}
	length += manager_of(first + length);
	snprintf(below, sizeof(below), "%.*s", (int)length, first);
	return find_unit(below, root, unit, ret_path);
}

bool cgroup_is_removed(int fd)
{
	/* Nothing is found in a directory that is no more, however long it is held open. */
	return faccessat(fd, "cgroup.procs", F_OK, 0) && errno == ENOENT;
}

static int write_file(int dir, const char *name, const char *text)
{
	_cleanup_fd_ int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

int cgroup_leave(const char *mount)
{
	char path[CGROUP_PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/cgroup.procs", mount) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return write_file(AT_FDCWD, path, "0");
}

bool cgroup_is_populated(int dir)
{
	_cleanup_fd_ int fd = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	char text[128];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		return false;
	text[n] = '\0';
	return strstr(text, "populated 1") != NULL;
}

static bool has_processes(int dir)
{
	_cleanup_fd_ int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) == 1;
}

static bool is_hogs(const char *name)
{
	const char *rest = !strncmp(name, "jinx-", 5) ? strchr(name + 5, '-') : NULL;

	return rest && !strncmp(rest, "-hog", 4);
}

static bool child_is_populated(int dir, const char *name)
{
	_cleanup_fd_ int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && cgroup_is_populated(fd);
}

bool cgroup_is_inhabited(int dir)
{
	_cleanup_dir_ DIR *all = NULL;
	int copy;

	if (!cgroup_is_populated(dir) || has_processes(dir))
		return cgroup_is_populated(dir);
	copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	all = copy < 0 ? NULL : fdopendir(copy);
	for (struct dirent *e; all && (e = readdir(all));)
		if (e->d_type == DT_DIR && e->d_name[0] != '.' && !is_hogs(e->d_name) &&
			child_is_populated(dir, e->d_name))
			return true;
	return false;
}

int cgroup_kill(int dir, const char *name)
{
	char path[CGROUP_PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/cgroup.kill", name);
	return write_file(dir, path, "1");
}

static int remove_directory(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)at;
	return type == FTW_DP && rmdir(path) ? -1 : 0;
}

int cgroup_destroy(const char *path, int timeout_ms)
{
	for (;;) {
		(void)cgroup_kill(AT_FDCWD, path); /* that there is none shows next */
		if (nftw(path, remove_directory, 32, FTW_PHYS | FTW_DEPTH | FTW_MOUNT) == 0 ||
			errno == ENOENT)
			return 0;
		if (errno != EBUSY || timeout_ms <= 0)
			return -errno;
		usleep(10000);
		timeout_ms -= 10;
	}
}
