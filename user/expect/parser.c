// SPDX-License-Identifier: GPL-2.0
/*
 * condition = expr op expr; expr = term {(+|-) term}; term = factor {(*|/) factor};
 * factor = literal | metric | ( expr )
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "expect/ast.h"
#include "expect/lexer.h"
#include "expect/metric.h"
#include "scenario/complain.h"
#include "scenario/numbers.h"

#define MAX_PARENTHESES 32

const char *const relation_names[] = {"<", "<=", ">", ">=", "==", "!="};

struct parser {
	struct lexer l;
	const struct names *names;
	unsigned int depth;
};

void node_free(struct node *n)
{
	if (!n)
		return;
	node_free(n->left);
	node_free(n->right);
	free(n->metric.pattern);
	free(n);
}

static struct node *node_new(struct parser *p, enum node_kind kind)
{
	struct node *n = calloc(1, sizeof(*n));

	if (n) {
		n->kind = kind;
		n->column = p->l.column;
	}
	return n;
}

static int parse_expression(struct parser *p, struct node **ret);

/* "20/s", "300/m" */
static bool read_rate(const char *text, double *ret)
{
	const char *unit;

	if (!decimal_number(text, ret, &unit) || unit[0] != '/')
		return false;
	*ret /= unit[1] == 'm' ? 60 : unit[1] == 'h' ? 3600 : 1;
	return true;
}

static int read_literal(struct parser *p, struct node *n)
{
	struct error why = {};
	const char *unit;
	uint64_t ns;

	if (!decimal_number(p->l.word, &n->value, &unit))
		return lexer_wrong(&p->l, "\"%s\" is not a number", quoted(p->l.word));
	n->kind = NODE_LITERAL;
	if (!*unit) {
		n->bare = true;
	} else if (!strcmp(unit, "%")) {
		n->dimension = DIMENSION_RATIO;
		n->value /= 100;
	} else if (!strcmp(unit, "x")) {
		n->kind = NODE_FACTOR;
	} else if (read_rate(p->l.word, &n->value)) {
		n->dimension = DIMENSION_RATE;
	} else if (n->value == 0 && unit[strspn(unit, "numsh")] == '\0') {
		n->dimension = DIMENSION_TIME; /* "0s" is a bound, though no delay */
	} else {
		n->dimension = DIMENSION_TIME;
		if (parse_duration(p->l.word, &ns, &why))
			return lexer_wrong(&p->l, "%s", why.message);
		n->value = ns;
	}
	return lexer_next(&p->l);
}

static int parse_factor(struct parser *p, struct node **ret)
{
	int err;

	if (lexer_is(&p->l, "(")) {
		err = lexer_next(&p->l) ?: parse_expression(p, ret);
		if (!err && !lexer_is(&p->l, ")"))
			return lexer_wrong(&p->l, "\")\" is missing");
		return err ?: lexer_next(&p->l);
	}
	*ret = node_new(p, NODE_METRIC);
	if (!*ret)
		return -ENOMEM;
	if (p->l.token == TOKEN_NUMBER)
		return read_literal(p, *ret);
	if (p->l.token != TOKEN_WORD)
		return lexer_wrong(&p->l, p->l.token == TOKEN_END ? "a value is missing"
								  : "a value is expected here");
	err = metric_parse(&p->l, p->names, &(*ret)->metric);
	if (!err)
		(*ret)->dimension = (*ret)->metric.row->dimension;
	return err;
}

/* A bare number is a ratio where it meets one: "1 - success_rate". */
static bool same_dimension(const struct node *a, const struct node *b, enum dimension *ret)
{
	*ret = a->bare ? b->dimension : a->dimension;
	if (a->dimension == b->dimension)
		return true;
	return (a->bare && b->dimension == DIMENSION_RATIO) ||
	       (b->bare && a->dimension == DIMENSION_RATIO);
}

static bool is_plain(enum dimension d)
{
	return d == DIMENSION_NUMBER || d == DIMENSION_RATIO;
}

static bool product(enum dimension a, enum dimension b, enum dimension *ret)
{
	if (is_plain(a) && is_plain(b))
		*ret = a == b ? a : DIMENSION_NUMBER;
	else if (is_plain(a) || is_plain(b))
		*ret = is_plain(a) ? b : a;
	else if (a != b)
		*ret = DIMENSION_NUMBER; /* a rate over a time */
	else
		return false;
	return true;
}

static bool quotient(enum dimension a, enum dimension b, enum dimension *ret)
{
	if (a == b)
		*ret = DIMENSION_RATIO;
	else if (is_plain(b))
		*ret = a;
	else if (is_plain(a))
		*ret = b == DIMENSION_TIME ? DIMENSION_RATE : DIMENSION_TIME;
	else
		return false;
	return true;
}

static int type_binary(struct parser *p, struct node *n)
{
	const struct node *a = n->left, *b = n->right;
	bool fits;

	if (a->kind == NODE_FACTOR || b->kind == NODE_FACTOR)
		return lexer_wrong_at(&p->l, n->column,
			"a multiple of the baseline (1.5x) stands alone on its side");
	if (n->op == '+' || n->op == '-')
		fits = same_dimension(a, b, &n->dimension);
	else if (n->op == '*')
		fits = product(a->dimension, b->dimension, &n->dimension);
	else
		fits = quotient(a->dimension, b->dimension, &n->dimension);
	n->bare = a->bare && b->bare;
	if (!fits)
		return lexer_wrong_at(&p->l, n->column, "%s %c %s makes no sense",
			dimension_name(a->dimension), n->op, dimension_name(b->dimension));
	return 0;
}

static int parse_chain(struct parser *p, const char *ops,
	int (*next)(struct parser *p, struct node **ret), struct node **ret)
{
	int err = next(p, ret);

	while (!err && p->l.token == TOKEN_SIGN && !p->l.word[1] && strchr(ops, p->l.word[0])) {
		struct node *n = node_new(p, NODE_BINARY);

		if (!n)
			return -ENOMEM;
		n->op = p->l.word[0];
		n->left = *ret;
		*ret = n;
		err = lexer_next(&p->l) ?: next(p, &n->right) ?: type_binary(p, n);
	}
	return err;
}

static int parse_term(struct parser *p, struct node **ret)
{
	return parse_chain(p, "*/", parse_factor, ret);
}

static int parse_expression(struct parser *p, struct node **ret)
{
	int err;

	if (p->depth == MAX_PARENTHESES)
		return lexer_wrong(
			&p->l, "more than %d parentheses in each other", MAX_PARENTHESES);
	p->depth++;
	err = parse_chain(p, "+-", parse_term, ret);
	p->depth--;
	return err;
}

/* "p99 < 200": which unit is meant. */
static int missing_unit(struct parser *p, const struct node *bare, enum dimension wanted)
{
	if (wanted == DIMENSION_RATE)
		return lexer_wrong_at(
			&p->l, bare->column, "no unit; did you mean %g/s?", bare->value);
	return lexer_wrong_at(&p->l, bare->column, "no unit; did you mean %gms?", bare->value);
}

/* What a multiple of the baseline multiplies. */
static int copy_metric(struct node *to, const struct node *from)
{
	to->metric = from->metric;
	if (!from->metric.pattern)
		return 0;
	to->metric.pattern = strdup(from->metric.pattern);
	return to->metric.pattern ? 0 : -ENOMEM;
}

static int check_sides(struct parser *p, struct condition *t)
{
	struct node *a = t->left, *b = t->right;
	enum dimension d;

	if (a->kind == NODE_FACTOR)
		return lexer_wrong_at(&p->l, a->column,
			"a multiple of the baseline (1.5x) stands on the right, its metric on the "
			"left");
	if (b->kind == NODE_FACTOR) {
		if (a->kind != NODE_METRIC)
			return lexer_wrong_at(&p->l, b->column,
				"%gx is a multiple of one metric's baseline: the left side is none",
				b->value);
		b->dimension = a->dimension;
		return copy_metric(b, a);
	}
	if (a->kind == NODE_LITERAL && b->kind == NODE_LITERAL)
		return lexer_wrong_at(&p->l, a->column, "compares two numbers, and no metric");
	for (int i = 0; i < 2; i++, a = t->right, b = t->left) {
		if (b->bare && !is_plain(a->dimension))
			return missing_unit(p, b, a->dimension);
		if (b->bare && b->kind == NODE_LITERAL && a->dimension == DIMENSION_RATIO &&
			!a->bare && b->value > 1 && a->kind == NODE_METRIC)
			return lexer_wrong_at(&p->l, b->column,
				"a ratio is at most 1; did you "
				"mean %g%%?",
				b->value);
	}
	a = t->left, b = t->right;
	if (same_dimension(a, b, &d) || (is_plain(a->dimension) && is_plain(b->dimension) &&
						(a->kind == NODE_BINARY || b->kind == NODE_BINARY)))
		return 0;
	return lexer_wrong_at(&p->l, b->column, "compares %s with %s", dimension_name(a->dimension),
		dimension_name(b->dimension));
}

static int parse_comparison(struct parser *p, struct condition *t)
{
	for (size_t i = 0; i < 6; i++) {
		if (!lexer_is(&p->l, relation_names[i]))
			continue;
		t->relation = i;
		return lexer_next(&p->l);
	}
	return lexer_wrong(&p->l, "a comparison is missing (<, <=, >, >=, ==, !=)");
}

int condition_parse(
	const char *text, const struct names *names, struct condition **ret, struct error *why)
{
	struct parser p = {.l = {.text = text, .next = text, .why = why}, .names = names};
	struct condition *t = calloc(1, sizeof(*t));
	int err;

	if (!t || !(t->text = strdup(text)))
		err = error_set(why, -ENOMEM, "out of memory");
	else
		err = lexer_next(&p.l) ?: parse_expression(&p, &t->left)
			?: parse_comparison(&p, t) ?: parse_expression(&p, &t->right);
	if (!err && p.l.token != TOKEN_END)
		err = lexer_wrong(&p.l, "\"%s\" is not expected here: the condition has ended",
			quoted(p.l.word));
	if (!err)
		err = check_sides(&p, t);
	if (!err && condition_foregone(t) == TRUTH_FALSE)
		err = lexer_wrong_at(&p.l, t->right->column, "that can never be true");
	if (err == -ENOMEM)
		error_set(why, -ENOMEM, "out of memory");
	if (err)
		condition_free(t);
	else
		*ret = t;
	return err;
}

void condition_free(struct condition *t)
{
	if (!t)
		return;
	node_free(t->left);
	node_free(t->right);
	free(t->text);
	free(t);
}

const char *condition_relation(const struct condition *t)
{
	return relation_names[t->relation];
}

const char *condition_text(const struct condition *t)
{
	return t->text;
}
