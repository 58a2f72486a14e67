// SPDX-License-Identifier: GPL-2.0
#include "kernel/mapping.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "../../bpf/abi.h"

int mapping_resolve(int resolver, int fd, struct file_id *ret)
{
	size_t size = sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	struct resolve_mapping arg = {.address = (unsigned long)page};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &arg, .ctx_size_in = sizeof(arg));
	int err;

	if (page == MAP_FAILED)
		return -errno;
	err = bpf_prog_test_run_opts(resolver, &opts);
	munmap(page, size);
	*ret = arg.file;
	return err ?: arg.file.inode ? 0 : -ENOENT;
}
