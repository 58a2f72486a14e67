/* SPDX-License-Identifier: GPL-2.0 */
/* Who makes a call: files, identities, and what the look at the caller has to consider. */
#ifndef JINX_ABI_CALLER_H
#define JINX_ABI_CALLER_H

#include "check.h"

#define MAX_TARGETS 16	  /* one bit each in a __u32; the look at the cgroup is unrolled */
#define MAX_IDENTITIES 16 /* values per comm/uid/exe list of only, except and where */
#define COMM_LEN 16
#define MAX_CMDLINES 32	      /* texts of command lines, of all rules and targets; a bit each */
#define CMDLINE_WORDS 4	      /* of eight bytes, of such a text */
#define CMDLINE_LOOKED_AT 512 /* the beginning of a command line, in bytes */

/*
 * A file, as the kernel numbers it. Nothing holds it: its file system may be unmounted, and a file
 * that gets the same inode later is told from it by the generation.
 */
struct file_id {
	__u64 inode;  /* 0: none */
	__u32 device; /* of the super block; stat() may name another */
	__u32 generation;
};

SIZE_IS(file_id, 16);

/* A text, spaces as NUL; the mask has its bytes. */
struct cmdline_test {
	__u64 words[CMDLINE_WORDS], mask[CMDLINE_WORDS];
};

SIZE_IS(cmdline_test, 64);

/* Lists of identities; a kind with no value is not asked for. */
struct identity {
	__u32 n_comm, n_thread_name, n_uid, n_exe;
	__u32 cmdlines; /* which of the texts, a bit each */
	__u32 unused;
	__u32 uid[MAX_IDENTITIES];
	struct file_id exe[MAX_IDENTITIES];
	char comm[MAX_IDENTITIES][COMM_LEN]; /* the process's, which is its first thread's */
	char thread_name[MAX_IDENTITIES][COMM_LEN];
};

SIZE_IS(identity, 856);

/* A target's narrowing: all kinds of `only` must match, none of `except` may. */
struct narrowing {
	struct identity only, except;
};

SIZE_IS(narrowing, 1712);

/* target_cgroup of a slot that holds no cgroup, for now or at all. */
#define NO_CGROUP (~0ull)

/* What the look at the caller has to consider; a constant at load. */
enum aim {
	AIM_ONE,     /* one cgroup */
	AIM_SEVERAL, /* several */
	AIM_MIXED,   /* processes, and perhaps cgroups */
};

#define MAX_PROTECTED 32       /* processes */
#define MAX_PROTECTED_COMMS 16 /* names of programs */

#endif
