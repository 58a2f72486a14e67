/* SPDX-License-Identifier: GPL-2.0 */
/* The variables of BPF objects that share them, found by their types. */
#ifndef JINX_VARIABLES_H
#define JINX_VARIABLES_H

struct bpf_object;

/* An object and its memory of one section. */
struct variables {
	const struct bpf_object *object;
	void *memory;
};

/*
 * Copies each global variable that `to` has in the section from the one of this name in `from`.
 * 0; -ENOENT or -EINVAL with its name in *ret_name: `from` lacks it, or it is of another size.
 */
int variables_copy(const struct variables *from, const struct variables *to, const char *section,
	const char **ret_name);

/*
 * Whether `from` has each global variable of `to` at the same place of the section. 0; -ENOENT or
 * -EINVAL with the name of one that isn't.
 */
int variables_at_same_places(const struct variables *from, const struct variables *to,
	const char *section, const char **ret_name);

#endif
