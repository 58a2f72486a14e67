/* SPDX-License-Identifier: GPL-2.0 */
/* Why a rule met no call, as far as it can be guessed. */
#ifndef JINX_WHY_NOT_H
#define JINX_WHY_NOT_H

#include "measure/measure.h"

/*
 * At the end, when the counters are read: a note for each rule whose phase was reached and whose
 * points the target never came to, or that let none of its calls through; and for each that calls
 * may have passed by.
 */
void why_not(struct measure *r);

#endif
