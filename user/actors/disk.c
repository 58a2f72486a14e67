// SPDX-License-Identifier: GPL-2.0
#include "actors/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/disks.h"

/* As they stand in io.max (block/blk-throttle.c: tg_prfill_limit, 6.12). */
static const char *const names[NR_IO_LIMITS] = {
	[IO_READ] = "rbps=", [IO_WRITE] = "wbps=", [IO_READS] = "riops=", [IO_WRITES] = "wiops="};

int disk_find(const char *path, char ret[DISK_NAME_MAX], struct error *why)
{
	_cleanup_fd_ int fd = open(path, O_PATH | O_CLOEXEC);
	char type[DISK_TYPE_MAX];
	uint32_t disk;
	int err = fd < 0 ? -errno : disk_of(fd, type, &disk);

	if (err == -ENODEV)
		return error_set(why, err, "%s is on %s, which is on no block device", path, type);
	if (err)
		return error_errno(why, err, "%s", path);
	/* Limits are of whole disks (block/blk-cgroup.c: blkg_conf_open_bdev, 6.12). */
	disk = disk_whole(disk);
	snprintf(ret, DISK_NAME_MAX, "%u:%u", DISK_MAJOR(disk), DISK_MINOR(disk));
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
