// SPDX-License-Identifier: GPL-2.0
/* USDT probes: where they are, and notes that say nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "broken_elf.h"
#include "target/usdt.h"

/* As <sys/sdt.h> makes them, with and without a counter. */
__attribute__((section(".probes"), used)) unsigned short jinx_test_pay_semaphore = 4711;

#define PROBE(name, semaphore, arguments)                                                    \
	__asm__ volatile("990: nop\n"                                                        \
			 ".pushsection .note.stapsdt, \"\", \"note\"\n"                      \
			 ".balign 4\n"                                                       \
			 ".4byte 992f-991f, 994f-993f, 3\n"                                  \
			 "991: .asciz \"stapsdt\"\n"                                         \
			 "992: .balign 4\n"                                                  \
			 "993: .8byte 990b\n"                                                \
			 ".8byte _.stapsdt.base\n"                                           \
			 ".8byte " semaphore "\n"                                            \
			 ".asciz \"jinx_test\"\n"                                            \
			 ".asciz \"" name "\"\n"                                             \
			 ".asciz \"" arguments "\"\n"                                        \
			 "994: .balign 4\n"                                                  \
			 ".popsection\n"                                                     \
			 ".ifndef _.stapsdt.base\n"                                          \
			 ".pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, " \
			 "comdat\n"                                                          \
			 ".weak _.stapsdt.base\n"                                            \
			 ".hidden _.stapsdt.base\n"                                          \
			 "_.stapsdt.base: .space 1\n"                                        \
			 ".size _.stapsdt.base, 1\n"                                         \
			 ".popsection\n"                                                     \
			 ".endif\n")

int probed(int n) __attribute__((noinline, used));
int probed(int n)
{
	PROBE("pay", "jinx_test_pay_semaphore", "-4@%edi 8@%rsi");
	if (n)
		PROBE("refund", "0", "");
	PROBE("refund", "0", "");
	return n;
}

struct probes {
	struct function_place all[8];
	char arguments[8][64];
	unsigned int n;
};

static bool note_probe(const struct usdt_place *p, void *context)
{
	struct probes *all = context;

	assert_string_equal(p->provider, "jinx_test");
	snprintf(all->arguments[all->n], sizeof(all->arguments[0]), "%s", p->arguments);
	all->all[all->n++] = p->place;
	return all->n == 8;
}

static void usdt(void **state)
{
	struct function_place function;
	_cleanup_fd_ int fd = self();
	struct probes all = {};
	struct error why = {};
	unsigned short counter;
	unsigned char nop;

	(void)state;
	assert_int_equal(functions_find(fd, "self", "probed", &function, &why), 0);
	assert_int_equal(usdt_find(fd, "self", "jinx_test", "pay", note_probe, &all, &why), 0);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.all[0].name, "jinx_test:pay");
	assert_string_equal(all.arguments[0], "-4@%edi 8@%rsi");
	assert_in_range(all.all[0].offset, function.offset, function.offset + function.size);
	assert_in_range(all.all[0].address, function.address, function.address + function.size);
	assert_int_equal(pread(fd, &nop, 1, all.all[0].offset), 1);
	assert_int_equal(nop, 0x90);
	assert_int_equal(
		pread(fd, &counter, sizeof(counter), all.all[0].semaphore), sizeof(counter));
	assert_int_equal(counter, 4711);
	all.n = 0;
	assert_int_equal(usdt_find(fd, "self", NULL, "refund", note_probe, &all, &why), 0);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.all[1].semaphore, 0);
	assert_string_equal(all.arguments[0], "");
	all.n = 0;
	assert_int_equal(usdt_each(fd, "self", "jinx_test:*", note_probe, &all, &why), 0);
	assert_int_equal(all.n, 3);
	all.n = 0;
	assert_int_equal(usdt_each(fd, "self", "p*y", note_probe, &all, &why), 0);
	assert_int_equal(all.n, 1);
	assert_int_equal(usdt_find(fd, "self", "jinx", "pay", note_probe, &all, &why), -ENOENT);
	assert_non_null(strstr(why.message, "\"self\" has no USDT probe \"jinx:pay\""));
}

static unsigned int probes_of(const struct copy *c, struct probes *all)
{
	_cleanup_fd_ int fd = file_of(c->bytes, c->size);
	struct error why = {};
	int err;

	*all = (struct probes){};
	err = usdt_each(fd, "it", "*", note_probe, all, &why);
	assert_int_equal(err, all->n ? 0 : -ENOENT);
	return all->n;
}

/* As prelink does it: everything is elsewhere, but the notes are as they were. */
static void a_file_that_has_moved(void **state)
{
	struct copy c = copy_self();
	Elf64_Phdr *segments = (Elf64_Phdr *)(c.bytes + c.head->e_phoff);
	struct probes before, after;

	(void)state;
	assert_int_equal(probes_of(&c, &before), 3);
	for (unsigned int i = 0; i < c.head->e_phnum; i++)
		segments[i].p_vaddr += 0x40000000;
	section_of(&c, ".stapsdt.base")->sh_addr += 0x40000000;
	assert_int_equal(probes_of(&c, &after), 3);
	assert_int_equal(after.all[0].address, before.all[0].address + 0x40000000);
	assert_int_equal(after.all[0].offset, before.all[0].offset);
	assert_int_equal(after.all[0].semaphore, before.all[0].semaphore);
	drop(&c);
}

static void broken_notes(void **state)
{
	struct copy c = copy_self();
	Elf64_Shdr *notes = section_of(&c, ".note.stapsdt");
	char *first = c.bytes + notes->sh_offset;
	Elf64_Nhdr *note = (Elf64_Nhdr *)first, kept = *note;
	uint64_t *addresses = (uint64_t *)(first + 20), place = addresses[0];
	struct probes all;

	(void)state;
	assert_int_equal(probes_of(&c, &all), 3);
	note->n_type = 4;
	assert_int_equal(probes_of(&c, &all), 2);
	*note = kept;
	first[12] = 'S';
	assert_int_equal(probes_of(&c, &all), 2);
	first[12] = 's';
	addresses[0] = 0x7fffffffffff;
	assert_int_equal(probes_of(&c, &all), 2);
	addresses[0] = place;
	addresses[2] = 0x7fffffffffff;
	assert_int_equal(probes_of(&c, &all), 2);
	/* It ends in the middle; what follows is no note. */
	addresses[2] = 0;
	notes->sh_size = 20 + sizeof(uint64_t);
	assert_int_equal(probes_of(&c, &all), 0);
	notes->sh_size = UINT64_MAX;
	assert_int_equal(probes_of(&c, &all), 0);
	drop(&c);
}

static void nonsense(void **state)
{
	struct copy c = copy_self();
	_cleanup_fd_ int short_file = file_of(c.bytes, c.head->e_shoff);
	struct error why = {};
	struct probes all;

	(void)state;
	assert_int_equal(usdt_find(short_file, "it", NULL, "pay", note_probe, &all, &why), -ENOENT);
	make_nonsense(&c);
	assert_int_equal(probes_of(&c, &all), 0);
	c.head->e_type = ET_REL;
	close(short_file);
	short_file = file_of(c.bytes, c.size);
	assert_int_equal(usdt_each(short_file, "it", "*", note_probe, &all, &why), -ENOEXEC);
	assert_string_equal(
		why.message, "\"it\" is an ELF file, but no program or library that is linked");
	drop(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usdt),
		cmocka_unit_test(a_file_that_has_moved),
		cmocka_unit_test(broken_notes),
		cmocka_unit_test(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
