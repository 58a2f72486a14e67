// SPDX-License-Identifier: GPL-2.0
#include "output/output.h"

const struct output_format output_formats[NR_OUTPUTS] = {
#define OUTPUT(id, option, about, content_type) \
	[OUTPUT_##id] = {#id, option, about, content_type, write_##id},
#include "output/formats.def"
#undef OUTPUT
};

const struct output_format output_table = {
	"table", NULL, "the table at the end", "text/plain; charset=utf-8", write_table};
