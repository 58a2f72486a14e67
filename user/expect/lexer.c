// SPDX-License-Identifier: GPL-2.0
#include "expect/lexer.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "scenario/code.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"
#define BLANKS " \t\r\n"

static unsigned int column_of(const struct lexer *l, const char *at)
{
	unsigned int column = 1;

	for (const char *c = l->text; c < at; c++)
		column += ((unsigned char)*c & 0xc0) != 0x80; /* UTF-8: one character, one column */
	return column;
}

static int wrong(struct lexer *l, unsigned int column, const char *format, va_list args)
{
	l->why->place = (struct place){1, column};
	return verror_set(l->why, -EINVAL, format, args);
}

int lexer_wrong_at(struct lexer *l, unsigned int column, const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = wrong(l, column, format, args);
	va_end(args);
	return err;
}

int lexer_wrong(struct lexer *l, const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = wrong(l, l->column, format, args);
	va_end(args);
	return err;
}

static bool is_letter(char c)
{
	return c && strchr(LETTERS, c);
}

static int take(struct lexer *l, enum token token, size_t length)
{
	if (length >= sizeof(l->word))
		return lexer_wrong(l, "a word of more than %d bytes", MAX_WORD - 1);
	memcpy(l->word, l->next, length);
	l->word[length] = '\0';
	l->token = token;
	l->next += length;
	return 0;
}

/* 1.5, then the unit: letters, %, /s or x. */
static size_t number_length(const char *text)
{
	size_t n = strspn(text, DIGITS);

	if (text[n] == '.' && isdigit((unsigned char)text[n + 1]))
		n += 1 + strspn(text + n + 1, DIGITS);
	if (text[n] == '%')
		return n + 1;
	if (text[n] == '/' && text[n + 1] && strchr("smh", text[n + 1]) && !is_letter(text[n + 2]))
		return n + 2;
	/* "1m30s" */
	return n + strspn(text + n, LETTERS DIGITS ".");
}

/* Quantiles have a dot with digits behind it: p99.9; names may have a dash. */
static size_t word_length(const char *text)
{
	size_t n = strspn(text, LETTERS DIGITS);

	if (text[0] == 'p' && n > 1 && strspn(text + 1, DIGITS) == n - 1 && text[n] == '.' &&
		isdigit((unsigned char)text[n + 1]))
		return n + 1 + strspn(text + n + 1, DIGITS);
	while (text[n] == '-' && is_letter(text[n + 1]))
		n += 1 + strspn(text + n + 1, LETTERS DIGITS);
	return n;
}

static int take_string(struct lexer *l)
{
	size_t n = 0;
	const char *c = l->next + 1;

	for (; *c && *c != '"'; c++) {
		if (*c == '\\' && (c[1] == '"' || c[1] == '\\'))
			c++;
		if (n + 1 >= sizeof(l->word))
			return lexer_wrong(l, "a pattern of more than %d bytes", MAX_WORD - 1);
		l->word[n++] = *c;
	}
	if (*c != '"')
		return lexer_wrong(l, "the quote has no end");
	l->word[n] = '\0';
	l->token = TOKEN_STRING;
	l->next = c + 1;
	return 0;
}

int lexer_next(struct lexer *l)
{
	static const char *const signs[] = {
		"<=", ">=", "==", "!=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/"};
	const char *c;

	l->next += strspn(l->next, BLANKS);
	c = l->next;
	l->column = column_of(l, c);
	if (!*c)
		return take(l, TOKEN_END, 0);
	if (isdigit((unsigned char)*c))
		return take(l, TOKEN_NUMBER, number_length(c));
	if (is_letter(*c))
		return take(l, TOKEN_WORD, word_length(c));
	if (*c == '"')
		return take_string(l);
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (!strncmp(c, signs[i], strlen(signs[i])))
			return take(l, TOKEN_SIGN, strlen(signs[i]));
	if (*c == '=')
		return lexer_wrong(l, "a single =: equal is ==");
	if (isprint((unsigned char)*c))
		return lexer_wrong(l, "'%c' means nothing here", *c);
	return lexer_wrong(l, "a character that means nothing here");
}

int lexer_next_name(struct lexer *l)
{
	size_t n;

	l->next += strspn(l->next, BLANKS);
	n = strspn(l->next, LETTERS DIGITS "-");
	if (!n)
		return lexer_next(l);
	l->column = column_of(l, l->next);
	return take(l, TOKEN_WORD, n);
}

int lexer_next_point(struct lexer *l)
{
	size_t n;

	l->next += strspn(l->next, BLANKS);
	n = strspn(l->next, LETTERS);
	if (!n || l->next[n] != ':')
		return lexer_next(l);
	l->column = column_of(l, l->next);
	return take(l, TOKEN_WORD, code_length(l->next, ",]"));
}

bool lexer_is(const struct lexer *l, const char *sign)
{
	return l->token == TOKEN_SIGN && !strcmp(l->word, sign);
}
