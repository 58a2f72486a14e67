/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be said of an experiment that ran to its end. */
#ifndef JINX_JUDGE_H
#define JINX_JUDGE_H

#include "measure/snapshot.h"

/* Says it, unless the verdict is another than held; `observed`: nothing was to be carried out. */
void judge(const struct snapshot *s, bool observed, struct judgement *ret);

#endif
