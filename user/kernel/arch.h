/* SPDX-License-Identifier: GPL-2.0 */
/* The one place in user space where the architecture has a name. */
#ifndef JINX_ARCH_H
#define JINX_ARCH_H

#include <stdbool.h>

/* So many bytes of a function bytes_to_jump() looks at. */
#define CODE_BYTES 8

#if defined(__x86_64__)
#define SYSCALL_PREFIX "__x64_sys_"

/*
 * Most of glibc's functions for calls begin with a look at whether there are threads, and a jump
 * (cmpb $0, ...(%rip); je or jne), by which everything but flags is as it was. 0: this one doesn't.
 */
static inline unsigned int bytes_to_jump(const unsigned char code[CODE_BYTES])
{
	bool looks = code[0] == 0x80 && code[1] == 0x3d && !code[6];

	return looks && (code[7] == 0x74 || code[7] == 0x75) ? 7 : 0;
}
#elif defined(__aarch64__)
#define SYSCALL_PREFIX "__arm64_sys_"

static inline unsigned int bytes_to_jump(const unsigned char code[CODE_BYTES])
{
	(void)code;
	return 0;
}
#else
#error "name the prefix of this architecture's system call functions"
#endif

#endif
