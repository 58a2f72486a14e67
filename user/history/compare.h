/* SPDX-License-Identifier: GPL-2.0 */
/* Two sets of runs beside each other: is one worse? */
#ifndef JINX_COMPARE_H
#define JINX_COMPARE_H

#include "history/history.h"

enum outcome {
	OUTCOME_TOO_FEW, /* runs, to tell */
	OUTCOME_SAME,	 /* as far as can be shown, or as anybody cares */
	OUTCOME_OTHER,	 /* it differs, and neither is better */
	OUTCOME_BETTER,
	OUTCOME_WORSE,
	NR_OUTCOMES
};

extern const char *const outcome_names[NR_OUTCOMES];

/* A value of both. */
struct compared {
	char *name;
	enum dimension dimension;
	size_t n_before, n_after;
	double before, after; /* medians */
	double change;	      /* of before: 0.1 is 10 % more */
	double p; /* Mann-Whitney, corrected for as many values as there are; NAN: too few */
	double superiority, low, high; /* how often after > before, with 95 % confidence */
	enum outcome outcome;
};

struct differences {
	struct compared *all;
	size_t n;
	bool few; /* nothing could be told */
};

/* No smaller change counts, however sure. */
#define DEFAULT_THRESHOLD 0.05
#define ALPHA 0.05

/* 0 or -errno with why->message; *ret is the caller's. */
int compare(struct history *h, const struct runs *before, const struct runs *after,
	double threshold, struct differences *ret, struct error *why);
void comparison_free(struct differences *c);

/* How many came to this. */
size_t comparison_count(const struct differences *c, enum outcome o);

void comparison_print(
	const struct differences *c, const struct runs *before, const struct runs *after, FILE *to);
/* The caller's. */
json_t *comparison_json(
	const struct differences *c, const struct runs *before, const struct runs *after);

#endif
