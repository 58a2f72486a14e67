/* SPDX-License-Identifier: GPL-2.0 */
/* What a hog does, in its own process: it uses up memory, space or a core until it is told to end.
 */
#ifndef JINX_BURDEN_H
#define JINX_BURDEN_H

#include <stdbool.h>
#include <stdint.h>

/* Shared with who started it. */
struct burden_word {
	uint64_t until_ns;   /* CLOCK_MONOTONIC; read again and again */
	uint64_t held;	     /* bytes of memory, or of the file system, that it has now */
	uint64_t backed_off; /* how often it gave some back, as the host had too little left */
};

struct burden {
	uint64_t bytes;	   /* of memory; or 0 */
	uint64_t sharers;  /* so many do the same beside each other, it included */
	int file;	   /* on a file system, without a name; or -1, and then a core */
	uint32_t load_ppm; /* of that core */
	uint64_t ramp_ns;  /* it grows for so long */
	uint64_t leave;	   /* bytes that the host, or the file system, keeps */
	/* Whether the experiment still lives; it ends otherwise. */
	uint64_t (*deadline)(const void *context);
	const void *context;
	struct burden_word *word;
};

/* The host's memory in bytes, and what of it can be had at once; 0: it can't be told. */
uint64_t host_memory(void);
uint64_t host_memory_available(void);

/* How much of `whole` is due so long after the beginning. */
uint64_t burden_due(const struct burden *b, uint64_t whole, uint64_t elapsed_ns);

/* Does not return. */
_Noreturn void burden_carry(const struct burden *b);

#endif
