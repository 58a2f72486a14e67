/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was acknowledged against what is found afterwards. Operations have numbers from 1 on, which
 * they are told as JINX_OP; a command prints the numbers that it finds.
 */
#ifndef JINX_VERIFY_H
#define JINX_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum acknowledged {
	ACK_NONE, /* it has not ended: anything may be */
	ACK_OK,
	ACK_FAILED,	   /* it says that it had no effect */
	ACK_INDETERMINATE, /* it may have had one */
};

struct ledger {
	size_t n; /* the largest number */
	struct ledger_entry {
		uint64_t ended_ns;
		uint8_t acknowledged; /* enum acknowledged */
		uint8_t found;	      /* how often, at most 255 */
	} * entries;		      /* entries[0] is number 1 */
	uint64_t strange;	      /* found, and in no entry */
	bool running;		      /* more began meanwhile: the strange ones are theirs */
	bool asked, known;
	char why[120]; /* asked and not known: the reason */
};

/* What they come to. */
struct verified {
	bool asked, known;
	char why[120];
	uint64_t acknowledged, found;
	uint64_t lost;	      /* acknowledged, and not found */
	uint64_t duplicated;  /* found more than once */
	uint64_t unexpected;  /* found, though it failed or was never begun */
	uint64_t recovered;   /* found, and nobody knew whether it had an effect: no fault */
	double loss_window_s; /* see ledger_sum() */
};

/* 0 or -ENOMEM. */
int ledger_add(struct ledger *l, uint64_t number, enum acknowledged a, uint64_t ended_ns);

/* A line of the command. False: it is no number; then nothing is known. */
bool ledger_find(struct ledger *l, const char *line, size_t size);

/*
 * The loss window begins when the first lost operation was acknowledged, and ends with the first
 * injection (0: there was none), or when the last lost one was acknowledged, if that is later. 0:
 * nothing is lost.
 */
void ledger_sum(const struct ledger *l, uint64_t injected_ns, struct verified *ret);

void ledger_done(struct ledger *l);

#endif
