/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel told a program as it began: the auxiliary vector, which is on its stack. */
#ifndef JINX_AUXV_H
#define JINX_AUXV_H

#include <stdbool.h>
#include <sys/types.h>

/* It was told of no vDSO, as bpf/skew.bpf.h had hidden it. */
bool auxv_has_no_vdso(pid_t pid);

#endif
