// SPDX-License-Identifier: GPL-2.0
/* corrupt: of a fault, what becomes of the bytes that calls return or take. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

static struct corruption *corruption_of(void *fault)
{
	return &((struct fault_spec *)fault)->corruption;
}

/* "3", "3 bits", "1 bit" */
static int take_flip(struct value v, void *fault, struct error *why)
{
	struct corruption *c = corruption_of(fault);
	size_t digits = strspn(v.text, "0123456789");
	const char *unit = v.text + digits + strspn(v.text + digits, " ");
	uint64_t n = strtoull(v.text, NULL, 10);

	if (!digits || (*unit && strcmp(unit, "bit") && strcmp(unit, "bits")))
		return complain(why, "%s takes a number of bits (1 bit, 8 bits), not \"%s\"",
			named(v), quoted(v.text));
	if (!n || digits > 6 || n > MAX_COUNT)
		return complain(why, "%s takes 1 to %u bits, not \"%s\"", named(v), MAX_COUNT,
			quoted(v.text));
	c->kind = CORRUPT_FLIP;
	c->count = n;
	return 0;
}

static int take_run(struct value v, uint32_t *ret, struct error *why)
{
	uint64_t n = 0;
	int err = parse_size(v.text, &n, why);

	if (!err && (!n || n > MAX_COUNT))
		return complain(why, "%s takes 1 to %u bytes, not \"%s\"", named(v), MAX_COUNT,
			quoted(v.text));
	*ret = n;
	return err;
}

static int take_zero(struct value v, void *fault, struct error *why)
{
	struct corruption *c = corruption_of(fault);

	c->kind = CORRUPT_FILL;
	c->pattern_len = 1;
	c->pattern[0] = 0;
	return take_run(v, &c->count, why);
}

static int hex_digit(char c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

static int take_pattern(struct value v, void *fault, struct error *why)
{
	struct corruption *c = corruption_of(fault);
	const char *hex = v.text + (strncmp(v.text, "0x", 2) ? 0 : 2);
	size_t n = strspn(hex, "0123456789abcdefABCDEF");

	if (!n || hex[n] || n % 2)
		return complain(why, "%s takes bytes as pairs of hex digits (deadbeef), not \"%s\"",
			named(v), quoted(v.text));
	if (n / 2 > MAX_PATTERN)
		return complain(why, "%s has more than %d bytes", named(v), MAX_PATTERN);
	c->kind = CORRUPT_FILL;
	c->pattern_len = n / 2;
	for (size_t i = 0; i < n / 2; i++)
		c->pattern[i] = hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]);
	return 0;
}

static int take_bytes(struct value v, void *fault, struct error *why)
{
	return take_run(v, &corruption_of(fault)->count, why);
}

/* One that is said not to be is none. */
static int take_flag(struct value v, void *fault, enum corruption_kind kind, struct error *why)
{
	bool set = false;
	int err = take_bool(v, &set, why);

	if (!err && !set)
		return complain(why, "%s takes true: without it, leave it out", named(v));
	corruption_of(fault)->kind = kind;
	return err;
}

static int take_truncate(struct value v, void *fault, struct error *why)
{
	return take_flag(v, fault, CORRUPT_TRUNCATE, why);
}

static int take_lose(struct value v, void *fault, struct error *why)
{
	return take_flag(v, fault, CORRUPT_LOSE, why);
}

static int take_end(struct value v, void *fault, struct error *why)
{
	return take_flag(v, fault, CORRUPT_END, why);
}

static int take_short(struct value v, void *fault, struct error *why)
{
	struct corruption *c = corruption_of(fault);
	int err = parse_chance(v.text, &c->count, why);

	c->kind = CORRUPT_SHORT;
	if (!err && c->count >= PPM)
		return complain(why, "%s takes less than 100%%: all is not short", named(v));
	return err;
}

static int take_of(struct value v, void *fault, struct error *why)
{
	struct corruption *c = corruption_of(fault);
	uint64_t of = 0;
	int err = parse_size(v.text, &of, why);

	if (!err && !of)
		return complain(why, "%s must be greater than zero", named(v));
	c->of = of;
	return err;
}

/* "8192-16383", "8k-16k", "100-": the last one is meant too */
static int take_offset(struct value v, void *fault, struct error *why)
{
	struct corruption *c = corruption_of(fault);
	_cleanup_free_ char *first = strdup(v.text);
	char *last = first ? strchr(first, '-') : NULL;
	uint64_t low = 0, high = 0;
	int err;

	if (!first)
		return complain(why, "out of memory");
	if (!last)
		return complain(why,
			"%s takes the first and the last byte that are meant (0-4095, 100-), not "
			"\"%s\"",
			named(v), quoted(v.text));
	*last++ = '\0';
	err = parse_size(first, &low, why);
	if (!err && *last) {
		err = parse_size(last, &high, why);
		if (!err && high < low)
			return complain(
				why, "in \"%s\" the last byte is before the first", quoted(v.text));
		high++;
	}
	c->first = low;
	c->end = high;
	return err;
}

static const struct key corrupt_keys[] = {
	{"flip", VALUE_BITS, .one_of = true, .take = take_flip,
		.about = "so many bits are the other way round", .example = "1 bit"},
	{"zero", VALUE_SIZE, .one_of = true, .take = take_zero,
		.about = "so many bytes in a row are zero", .example = "512"},
	{"pattern", VALUE_HEX, .one_of = true, .take = take_pattern,
		.about = "bytes in a row are these, over and over, as hex digits",
		.example = "deadbeef"},
	{"truncate", VALUE_BOOL, .one_of = true, .take = take_truncate,
		.about = "from somewhere on all bytes are zero", .example = "true"},
	{"lose", VALUE_BOOL, .one_of = true, .take = take_lose,
		.about = "the call says that it has written all, and writes nothing",
		.example = "true"},
	{"short", VALUE_CHANCE, .one_of = true, .take = take_short,
		.about = "the call reads or writes no more than this share of what it was asked "
			 "for, and a byte at least",
		.example = "50%"},
	{"end", VALUE_BOOL, .one_of = true, .take = take_end,
		.about = "the read says that it is at the end", .example = "true"},
	{"bytes", VALUE_SIZE, .take = take_bytes, .about = "of pattern: so many bytes",
		.fallback = "the pattern once", .example = "64"},
	{"of", VALUE_SIZE, .take = take_of,
		.about = "in each so many bytes of the file; of truncate: it begins at a multiple "
			 "of it",
		.fallback = "in each call", .example = "4k"},
	{"offset", VALUE_OFFSETS, .take = take_offset,
		.about = "only bytes from here to there in the file (of what is no file: of what "
			 "the call returned)",
		.fallback = "all", .example = "0-4095"},
};

const struct block_row block_corrupt = {
	"corrupt", "\"corrupt\"", corrupt_keys, ARRAY_SIZE(corrupt_keys)};

int read_corrupt(struct document *d, yaml_node_t *node, void *fault)
{
	struct corruption *c = corruption_of(fault);
	struct given given;
	int err = read_block(d, node, BLOCK_CORRUPT, fault, &given);

	err = err ?: one_of(d, node, BLOCK_CORRUPT, &given);
	if (err)
		return err;
	if (given_value(&given, "bytes") && !given_value(&given, "pattern"))
		return wrong(d, given_value(&given, "bytes"), "\"bytes\" belongs to \"pattern\"");
	if (c->kind >= CORRUPT_LOSE && (c->of || given_value(&given, "offset")))
		return wrong(d, given_value(&given, c->of ? "of" : "offset"),
			"lose, short and end are of whole calls: \"of\" and \"offset\" are of "
			"what was read");
	if (c->kind == CORRUPT_FILL && !c->count)
		c->count = c->pattern_len;
	return 0;
}
