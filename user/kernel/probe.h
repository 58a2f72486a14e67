/* SPDX-License-Identifier: GPL-2.0 */
/* How a mechanism is tried: by a program of a few instructions that changes nothing. */
#ifndef JINX_PROBE_H
#define JINX_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

#include "base/error.h"

struct btf;

/* The system call and the security hook that probes attach to: cheap, rare, harmless. */
#define PROBED_CALL "getpgid"
#define PROBED_HOOK "task_getpgid"

struct probe {
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type;
	const char *btf_name; /* function or tracepoint to attach to, or NULL */
	int btf_kind;
	int helper;    /* one that the real program calls and the probe must never, or 0 */
	int allow;     /* what the program returns: let it pass */
	bool must_run; /* attaching is not enough: it must be reached */
	bool sleepable;
	const char *never_reached; /* what it means if it isn't; or NULL */
	/* Returns a descriptor that keeps it attached, or -errno with the reason. NULL: by its BTF.
	 */
	int (*attach)(int program, struct error *why);
};

/* Loads and attaches it, and sees that it runs if it must. 0, or -errno with the reason. */
int probe_try(const struct probe *p, const struct btf *btf, struct error *why);

/* A program at this hook of the BPF LSM, by its id in the kernel's BTF, may sleep. */
bool probe_sleepable(uint32_t hook);

#endif
