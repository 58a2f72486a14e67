/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How an experiment is told of at its end: a row in formats.def and a file here a format, which
 * reads the snapshot and nothing else. Events and recordings are streams of their own.
 */
#ifndef JINX_OUTPUT_FORMAT_H
#define JINX_OUTPUT_FORMAT_H

#include <stdio.h>

#include "measure/snapshot.h"

enum output_format_id {
#define OUTPUT(id, option, about, content_type) OUTPUT_##id,
#include "output/formats.def"
#undef OUTPUT
	NR_OUTPUTS
};

struct output_format {
	const char *name;
	const char *option; /* that names its file */
	const char *about, *content_type;
	/* 0 or -ENOMEM; whether the stream took it the caller looks. */
	int (*write)(const struct snapshot *s, FILE *to);
};

extern const struct output_format output_formats[NR_OUTPUTS];
/* For people, on the terminal; it is in no file, and has no option but --quiet. */
extern const struct output_format output_table, output_narrow, output_verdict;

#define OUTPUT(id, option, about, content_type) int write_##id(const struct snapshot *s, FILE *to);
#include "output/formats.def"
#undef OUTPUT
int write_table(const struct snapshot *s, FILE *to);
/* The same for terminals that are less than TABLE_WIDTH wide. */
#define TABLE_WIDTH 120
int write_narrow(const struct snapshot *s, FILE *to);
/* The last line alone, for --quiet. */
int write_verdict(const struct snapshot *s, FILE *to);

/* All that it writes, the caller's. NULL: out of memory. */
char *output_text(const struct output_format *f, const struct snapshot *s);

/* For the tests: what calls were suppressed by: "12 chance, 3 limit"; "-" when there are none. */
void suppressed_text(const __u64 by_reason[], char *ret, size_t size);

#endif
