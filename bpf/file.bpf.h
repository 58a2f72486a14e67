/* SPDX-License-Identifier: GPL-2.0 */
/* Which file an inode is. */
#ifndef JINX_FILE_BPF_H
#define JINX_FILE_BPF_H

static __always_inline bool same_file(const struct file_id *a, const struct file_id *b)
{
	return a->inode == b->inode && a->device == b->device && a->generation == b->generation;
}

static __always_inline void read_id(struct inode *inode, struct file_id *ret)
{
	ret->inode = BPF_CORE_READ(inode, i_ino);
	ret->device = BPF_CORE_READ(inode, i_sb, s_dev);
	ret->generation = BPF_CORE_READ(inode, i_generation);
}

#endif
