/* SPDX-License-Identifier: GPL-2.0 */
/* Where functions of Go begin for good. */
#ifndef JINX_PROLOGUE_H
#define JINX_PROLOGUE_H

#include <stddef.h>

/*
 * How far behind a function's beginning the test ends by which Go makes room on the stack, or takes
 * the processor away: after that the function begins again, as often as it has been standing still
 * for 10 ms. Up to there nothing but a register without meaning has changed. 0: there is no such
 * test.
 */
size_t prologue_of_go(const unsigned char *code, size_t n);

#endif
