/* SPDX-License-Identifier: GPL-2.0 */
/* Which file is mapped, as the kernel numbers it. */
#ifndef JINX_MAPPING_H
#define JINX_MAPPING_H

struct file_id;

/*
 * Asks the program resolve_mapping, of which `resolver` is a descriptor, what a file that is open
 * for reading is when it is mapped: below an overlay another one than that which is opened. 0 and
 * *ret, or -errno.
 */
int mapping_resolve(int resolver, int fd, struct file_id *ret);

#endif
