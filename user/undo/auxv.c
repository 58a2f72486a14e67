// SPDX-License-Identifier: GPL-2.0
#include "undo/auxv.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#include "base/cleanup.h"

#define WORDS 512
#define MOST_WORDS \
	1000000 /* of arguments and the environment (fs/exec.c: a quarter of the stack) */

/* Where it began: the 28th field of its stat (man 5 proc). 0: it is gone, or not to be seen. */
static uint64_t stack_of(pid_t pid)
{
	char path[64], line[1024];
	_cleanup_file_ FILE *f = NULL;
	unsigned long long at = 0;
	const char *rest;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	rest = f && fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	for (int field = 2; rest && field < 28; field++)
		rest = strchr(rest + 1, ' ');
	return rest && sscanf(rest, " %llu", &at) == 1 ? at : 0;
}

struct walk {
	pid_t pid;
	uint64_t at, words[WORDS];
	size_t n, next; /* that were read; which comes next */
};

/* False: there is none. */
static bool next_word(struct walk *w, uint64_t *ret)
{
	struct iovec here = {w->words, sizeof(w->words)}, there = {(void *)w->at, sizeof(w->words)};
	ssize_t got;

	if (w->next == w->n) {
		got = process_vm_readv(w->pid, &here, 1, &there, 1, 0);
		w->n = got > 0 ? got / sizeof(*ret) : 0;
		w->next = 0;
		w->at += w->n * sizeof(*ret);
	}
	*ret = w->n ? w->words[w->next++] : 0;
	return w->n;
}

bool auxv_has_no_vdso(pid_t pid)
{
	struct walk w = {.pid = pid, .at = stack_of(pid)};
	uint64_t word = 0, value;

	/* The number of arguments; these and the environment end with 0 each. */
	if (!w.at || !next_word(&w, &word))
		return false;
	for (int i = 0, ends = 0; ends < 2; ends += !word, i++)
		if (i > MOST_WORDS || !next_word(&w, &word))
			return false;
	while (next_word(&w, &word) && next_word(&w, &value))
		if (word == AT_NULL || word == AT_SYSINFO_EHDR)
			return word == AT_NULL;
	return false;
}
