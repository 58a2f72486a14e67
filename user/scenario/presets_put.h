/* SPDX-License-Identifier: GPL-2.0 */
/* What a preset stands for, put into the document. */
#ifndef JINX_PRESETS_PUT_H
#define JINX_PRESETS_PUT_H

#include "scenario/presets.h"

/* A phase with `use` that has been read. */
struct use {
	const struct preset *preset;
	struct given given;
};

/*
 * Makes the mapping of that number the phase that the preset stands for, and writes it to `text`.
 * Whatever comes of a value of `use` has that one's place, all else the place of the mapping. 0 or
 * -EINVAL with a complaint; the nodes of `use` are none any more.
 */
int preset_put(struct document *d, int id, struct use *use, FILE *text);

#endif
