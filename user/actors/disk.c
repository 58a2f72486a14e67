// SPDX-License-Identifier: GPL-2.0
#include "actors/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"

/* As they stand in io.max (block/blk-throttle.c: tg_prfill_limit, 6.12). */
static const char *const names[NR_IO_LIMITS] = {
	[IO_READ] = "rbps=", [IO_WRITE] = "wbps=", [IO_READS] = "riops=", [IO_WRITES] = "wiops="};

/* "36 35 0:32 / /data rw,noatime shared:1 - btrfs /dev/sda2 rw": by the mount's number. */
static int find_source(unsigned long long mount, char *type, char *source)
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

/* Some file systems have devices of their own, of which nothing is known to the block layer. */
static int find_mounted(const char *path, unsigned long long mount, dev_t *ret, struct error *why)
{
	char type[64] = "?", source[256] = "";
	struct stat st;
	int err = find_source(mount, type, source);

	if (!err && source[0] == '/' && !stat(source, &st) && S_ISBLK(st.st_mode)) {
		*ret = st.st_rdev;
		return 0;
	}
	return error_set(why, -ENODEV, "%s is on %s, which is on no block device", path, type);
}

/* Limits are of whole disks (block/blk-cgroup.c: blkg_conf_open_bdev, 6.12). */
static dev_t whole_disk(dev_t device)
{
	unsigned int major, minor;
	char path[80];

	snprintf(
		path, sizeof(path), "/sys/dev/block/%u:%u/partition", major(device), minor(device));
	if (access(path, F_OK))
		return device;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", major(device), minor(device));

	_cleanup_file_ FILE *f = fopen(path, "re");

	return f && fscanf(f, "%u:%u", &major, &minor) == 2 ? makedev(major, minor) : device;
}

int disk_find(const char *path, char ret[DISK_NAME_MAX], struct error *why)
{
	struct statx st;
	dev_t device;
	int err = 0;

	if (statx(AT_FDCWD, path, 0, STATX_BASIC_STATS | STATX_MNT_ID, &st))
		return error_errno(why, -errno, "%s", path);
	device = makedev(st.stx_dev_major, st.stx_dev_minor);
	if (!st.stx_dev_major)
		err = find_mounted(path, st.stx_mnt_id, &device, why);
	if (err)
		return err;
	device = whole_disk(device);
	snprintf(ret, DISK_NAME_MAX, "%u:%u", major(device), minor(device));
	return 0;
}

void disk_limits_read(const char *text, uint64_t ret[NR_IO_LIMITS])
{
	for (int i = 0; i < NR_IO_LIMITS; i++) {
		const char *at = text ? strstr(text, names[i]) : NULL;

		ret[i] = 0;
		if (at)
			sscanf(at + strlen(names[i]), "%" SCNu64, &ret[i]); /* none of "max" */
	}
}

void disk_limits_write(
	const char *disk, const uint64_t limits[NR_IO_LIMITS], char *ret, size_t size)
{
	int n = snprintf(ret, size, "%s", disk);

	for (int i = 0; i < NR_IO_LIMITS && (size_t)n < size; i++)
		n += limits[i] ? snprintf(ret + n, size - n, " %s%" PRIu64, names[i], limits[i])
			       : snprintf(ret + n, size - n, " %smax", names[i]);
}
