/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The undo journal: what has to be put back when the process that changed it is gone. It is memory
 * that one process writes, the keeper, and that others can only read: the janitor and jinx. A
 * record is written before the act that it undoes. Whoever is left executes the records, newest
 * first, and writes only where the value is still the one that jinx wrote; doing so twice, or by
 * two processes at once, changes nothing more.
 */
#ifndef JINX_JOURNAL_H
#define JINX_JOURNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "undo/stopped.h"

#define JOURNAL_RECORDS 64
/* So long its writer vouches for it each time. */
#define VOUCH_NS 2000000000ull
#define JOURNAL_NAME_MAX 32
#define JOURNAL_LINE_MAX 24
#define JOURNAL_VALUE_MAX 128

enum undo_kind {
	UNDO_VALUE,  /* a value that is written back */
	UNDO_FOLDER, /* a cgroup, with the processes in it, that is removed: folder.h */
	UNDO_STOP,   /* processes that are continued: stopped.h */
	UNDO_CLOCKS, /* of a cgroup, whose vDSO is put back: vdso.h */
	NR_UNDO_KINDS
};

/* A value in a file, as it was before and as jinx makes it: its first line, without its end, or the
 * whole one that begins with the word `line`.
 * Or a folder, which has a name and nothing else; or processes. */
struct undo {
	uint32_t kind;	    /* enum undo_kind; all bytes are in the sum */
	uint32_t n_stopped; /* of UNDO_STOP */
	union {
		char directory[PATH_MAX]; /* absolute */
		struct stopped stopped[STOPPED_MAX];
	};
	uint64_t inode; /* of the directory: another one at that path is none of jinx's */
	char file[JOURNAL_NAME_MAX]; /* in it, without a slash */
	char line[JOURNAL_LINE_MAX]; /* "": the first */
	char before[JOURNAL_VALUE_MAX], ours[JOURNAL_VALUE_MAX];
};

struct journal;

/* Shared with the processes that are forked later. NULL: errno. */
struct journal *journal_new(void);
void journal_free(struct journal *j);

/* From now on this process can only read it, and can't take that back. 0 or -errno. */
int journal_protect(struct journal *j);

/*
 * Writes a record; its number in *ret. -ENOSPC: there are JOURNAL_RECORDS already; -EINVAL: a file
 * with a slash, or a path or a value that does not fit. The act must then not take place.
 */
int journal_add(struct journal *j, const struct undo *u, unsigned int *ret);
/* Forgets it: it has been undone. */
void journal_remove(struct journal *j, unsigned int number);
/* Whether there is a record of this line of the file of the directory; NULL: of any. */
bool journal_has(const struct journal *j, uint64_t inode, const char *file, const char *line);
/* As `struct undo` has it; "": no such line. 0 or -errno. */
int journal_read_value(int fd, const char *line, char ret[JOURNAL_VALUE_MAX]);
unsigned int journal_count(const struct journal *j);

/*
 * Executes one record. 0: put back, or not jinx's any more (another value, another directory,
 * another process, none at all); -EBADMSG: the record is damaged, nothing was done; else the -errno
 * of reading or writing.
 */
int journal_undo_one(const struct journal *j, unsigned int number);

/* Executes all, newest first; they stay. Returns how many values were put back. */
unsigned int journal_undo(const struct journal *j);

/*
 * A descriptor to that file, readable and writable, for a process that will not be able to open it
 * any more; the journal closes it.
 */
int journal_keep(struct journal *j, uint64_t inode, const char *file, int fd);

/* Until when the writer vouches for the records (CLOCK_MONOTONIC); after it anybody undoes them. */
void journal_renew(struct journal *j, uint64_t until_ns);
bool journal_is_due(const struct journal *j, uint64_t now_ns);

#endif
