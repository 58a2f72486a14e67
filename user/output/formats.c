// SPDX-License-Identifier: GPL-2.0
#include "output/output.h"

#include <errno.h>
#include <stdlib.h>

const struct output_format output_formats[NR_OUTPUTS] = {
#define OUTPUT(id, option, about, content_type) \
	[OUTPUT_##id] = {#id, option, about, content_type, write_##id},
#include "output/formats.def"
#undef OUTPUT
};

const struct output_format output_table = {
	"table", NULL, "the table at the end", "text/plain; charset=utf-8", write_table};

const struct output_format output_narrow = {
	"narrow", NULL, "the table, 80 columns wide", "text/plain; charset=utf-8", write_narrow};

const struct output_format output_verdict = {
	"verdict", NULL, "the verdict alone", "text/plain; charset=utf-8", write_verdict};

char *output_text(const struct output_format *f, const struct snapshot *s)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int err = to ? f->write(s, to) : -ENOMEM;

	if (to && fclose(to))
		err = -ENOMEM;
	if (!err)
		return text;
	free(text);
	return NULL;
}
