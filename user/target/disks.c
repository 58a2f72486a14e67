// SPDX-License-Identifier: GPL-2.0
#include "target/disks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"

#define DEEPEST 8 /* devices one on another */

/* "36 35 0:32 / /data rw,noatime shared:1 - btrfs /dev/sda2 rw": by the mount's number. */
static int find_source(unsigned long long mount, char type[DISK_TYPE_MAX], char source[256])
{
	_cleanup_file_ FILE *mounts = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (mounts && getline(&line, &size, mounts) > 0) {
		const char *rest = strstr(line, " - ");

		if (strtoull(line, NULL, 10) == mount && rest &&
			sscanf(rest, " - %63s %255s", type, source) == 2)
			return 0;
	}
	return -ENOENT;
}

int disk_of(int fd, char type[DISK_TYPE_MAX], uint32_t *ret)
{
	char source[256] = "";
	struct statx st;
	struct stat from;

	snprintf(type, DISK_TYPE_MAX, "?");
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &st))
		return -errno;
	if (S_ISBLK(st.stx_mode)) {
		*ret = DISK(st.stx_rdev_major, st.stx_rdev_minor);
		return 0;
	}
	if (st.stx_dev_major) {
		*ret = DISK(st.stx_dev_major, st.stx_dev_minor);
		return 0;
	}
	/* Some file systems have devices of their own, of which the block layer knows nothing. */
	if (find_source(st.stx_mnt_id, type, source) || source[0] != '/' || stat(source, &from) ||
		!S_ISBLK(from.st_mode))
		return -ENODEV;
	*ret = DISK(major(from.st_rdev), minor(from.st_rdev));
	return 0;
}

static bool read_device(const char *path, uint32_t *ret)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	unsigned int major, minor;

	if (!f || fscanf(f, "%u:%u", &major, &minor) != 2)
		return false;
	*ret = DISK(major, minor);
	return true;
}

uint32_t disk_whole(uint32_t disk)
{
	char path[80];
	uint32_t whole = disk;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", DISK_MAJOR(disk),
		DISK_MINOR(disk));
	if (access(path, F_OK))
		return disk;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", DISK_MAJOR(disk),
		DISK_MINOR(disk));
	return read_device(path, &whole) ? whole : disk;
}

/* What goes to `disk` comes by `by`: that is it, its disk, or a device that it is made of. */
static bool comes_by(uint32_t disk, uint32_t by, int depth)
{
	uint32_t whole = disk_whole(disk), next;
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *below;
	bool found = disk == by || whole == by;
	int n = snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/slaves", DISK_MAJOR(whole),
		DISK_MINOR(whole));

	below = found || !depth ? NULL : opendir(path);
	while (!found && below && (entry = readdir(below))) {
		snprintf(path + n, sizeof(path) - n, "/%s/dev", entry->d_name);
		found = entry->d_name[0] != '.' && read_device(path, &next) &&
			comes_by(next, by, depth - 1);
	}
	if (below)
		closedir(below);
	return found;
}

const char *disk_is_needed(uint32_t disk)
{
	const char *places[] = {"/", "/usr", "/var", "/etc", "/tmp", "/proc/self/exe",
		getenv("HOME"), getenv("XDG_STATE_HOME"), getenv("TMPDIR"), "."};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_fd_ int fd = places[i] ? open(places[i], O_PATH | O_CLOEXEC) : -1;
		char type[DISK_TYPE_MAX];
		uint32_t on;

		if (fd >= 0 && !disk_of(fd, type, &on) && comes_by(on, disk, DEEPEST))
			return places[i];
	}
	return NULL;
}
