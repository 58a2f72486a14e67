/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_BOUNDS_H
#define JINX_BOUNDS_H

#include "scenario/complain.h"

/*
 * Looks through YAML text, before a document is made of it, for what would take more time and
 * memory than any scenario: how deep it is, how many values and how much text it comes to when
 * each alias is what it stands for. 0, also when the text is no YAML; or -EINVAL with *why filled.
 */
int bounds_check(const char *text, size_t size, struct error *why);

#endif
