/* SPDX-License-Identifier: GPL-2.0 */
/* The one place in user space where the architecture has a name. */
#ifndef JINX_ARCH_H
#define JINX_ARCH_H

#if defined(__x86_64__)
#define SYSCALL_PREFIX "__x64_sys_"
#elif defined(__aarch64__)
#define SYSCALL_PREFIX "__arm64_sys_"
#else
#error "name the prefix of this architecture's system call functions"
#endif

#endif
