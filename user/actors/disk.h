/* SPDX-License-Identifier: GPL-2.0 */
/* Which block device a directory's file system is on, and what io.max says of one. */
#ifndef JINX_ACTORS_DISK_H
#define JINX_ACTORS_DISK_H

#include "base/error.h"
#include "scenario/scenario.h"

#define DISK_NAME_MAX 24

/*
 * The number of the whole disk, as io.max has it: "8:0". 0, or -errno with the reason: nothing
 * there, or it is on no block device (tmpfs, a network's).
 */
int disk_find(const char *path, char ret[DISK_NAME_MAX], struct error *why);

/*
 * A line of io.max without its device, "rbps=max wbps=5242880 riops=max wiops=max"; NULL for one
 * that isn't there: nothing is limited.
 */
void disk_limits_read(const char *text, uint64_t ret[NR_IO_LIMITS]);
/* The same as the kernel gives it back, with the device before it. */
void disk_limits_write(
	const char *disk, const uint64_t limits[NR_IO_LIMITS], char *ret, size_t size);

#endif
