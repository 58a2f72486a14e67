// SPDX-License-Identifier: GPL-2.0
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LONGEST 4 /* bytes of a character, and of \xNN */

static bool within(unsigned char c, unsigned char least, unsigned char most)
{
	return c >= least && c <= most;
}

/*
 * U+200E and U+200F, U+2028 to U+202E, U+2066 to U+2069: line separators, and what has terminals
 * and browsers show text in another order than it has, so that it looks like other text. U+FFFE and
 * U+FFFF: no characters, and not allowed in XML.
 */
static bool is_no_text(const unsigned char *p)
{
	if (p[0] == 0xef)
		return p[1] == 0xbf && p[2] >= 0xbe;
	if (p[0] != 0xe2)
		return false;
	return (p[1] == 0x80 && (within(p[2], 0x8e, 0x8f) || within(p[2], 0xa8, 0xae))) ||
	       (p[1] == 0x81 && within(p[2], 0xa6, 0xa9));
}

/* Bytes of the UTF-8 character (RFC 3629, section 4) at `p`; 0: there is none, or a control one. */
static size_t character(const unsigned char *p)
{
	unsigned char least = 0x80, most = 0xbf;
	size_t more;

	if (p[0] < 0x80)
		return p[0] >= ' ' && p[0] != 0x7f;
	if (within(p[0], 0xc2, 0xdf))
		more = 1;
	else if (within(p[0], 0xe0, 0xef))
		more = 2;
	else if (within(p[0], 0xf0, 0xf4))
		more = 3;
	else
		return 0;
	if (p[0] == 0xc2 || p[0] == 0xe0)
		least = 0xa0; /* after 0xc2: the control characters U+0080 to U+009F */
	else if (p[0] == 0xf0)
		least = 0x90;
	else if (p[0] == 0xed)
		most = 0x9f;
	else if (p[0] == 0xf4)
		most = 0x8f;
	if (!within(p[1], least, most))
		return 0;
	for (size_t i = 2; i <= more; i++)
		if (!within(p[i], 0x80, 0xbf))
			return 0;
	return is_no_text(p) ? 0 : 1 + more;
}

size_t printable(const char *text, const char *keep, char *ret, size_t size)
{
	size_t used = 0;

	while (*text) {
		size_t length = character((const unsigned char *)text);
		char escaped[LONGEST + 1];
		const char *piece = text;

		if (!length && strchr(keep, *text))
			length = 1;
		if (!length) {
			length =
				snprintf(escaped, sizeof(escaped), "\\x%02x", (unsigned char)*text);
			piece = escaped;
		}
		if (used + length >= size)
			break;
		memcpy(ret + used, piece, length);
		used += length;
		text += piece == escaped ? 1 : length;
	}
	ret[used] = '\0';
	return used;
}

char *printable_copy(const char *text, const char *keep)
{
	size_t size = LONGEST * strlen(text) + 1;
	char *ret = malloc(size);

	if (ret)
		printable(text, keep, ret, size);
	return ret;
}

void text_append(char *to, size_t size, const char *format, ...)
{
	size_t used = strlen(to);
	va_list args;

	va_start(args, format);
	vsnprintf(to + used, size - used, format, args);
	va_end(args);
}

const char *plural(unsigned long long n, const char *one)
{
	static char results[4][64];
	static unsigned int next;
	char *ret = results[next++ % 4];

	snprintf(ret, sizeof(results[0]), "%llu %s%s", n, one, n == 1 ? "" : "s");
	return ret;
}

void text_wrap(const char *text, size_t column, size_t indent, size_t width, FILE *to)
{
	bool first = true;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t length = strcspn(text, " ");

		if (!first && column + 1 + length > width) {
			fprintf(to, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', to);
			column++;
		}
		first = false;
		fprintf(to, "%.*s", (int)length, text);
		column += length;
		text += length;
	}
	fputc('\n', to);
}

unsigned int terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (!ioctl(fd, TIOCGWINSZ, &size))
		return size.ws_col;
	return columns ? (unsigned int)strtoul(columns, NULL, 10) : 0;
}

static bool is_dumb;

void terminal_learn(void)
{
	const char *term = getenv("TERM");

	is_dumb = term && !strcmp(term, "dumb");
}

bool terminal_redraws(int fd)
{
	return !is_dumb && isatty(fd);
}
