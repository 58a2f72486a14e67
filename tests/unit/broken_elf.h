/* SPDX-License-Identifier: GPL-2.0 */
/* The test's own program, to be broken in memory. */
#ifndef JINX_BROKEN_ELF_H
#define JINX_BROKEN_ELF_H

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

static inline int self(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

struct copy {
	char *bytes;
	size_t size;
	Elf64_Ehdr *head;
	Elf64_Shdr *sections;
};

static inline struct copy copy_self(void)
{
	_cleanup_fd_ int fd = self();
	struct copy c;
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	c.size = st.st_size;
	c.bytes = mmap(NULL, c.size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(c.bytes, MAP_FAILED);
	c.head = (Elf64_Ehdr *)c.bytes;
	c.sections = (Elf64_Shdr *)(c.bytes + c.head->e_shoff);
	return c;
}

static inline int file_of(const void *bytes, size_t size)
{
	int fd = memfd_create("broken", MFD_CLOEXEC);

	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	return fd;
}

static inline Elf64_Shdr *section_of(const struct copy *c, const char *name)
{
	const char *names = c->bytes + c->sections[c->head->e_shstrndx].sh_offset;

	for (unsigned int i = 0; i < c->head->e_shnum; i++)
		if (!strcmp(names + c->sections[i].sh_name, name))
			return &c->sections[i];
	fail_msg("no section %s", name);
	return NULL;
}

static inline void make_nonsense(struct copy *c)
{
	static const unsigned int types[] = {
		SHT_SYMTAB, SHT_DYNSYM, SHT_GNU_versym, SHT_GNU_verdef, SHT_NOTE};

	for (unsigned int i = 0; i < c->head->e_shnum; i++) {
		c->sections[i].sh_type = types[i % ARRAY_SIZE(types)];
		c->sections[i].sh_link = i * 7919;
		c->sections[i].sh_entsize = i % 3;
		c->sections[i].sh_offset += i * 131;
	}
}

static inline void drop(struct copy *c)
{
	munmap(c->bytes, c->size);
}

#endif
