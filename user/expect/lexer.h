/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a condition. */
#ifndef JINX_EXPECT_LEXER_H
#define JINX_EXPECT_LEXER_H

#include <stdbool.h>

#include "base/error.h"

#define MAX_WORD 256

enum token {
	TOKEN_END,
	TOKEN_WORD,   /* p99.9, probe, success_rate, dead-phase */
	TOKEN_NUMBER, /* 200ms, 99.5%, 20/s, 3, 1.5x: the text, unit included */
	TOKEN_STRING, /* without its quotes */
	TOKEN_SIGN,   /* one of ( ) [ ] , . + - * / < <= > >= == != */
};

struct lexer {
	const char *text, *next;
	enum token token;
	char word[MAX_WORD]; /* of the token */
	unsigned int column; /* where it begins, 1-based, in characters */
	struct error *why;
};

/* Goes to the next token. 0 or -EINVAL. */
int lexer_next(struct lexer *l);

/* The same where a name of the scenario's is due: web-1, delay-100ms, 2nd. */
int lexer_next_name(struct lexer *l);

/*
 * The same where a point is due. A place in code (user:/file:function) is one word, up to the comma
 * or bracket that is not its own.
 */
int lexer_next_point(struct lexer *l);

/* The token is this sign. */
bool lexer_is(const struct lexer *l, const char *sign);

/* Fills the error with the place of the token. -EINVAL. */
int lexer_wrong(struct lexer *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
int lexer_wrong_at(struct lexer *l, unsigned int column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
