// SPDX-License-Identifier: GPL-2.0
#include "kernel/uprobe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <bpf/bpf.h>

#include "base/cleanup.h"

/* union bpf_attr of BPF_LINK_CREATE for such a link, as of Linux 6.6: headers may be older. */
struct link_create {
	__u32 program, target;
	__u32 attach_type, flags;
	__u64 path, offsets, semaphores, cookies;
	__u32 n, uprobe_flags, pid;
};

/* The kernel refuses what comes after the last field. */
#define LINK_CREATE_SIZE 60
#define AT_RETURN 1u /* include/uapi/linux/bpf.h: BPF_F_UPROBE_MULTI_RETURN */

static int create(struct link_create *attr)
{
	int fd;

	_Static_assert(sizeof(*attr) >= LINK_CREATE_SIZE, "all fields");
	fd = syscall(SYS_bpf, BPF_LINK_CREATE, attr, LINK_CREATE_SIZE);
	return fd < 0 ? -errno : fd;
}

int uprobe_attach(int program, const char *path, const uint64_t *offsets, const uint64_t *cookies,
	unsigned int n)
{
	struct link_create attr = {.program = program,
		.attach_type = UPROBE_MULTI,
		.path = (uintptr_t)path,
		.offsets = (uintptr_t)offsets,
		.cookies = (uintptr_t)cookies,
		.n = n};

	return create(&attr);
}

int uprobe_attach_one(int program, const struct uprobe *where)
{
	struct link_create attr = {.program = program,
		.attach_type = UPROBE_MULTI,
		.path = (uintptr_t)where->path,
		.offsets = (uintptr_t)&where->offset,
		.semaphores = where->semaphore ? (uintptr_t)&where->semaphore : 0,
		.cookies = (uintptr_t)&where->cookie,
		.n = 1,
		.uprobe_flags = where->at_return ? AT_RETURN : 0};

	return create(&attr);
}

int uprobe_own_offset(const void *function, uint64_t *ret)
{
	_cleanup_file_ FILE *maps = fopen("/proc/self/maps", "re");
	uint64_t low, high, offset;
	char line[4200];

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64, &low, &high, &offset) ==
				3 &&
			(uintptr_t)function >= low && (uintptr_t)function < high) {
			*ret = (uintptr_t)function - low + offset;
			return 0;
		}
	return -ENOENT;
}

static int read_number(const char *path, const char *format, int *ret)
{
	_cleanup_file_ FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	return fscanf(f, format, ret) == 1 ? 0 : -EINVAL;
}

/* kernel/events/core.c: perf_uprobe, uprobe_attr_groups */
int uprobe_attach_event(int program, const struct uprobe *where)
{
	static const char folder[] = "/sys/bus/event_source/devices/uprobe/";
	struct perf_event_attr attr = {.size = sizeof(attr)};
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = where->cookie);
	_cleanup_fd_ int event = -1;
	int type, bit = 0, link, err;
	char path[96];

	snprintf(path, sizeof(path), "%stype", folder);
	err = read_number(path, "%d", &type);
	if (err)
		return err == -ENOENT ? -EOPNOTSUPP : err;
	snprintf(path, sizeof(path), "%sformat/retprobe", folder);
	read_number(path, "config:%d", &bit);
	attr.type = type;
	attr.config = (where->at_return ? 1ull << bit : 0) | where->semaphore << 32;
	attr.config1 = (uintptr_t)where->path;
	attr.config2 = where->offset;
	event = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return -errno;
	/* The link keeps the event. */
	link = bpf_link_create(program, event, BPF_PERF_EVENT, &opts);
	return link;
}
