// SPDX-License-Identifier: GPL-2.0
/* corrupt: bytes that the call returns are changed, it is short, or what it writes is lost. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static bool is_lost(const struct fault_spec *f)
{
	return f->corruption.kind == CORRUPT_LOSE;
}

/* The call is asked for less, or for nothing. */
static bool is_short(const struct fault_spec *f)
{
	return f->corruption.kind == CORRUPT_SHORT || f->corruption.kind == CORRUPT_END;
}

static const char *not_at(const struct fault_spec *f, enum point p)
{
	if (is_lost(f))
		return points[p].traits & SENDS && points[p].amount.kind &&
				       !(points[p].traits & FD(1))
			       ? NULL
			       : "writes bytes that could be lost";
	if (f->corruption.kind == CORRUPT_END && !(points[p].traits & RECEIVES))
		return "reads, and could be at an end";
	if (is_short(f))
		return point_has_count(p) ? NULL : "says how many bytes it is to read or write";
	return points[p].buffer.kind && points[p].traits & RECEIVES
		       ? NULL
		       : "returns bytes that could be changed";
}

/* What programs and libraries are made of is read, too: it is never meant. */
static bool spoils_files(const struct fault_spec *f)
{
	if (is_lost(f) || f->corruption.kind == CORRUPT_SHORT)
		return false;
	for (unsigned int i = 0; i < f->n_points; i++)
		if (!(points[f->points[i]].traits & PATHLESS))
			return true;
	return false;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	const struct corruption *c = &f->corruption;
	uint64_t room = c->kind == CORRUPT_FLIP ? 8 * c->of : c->of;

	if (spoils_files(f) && !where_asks(&f->where))
		return complain(why,
			"corrupt needs a \"where\" here: which files or sockets (path, fd, port); "
			"else the libraries that programs read are changed, too");
	if (c->of && c->count > room)
		return complain(why, "there are not so many %s in each %llu bytes",
			c->kind == CORRUPT_FLIP ? "bits" : "bytes", (unsigned long long)c->of);
	return 0;
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism changed[] = {MECHANISM_REWRITE};
	static const enum mechanism shorter[] = {MECHANISM_SHORTEN, MECHANISM_OVERRIDE};
	static const enum mechanism lost[] = {MECHANISM_FMOD_RET, MECHANISM_OVERRIDE};

	if (is_short(f)) {
		*ret = shorter;
		/* What fails a call can't have it carried out in part. */
		return f->corruption.kind == CORRUPT_END ? ARRAY_SIZE(shorter) : 1;
	}
	*ret = is_lost(f) ? lost : changed;
	return is_lost(f) ? ARRAY_SIZE(lost) : ARRAY_SIZE(changed);
}

static void describe_pattern(const struct corruption *c, char *ret, size_t size)
{
	char bytes[24];

	describe_bytes(c->count, bytes, sizeof(bytes));
	if (c->pattern_len == 1 && !c->pattern[0]) {
		text_append(ret, size, "zero %s", bytes);
		return;
	}
	text_append(ret, size, "pattern ");
	for (unsigned int i = 0; i < c->pattern_len && i < MAX_PATTERN; i++)
		text_append(ret, size, "%02x", c->pattern[i]);
	if (c->count != c->pattern_len)
		text_append(ret, size, " for %s bytes", bytes);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	const struct corruption *c = &f->corruption;
	char of[24];

	*ret = '\0';
	if (c->kind == CORRUPT_FLIP)
		text_append(ret, size, "flip %u bit%s", c->count, c->count == 1 ? "" : "s");
	else if (c->kind == CORRUPT_FILL)
		describe_pattern(c, ret, size);
	else if (c->kind == CORRUPT_SHORT)
		text_append(ret, size, "short %g%%", c->count * 100.0 / PPM);
	else if (c->kind == CORRUPT_END)
		text_append(ret, size, "end");
	else
		text_append(ret, size, "%s", is_lost(f) ? "lose" : "truncate");
	describe_bytes(c->of, of, sizeof(of));
	if (c->of)
		text_append(ret, size, " of %s", of);
	if (c->end)
		text_append(ret, size, ", bytes %llu-%llu", (unsigned long long)c->first,
			(unsigned long long)c->end - 1);
	else if (c->first)
		text_append(ret, size, ", bytes %llu-", (unsigned long long)c->first);
}

static const char *describe_rest(const struct fault_spec *f)
{
	if (is_short(f))
		return "";
	return is_lost(f) ? "never written" : "the file stays whole";
}

static const struct key keys[] = {
	{"corrupt", VALUE_BLOCK, BLOCK_CORRUPT, .one_of = true, .option = "how",
		.read = read_corrupt,
		.about = "what becomes of the bytes: flip, zero, pattern, truncate, lose, short or "
			 "end; bytes, of, offset",
		.example = "flip: 1 bit, of: 4k",
		.missing = "--how is missing: what becomes of the bytes?"},
};

const struct fault_kind fault_corrupt = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | TAKES_LIMIT | CALLS_COME_FIRST,
	.validate = validate,
	.not_at = not_at,
	.purpose = "change or shorten what is read, shorten or lose what is written",
	.examples = {"read --how \"flip: 1 bit\" --where \"path: /srv/*\" --for 9s --unit a",
		"read --how \"short: 50%\" --where \"port: 80\" --for 9s --unit redis",
		"write --how \"lose: true\" --where \"fd: file\" --for 9s --unit mysql"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.passes =
		"what is mapped into memory passes, and what io_uring, recvmmsg, sendfile, splice "
		"or copy_file_range move",
	.describe = describe,
	.describe_rest = describe_rest,
};
