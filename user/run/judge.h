/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be said of an experiment that ran to its end. */
#ifndef JINX_JUDGE_H
#define JINX_JUDGE_H

#include "measure/snapshot.h"

/* Says it, unless the verdict is another than held. */
void judge(const struct snapshot *s, struct judgement *ret);

#endif
