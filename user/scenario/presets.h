/* SPDX-License-Identifier: GPL-2.0 */
/* Phases that have a name: {use: random_failures, duration: 10s, failure_rate: 5%}. */
#ifndef JINX_PRESETS_H
#define JINX_PRESETS_H

#include "scenario/document.h"

#define MAX_PRESET_KEYS 4

struct preset {
	const char *name;
	const char *about;
	const char *keys[MAX_PRESET_KEYS]; /* all that it takes; ends with NULL */
	const char *phase;		   /* YAML, as presets.def explains */
};

extern const struct preset presets[];
extern const size_t n_presets;

const struct preset *find_preset(const char *name);

/* "duration=10s": a key of theirs with a value that it may have. Returns ret. */
const char *preset_key_shown(const char *key, char *ret, size_t size);

/*
 * Puts what they stand for in the place of all `use` of the timeline, before it is read, so that
 * what is complained about keeps its place. *ret becomes the text of that, or NULL; it is the
 * caller's. 0 or -EINVAL, with the complaints in the document.
 */
int presets_expand(struct document *d, char **ret);

#endif
