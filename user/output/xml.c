// SPDX-License-Identifier: GPL-2.0
#include "output/xml.h"

#include "base/cleanup.h"
#include "base/text.h"

/* XML has no control characters at all but three; what is not UTF-8 is \xNN already. */
void xml_text(FILE *to, const char *text)
{
	_cleanup_free_ char *shown = printable_copy(text, "\n\t");

	for (const char *c = shown ?: ""; *c; c++) {
		if (*c == '&')
			fputs("&amp;", to);
		else if (*c == '<')
			fputs("&lt;", to);
		else if (*c == '>')
			fputs("&gt;", to);
		else if (*c == '"')
			fputs("&quot;", to);
		else if (*c == '\n')
			fputs("&#10;", to);
		else
			fputc(*c, to);
	}
}

void xml_attribute(FILE *to, const char *name, const char *text)
{
	fprintf(to, " %s=\"", name);
	xml_text(to, text);
	fputc('"', to);
}
