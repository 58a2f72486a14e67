/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers as people write them; of values.c, for its neighbours. */
#ifndef JINX_NUMBERS_H
#define JINX_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* A whole number in decimal digits and nothing else. */
bool whole_number(const char *text, uint64_t *ret);
/* Digits, at most one point, then a unit that starts at *ret_unit. */
bool decimal_number(const char *text, double *ret, const char **ret_unit);
/* Cuts spaces off the end. */
void trim(char *text);
/* Calls f for each of several words with commas between them, until one fails; returns its error.
 */
int for_each_word(const char *text, int (*f)(const char *word, void *context, struct error *why),
	void *context, struct error *why);

#endif
