/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which bytes of what a call has returned are changed, and how. Pure: the seed of the call decides,
 * so that a run can be had again; the unit tests compile it.
 */
#ifndef JINX_CORRUPT_H
#define JINX_CORRUPT_H

#include "abi.h"

/* Of one call: `n` changes of the bytes from `low` up to `high`, which are offsets in the file. */
struct changes {
	__u64 seed, low, high;
	__u64 n;
	__u64 cut; /* CORRUPT_TRUNCATE: zeros from here on */
};

/* One byte: what is there is kept as far as `keep` has it, and then changed by `flip`. */
struct change {
	__u64 at;
	__u8 keep, flip;
	__u8 bit; /* which one is flipped; 0: all may change */
};

/* The call has returned `size` bytes from this offset on; n 0: none of them are meant. */
static inline void changes_begin(
	const struct corruption *c, __u64 seed, __u64 at, __u64 size, struct changes *ret)
{
	__u64 end = at + size;

	ret->seed = seed;
	ret->low = at < c->first ? c->first : at;
	ret->high = c->end && end > c->end ? c->end : end;
	ret->n = ret->cut = 0;
	if (ret->low >= ret->high)
		return;
	if (c->kind == CORRUPT_TRUNCATE) {
		ret->cut = ret->low + random_at(seed, 0) % (ret->high - ret->low);
		if (c->of)
			ret->cut -= ret->cut % c->of;
		if (ret->cut < ret->low)
			ret->cut = ret->low;
		ret->n = ret->high - ret->cut;
	} else {
		ret->n = c->of ? (ret->high - 1) / c->of - ret->low / c->of + 1 : 1;
		ret->n *= c->count;
	}
	if (ret->n > MAX_CHANGES)
		ret->n = MAX_CHANGES;
}

/* The n-th of `count` bits: each from a share of its own, so that no two are the same. */
static inline int change_bit(
	const struct corruption *c, __u64 random, __u64 n, __u64 bits, struct change *ret)
{
	__u64 low = bits * n / c->count, high = bits * (n + 1) / c->count;

	if (low == high)
		return 0;
	low += random % (high - low);
	ret->at += low / 8;
	ret->keep = 0xff;
	ret->bit = low & 7;
	ret->flip = 1 << ret->bit;
	return 1;
}

/* The n-th of `count` bytes of a run, which is somewhere within `length`. */
static inline int change_byte(
	const struct corruption *c, __u64 random, __u64 n, __u64 length, struct change *ret)
{
	__u64 run = c->count < length ? c->count : length;

	if (n >= run || !c->pattern_len)
		return 0;
	ret->at += random % (length - run + 1) + n;
	ret->keep = 0;
	ret->flip = c->pattern[n % c->pattern_len & (MAX_PATTERN - 1)];
	return 1;
}

/* The i-th change; 0: where less was read than there is to change, there is none. */
static inline int change_at(
	const struct corruption *c, const struct changes *all, __u64 i, struct change *ret)
{
	__u64 block, n, first = all->low, end = all->high;

	ret->keep = ret->flip = ret->bit = 0;
	if (c->kind == CORRUPT_TRUNCATE) {
		ret->at = all->cut + i;
		return 1;
	}
	if (!c->count)
		return 0;
	block = i / c->count;
	n = i % c->count;
	if (c->of) {
		__u64 number = all->low / c->of + block;

		first = number * c->of > all->low ? number * c->of : all->low;
		end = (number + 1) * c->of < all->high ? (number + 1) * c->of : all->high;
	}
	if (first >= end)
		return 0;
	ret->at = first;
	if (c->kind == CORRUPT_FLIP)
		return change_bit(c, random_at(all->seed, i), n, (end - first) * 8, ret);
	return change_byte(c, random_at(all->seed, block), n, end - first, ret);
}

#endif
