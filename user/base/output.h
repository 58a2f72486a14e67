/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What jinx writes while an experiment runs: files that were named, the terminal. Writing never
 * waits, but in output_finish(); what failed is remembered, and nothing is written after it.
 */
#ifndef JINX_OUTPUT_H
#define JINX_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output;

/*
 * Opens a file; it keeps what it held until the first byte is written, or output_finish(). 0 or
 * -errno; -ENXIO: a FIFO that nobody reads, or a socket.
 */
int output_open(const char *path, struct output **ret);

/* The process's own stdout or stderr. NULL: out of memory. */
struct output *output_standard(int fd);

/* Both are the same file, and what is written to them would be mixed up. */
bool output_is_same(const struct output *a, const struct output *b);

/* To be watched for EPOLLOUT: output_flush() goes on then. A regular file can't be watched. */
int output_fd(const struct output *o);

/*
 * Room for n bytes, of which output_add() then takes over so many as were written; NULL: the
 * reader is slow, and nothing can be taken for now.
 */
char *output_room(struct output *o, size_t n);
void output_add(struct output *o, size_t n);

/* Takes the text, whatever there is already. */
void output_put(struct output *o, const char *text);

/* Nothing waits to be written. */
bool output_is_empty(const struct output *o);

/* Writes what can be written without waiting. */
void output_flush(struct output *o);

/*
 * Writes all, and waits for it, but no longer than until `cancel` (or -1) is readable. 0 or the
 * -errno of the first failure; -ECANCELED. A file ends after its last whole line.
 */
int output_finish(struct output *o, int cancel);

/* Frees it. A file to which nothing was written and that was made for it is removed. */
void output_close(struct output *o);

#endif
