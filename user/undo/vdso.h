/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The vDSO of a process: its functions tell the time without a call. Each process has a copy of its
 * own once it is written to, so that of single processes they can be made to call the kernel, and
 * be made as they were.
 */
#ifndef JINX_VDSO_H
#define JINX_VDSO_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* What stands in the way of a process. */
enum unreached {
	UNREACHED_TRACED,  /* by somebody else, or it may not be */
	UNREACHED_SECCOMP, /* it has filters of system calls, and a call too many may end it */
	UNREACHED_VDSO,	   /* another one, or none: a 32-bit program */
	UNREACHED_LATE,	   /* it would see them go backwards */
	UNREACHED_BUSY,	   /* a thread does not come out of the kernel or of the functions */
	NR_UNREACHED
};

/* For people: "it is being traced" */
extern const char *const unreached_texts[NR_UNREACHED];

/* Whether this process's own vDSO, which is that of all, can be had. 0 or -errno with *why. */
int vdso_probe(struct error *why);

/*
 * Makes its functions call the kernel. 0: they do now, or did already; 1: it is left as it was, as
 * *ret says; -ESRCH: it is gone.
 */
int vdso_patch(pid_t pid, enum unreached *ret);

/* They do now: 1; 0: they don't; -ESRCH: it is gone. */
int vdso_is_patched(pid_t pid);

/* Makes them as they were. 1; 0: nothing of them was jinx's, or the process is gone; -errno. */
int vdso_restore(pid_t pid);

/* Makes all processes of a cgroup and those below it as they were. The same for all of them. */
int vdso_restore_all(const char *cgroup);

#endif
