// SPDX-License-Identifier: GPL-2.0
#include "target/instruction.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define LONGEST_LOOK (64u << 20) /* no function is that long */

#if defined(__x86_64__)
/* Size of operands and of addresses, fs:, gs:, repne, rep; and those that the kernel refuses. */
static const unsigned char prefixes[] = {0x66, 0x67, 0x64, 0x65, 0xf2, 0xf3};
static const unsigned char segments[] = {0x26, 0x2e, 0x36, 0x3e};
/* in and out of all kinds; int, iret, int1, hlt, cli, sti */
static const unsigned char privileged[] = {0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xe7, 0xec,
	0xed, 0xee, 0xef, 0xcd, 0xcf, 0xf1, 0xf4, 0xfa, 0xfb};
/* Behind 0f: syscall, sysenter, ud2 and what only the kernel may do. */
static const unsigned char privileged_0f[] = {
	0x00, 0x01, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0b, 0x30, 0x34, 0x35, 0x37};

#define IS_ONE_OF(byte, bytes) memchr(bytes, byte, sizeof(bytes))

/*
 * What uprobe_init_insn() of arch/x86/kernel/uprobes.c (Linux 6.11 and later) refuses by its first
 * bytes. NULL: nothing. endbr64, with which functions begin, it takes.
 */
static const char *refused(const unsigned char *code, size_t n)
{
	size_t i = 0;

	while (i < n && IS_ONE_OF(code[i], prefixes))
		i++;
	if (i < n && code[i] == 0xf0)
		return "a lock prefix";
	if (i < n && IS_ONE_OF(code[i], segments))
		return "a prefix for a segment";
	if (i < n && (code[i] & 0xf0) == 0x40) /* REX */
		i++;
	if (i == n)
		return "nothing";
	if (code[i] == 0xcc)
		return "a breakpoint (int3)";
	if (IS_ONE_OF(code[i], privileged) ||
		(code[i] == 0x0f && i + 1 < n && IS_ONE_OF(code[i + 1], privileged_0f)))
		return "a system call, a trap, or an instruction of the kernel's own";
	return NULL;
}
/*
 * The flag by which the kernel has one instruction carried out is among those that are stored, and
 * set again by who takes them back: nobody waits for the trap of the next one.
 */
static bool stores_flags(const unsigned char *code, size_t n)
{
	size_t i = 0;

	while (i < n && (IS_ONE_OF(code[i], prefixes) || (code[i] & 0xf0) == 0x40))
		i++;
	return i < n && code[i] == 0x9c;
}
#else
static bool stores_flags(const unsigned char *code, size_t n)
{
	(void)code;
	(void)n;
	return false;
}

/* arch/arm64/kernel/probes/uprobes.c: arch_uprobe_analyze_insn() wants whole words. */
static const char *refused(const unsigned char *code, size_t n)
{
	(void)code;
	return n < 4 ? "nothing" : NULL;
}
#endif

int instruction_eligible(int fd, uint64_t offset, const char *name, struct error *why)
{
	unsigned char code[MOST_BYTES];
	ssize_t n = pread(fd, code, sizeof(code), (off_t)offset);
	const char *what;

	if (n < 0)
		return error_errno(why, -errno, "reading what is at \"%s\"", name);
#if defined(__aarch64__)
	if (offset % 4)
		return error_set(why, -EOPNOTSUPP, "no instruction begins at \"%s\"", name);
#endif
	if (stores_flags(code, n))
		return error_set(why, -EOPNOTSUPP,
			"\"%s\" begins with pushf: what the kernel carries out at a breakpoint "
			"(uprobe) there makes the process stop at each instruction, and end",
			name);
	what = refused(code, n);
	if (!what)
		return 0;
	return error_set(why, -EOPNOTSUPP,
		"\"%s\" begins with %s: the kernel puts no breakpoint (uprobe) there", name, what);
}

#if defined(__x86_64__)
int instruction_begins(int fd, uint64_t offset, uint64_t more, const char *name, struct error *why)
{
	size_t size = more + MOST_BYTES, at = 0, length = 1;
	_cleanup_free_ unsigned char *code = more < LONGEST_LOOK ? malloc(size) : NULL;
	ssize_t n = code ? pread(fd, code, size, (off_t)offset) : 0;

	if (n < 0)
		return error_errno(why, -errno, "reading what is at \"%s\"", name);
	while (at < more && length) {
		length = at < (size_t)n ? instruction_length_x86_64(code + at, n - at) : 0;
		at += length;
	}
	if (at == more)
		return 0;
	if (at < more)
		return error_set(why, -EOPNOTSUPP,
			"\"%s\": nobody can tell whether an instruction begins there, as what is "
			"0x%zx bytes behind the beginning is none that is known",
			name, at);
	return error_set(why, -EOPNOTSUPP,
		"\"%s\" is in the middle of an instruction, which a breakpoint would change for "
		"whoever runs it: one begins at +0x%zx, the next at +0x%zx",
		name, at - length, at);
}
#else
int instruction_begins(int fd, uint64_t offset, uint64_t more, const char *name, struct error *why)
{
	(void)fd;
	(void)offset;
	(void)more;
	(void)name;
	(void)why;
	return 0; /* each has four bytes: instruction_eligible() */
}
#endif
