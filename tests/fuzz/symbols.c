// SPDX-License-Identifier: GPL-2.0
/* Fuzzes the search for a function in a program: the file is whatever a target has at that path. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "target/symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_fd_ int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct error why = {};
	uint64_t low, high;
	int err;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	err = symbol_find(fd, "fuzz", "one", &low, &high, &why);
	if (err ? (err != -ENOENT && err != -ENOEXEC) || !why.message[0] : why.message[0] != '\0')
		abort();
	return 0;
}
