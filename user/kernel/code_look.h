/* SPDX-License-Identifier: GPL-2.0 */
/* Whether this kernel has the functions and tracepoints that are points. */
#ifndef JINX_CODE_LOOK_H
#define JINX_CODE_LOOK_H

#include "kernel/caps.h"

struct btf;

/* Notes it of those that are claimed; those of modules that are loaded too. */
void code_look(struct caps *caps, const struct btf *btf);

#endif
