// SPDX-License-Identifier: GPL-2.0
/* Fuzzes the search for places in a program: the file is whatever a target has at that path. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "target/functions.h"
#include "target/returns.h"
#include "target/symbols.h"
#include "target/usdt.h"
#include "target/usdt_arguments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A refusal says why, and nothing else does. */
static void check(int err, const struct error *why)
{
	if ((err != 0) != (why->message[0] != '\0') || err > 0)
		abort();
}

/* Whoever is told of it may read its texts. */
static bool read_function(const struct listed_function *f, void *context)
{
	size_t *length = context;

	*length += strlen(f->symbol) + (f->demangled ? strlen(f->demangled) : 0);
	return false;
}

static bool read_probe(const struct usdt_place *p, void *context)
{
	size_t *length = context;
	struct probe_arguments spec;

	for (unsigned int n = 0; n < 3; n++) {
		struct error why = {};

		check(usdt_argument_check(p->arguments, operand_x86_64, n, &why), &why);
		check(usdt_argument_check(p->arguments, operand_arm64, n, &why), &why);
	}
	*length += usdt_arguments(p->arguments, operand_here, &spec);
	*length += strlen(p->provider) + strlen(p->name) + strlen(p->arguments) +
		   strlen(p->place.name);
	return false;
}

static void find_functions(int fd)
{
	static const char *const wanted[] = {
		"one", "one+0x4", "two@V1", "shop::add", "shop::add(int)", "0x1000"};
	struct function_place p;

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct error why = {};

		check(functions_find(fd, "fuzz", wanted[i], &p, &why), &why);
		if (strlen(p.name) >= sizeof(p.name))
			abort();
	}
}

static void look_at_returns(int fd)
{
	struct returns found;
	Elf *elf;

	if (elf_open(fd, &elf))
		return;
	returns_of(elf, 0x1000, &found);
	if (elf_code_left(elf, 0x1000) && found.jumped_to && !found.refused)
		abort();
	elf_end(elf);
}

static void list(int fd)
{
	struct error why = {};
	size_t length = 0;

	check(functions_each(fd, "fuzz", "*", read_function, &length, &why), &why);
	why = (struct error){};
	check(usdt_each(fd, "fuzz", "*", read_probe, &length, &why), &why);
	why = (struct error){};
	check(usdt_find(fd, "fuzz", NULL, "pay", read_probe, &length, &why), &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_fd_ int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct error why = {};
	uint64_t low, high;
	int err;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	err = symbol_find(fd, "fuzz", "one", &low, &high, &why);
	check(err, &why);
	if (err && err != -ENOENT && err != -ENOEXEC)
		abort();
	find_functions(fd);
	look_at_returns(fd);
	list(fd);
	return 0;
}
