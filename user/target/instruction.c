// SPDX-License-Identifier: GPL-2.0
#include "target/instruction.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define MOST_BYTES 15 /* of an instruction */

#if defined(__x86_64__)
/*
 * What uprobe_init_insn() of arch/x86/kernel/uprobes.c (Linux 6.18) refuses by its first bytes.
 * NULL: nothing. endbr64, with which functions begin, it takes.
 */
static const char *refused(const unsigned char *code, size_t n)
{
	size_t i = 0;

	/* Prefixes; the last one is REX. memchr() and not strchr(): 0 is an instruction. */
	for (; i < n && (memchr("\x66\x67\x64\x65\xf2\xf3", code[i], 6) ||
				memchr("\xf0\x26\x2e\x36\x3e", code[i], 5));
		i++) {
		if (code[i] == 0xf0)
			return "a lock prefix";
		if (memchr("\x26\x2e\x36\x3e", code[i], 4))
			return "a prefix for a segment";
	}
	if (i < n && (code[i] & 0xf0) == 0x40)
		i++;
	if (i == n)
		return "nothing";
	if (code[i] == 0xcc)
		return "a breakpoint (int3)";
	/* in, out, insb, outsb and so on; int, iret, int1, hlt, cli, sti */
	if (memchr("\x6c\x6d\x6e\x6f\xe4\xe5\xe6\xe7\xec\xed\xee\xef\xcd\xcf\xf1\xf4\xfa\xfb",
		    code[i], 18))
		return "an instruction of the kernel's own";
	return NULL;
}
#else
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
	what = refused(code, n);
	if (!what)
		return 0;
	return error_set(why, -EOPNOTSUPP,
		"\"%s\" begins with %s: the kernel puts no breakpoint (uprobe) there", name, what);
}
