/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The types of the structures that both sides share, and how both sides check that they mean the
 * same: each structure is followed by a line of its size, and those whose fields other programs or
 * processes find by their place by a line of these.
 */
#ifndef JINX_ABI_CHECK_H
#define JINX_ABI_CHECK_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#define SIZE_IS(type, size)                                                                   \
	_Static_assert(sizeof(struct type) == (size), "struct " #type " differs between the " \
						      "sides")
#define FIELD_IS_AT(type, field, offset)                                   \
	_Static_assert(__builtin_offsetof(struct type, field) == (offset), \
		"struct " #type "'s " #field " differs between the sides")

#endif
