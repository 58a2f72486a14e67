/* SPDX-License-Identifier: GPL-2.0 */
/* Block devices, and what is on them. */
#ifndef JINX_DISKS_H
#define JINX_DISKS_H

#include <stdint.h>

/* A dev_t as the kernel has it (include/linux/kdev_t.h: MKDEV); user space's own has other bits. */
#define DISK(major, minor) ((uint32_t)(major) << 20 | (uint32_t)(minor))
#define DISK_MAJOR(disk) ((disk) >> 20)
#define DISK_MINOR(disk) ((disk)&0xfffff)

#define DISK_TYPE_MAX 64 /* of the name of a file system's type */

/*
 * The block device that a descriptor is of, or whose file system it is on. 0 or -errno; -ENODEV: it
 * is on none, but on a file system of this type.
 */
int disk_of(int fd, char type[DISK_TYPE_MAX], uint32_t *ret);

/* Of a partition its disk; of others themselves. */
uint32_t disk_whole(uint32_t disk);

/*
 * A place that the host or jinx needs, and whose reads or writes come by this device: "/"; NULL:
 * none does.
 */
const char *disk_is_needed(uint32_t disk);

#endif
