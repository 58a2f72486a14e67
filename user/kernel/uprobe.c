// SPDX-License-Identifier: GPL-2.0
#include "kernel/uprobe.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

/* union bpf_attr of BPF_LINK_CREATE for such a link, as of Linux 6.6: headers may be older. */
struct link_create {
	__u32 program, target;
	__u32 attach_type, flags;
	__u64 path, offsets, semaphores, cookies;
	__u32 n, uprobe_flags, pid;
};

/* The kernel refuses what comes after the last field. */
#define LINK_CREATE_SIZE 60

int uprobe_attach(int program, const char *path, const uint64_t *offsets, const uint64_t *cookies,
	unsigned int n)
{
	struct link_create attr = {.program = program,
		.attach_type = UPROBE_MULTI,
		.path = (uintptr_t)path,
		.offsets = (uintptr_t)offsets,
		.cookies = (uintptr_t)cookies,
		.n = n};
	int fd;

	_Static_assert(sizeof(attr) >= LINK_CREATE_SIZE, "all fields");
	fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, LINK_CREATE_SIZE);
	return fd < 0 ? -errno : fd;
}
