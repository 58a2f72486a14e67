/* SPDX-License-Identifier: GPL-2.0 */
/* A program that says whether an expectation is true. */
#ifndef JINX_ASK_PROGRAM_H
#define JINX_ASK_PROGRAM_H

#include "measure/snapshot.h"

/*
 * Runs it with the report as JSON on its standard input, and waits for it, for 30 s at most. Its
 * exit code is the answer: 0 true, 1 false, 75 unknown; with any other, or without one, it is
 * unknown as well, and *ret says why. It has what jinx was started with.
 */
void ask_program(char *const argv[], const struct snapshot *s, struct judged *ret);

#endif
