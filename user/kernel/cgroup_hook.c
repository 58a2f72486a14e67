// SPDX-License-Identifier: GPL-2.0
#include "kernel/cgroup_hook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "target/cgroup.h"

/*
 * Only programs that were attached with BPF_F_ALLOW_MULTI (links are) run beside others. One
 * without keeps others out, of its cgroup and of those below; with BPF_F_ALLOW_OVERRIDE it gives
 * way to one below it (kernel/bpf/cgroup.c: hierarchy_allows_attach,
 * compute_effective_progs, 6.12). What can't be asked is left to the attempt.
 */
static bool holds_alone(const char *path, enum bpf_attach_type hook, bool *ret_shared)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__u32 flags = 0, n = 0;

	*ret_shared = false;
	if (fd < 0 || bpf_prog_query(fd, hook, 0, &flags, NULL, &n) || !n)
		return false;
	*ret_shared = flags & BPF_F_ALLOW_MULTI;
	return !*ret_shared;
}

int cgroup_hook_is_free(const char *path, enum bpf_attach_type hook)
{
	const char *mount = cgroup_mount();
	char at[CGROUP_PATH_MAX];
	bool shared = false;

	if (!mount)
		return -errno;
	snprintf(at, sizeof(at), "%s", path);
	/* Above one that shares, the kernel doesn't look further. */
	while (!shared && strlen(at) >= strlen(mount)) {
		if (holds_alone(at, hook, &shared))
			return -EBUSY;
		*strrchr(at, '/') = '\0';
	}
	return 0;
}
