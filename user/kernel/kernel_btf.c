// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_btf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <bpf/btf.h>

#include "base/cleanup.h"

struct btf *kernel_btf_load(void)
{
	_cleanup_fd_ int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct stat st;
	struct btf *btf;
	void *data;

	if (fd < 0 || fstat(fd, &st) || !st.st_size)
		return btf__load_vmlinux_btf();
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return btf__load_vmlinux_btf();
	btf = btf__new(data, st.st_size);
	munmap(data, st.st_size);
	return btf;
}
