/* SPDX-License-Identifier: GPL-2.0 */
/* ${name} in the values of a document. */
#ifndef JINX_EXPAND_H
#define JINX_EXPAND_H

#include "scenario/document.h"
#include "scenario/standing.h"

/*
 * Reads params, matrix and ports, before everything else is, and puts their values for ${...} in
 * the document's values, so that what is complained about keeps its place. 0 or -EINVAL, with the
 * complaints in the document.
 */
int expand(struct document *d, const struct settings *settings, struct standing *ret);

#endif
