/* SPDX-License-Identifier: GPL-2.0 */
/* The types of the running kernel. */
#ifndef JINX_KERNEL_BTF_H
#define JINX_KERNEL_BTF_H

struct btf;

/*
 * Loads them, to be freed with btf__free(). Mapped where the kernel allows it (6.16; kernel/bpf/
 * sysfs_btf.c: btf_sysfs_vmlinux_mmap), as libbpf does from 1.6 on: a file in sysfs is read a page
 * at a time, 1400 calls for these. NULL: there are none (errno).
 */
struct btf *kernel_btf_load(void);

#endif
