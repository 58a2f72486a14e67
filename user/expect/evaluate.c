// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "expect/ast.h"
#include "expect/metric.h"

struct evaluation {
	uint64_t least;
	measure_function measure;
	void *context;
	struct finding *j;
};

static void forget(struct evaluation *e, const char *why)
{
	if (!e->j->why[0])
		snprintf(e->j->why, sizeof(e->j->why), "%s", why);
}

/* So many samples that the quantile is not just the largest of them. */
static uint64_t samples_needed(const struct evaluation *e, const struct metric *m)
{
	if (e->least)
		return e->least;
	return m->quantile > 0 ? (uint64_t)ceil(1 / (1 - m->quantile) - 1e-9) : 1;
}

static bool counts_samples(const struct metric *m)
{
	return m->row->dimension != DIMENSION_NUMBER &&
	       (m->row->subject == OF_WORKLOAD || m->row->subject == OF_PROBE);
}

static double measure(struct evaluation *e, const struct metric *m)
{
	struct measured got = {};
	uint64_t needed = samples_needed(e, m);
	char text[200];

	e->measure(m, e->context, &got);
	if (!got.known) {
		forget(e, got.why);
		return NAN;
	}
	if (got.n && (!e->j->n || got.n < e->j->n))
		e->j->n = got.n;
	if (counts_samples(m) && got.n < needed) {
		snprintf(text, sizeof(text), "n = %llu, at least %llu are needed",
			(unsigned long long)got.n, (unsigned long long)needed);
		forget(e, text);
		return NAN;
	}
	return got.value;
}

static double evaluate(struct evaluation *e, const struct node *n)
{
	struct metric baseline;
	double a, b;

	switch (n->kind) {
	case NODE_LITERAL:
		return n->value;
	case NODE_METRIC:
		return measure(e, &n->metric);
	case NODE_FACTOR:
		baseline = n->metric;
		baseline.scope = SCOPE_BASELINE;
		return n->value * measure(e, &baseline);
	case NODE_BINARY:
		break;
	}
	a = evaluate(e, n->left);
	b = evaluate(e, n->right);
	if (n->op == '/' && b == 0) {
		forget(e, "divides by zero");
		return NAN;
	}
	a = n->op == '+' ? a + b : n->op == '-' ? a - b : n->op == '*' ? a * b : a / b;
	if (isnan(a))
		forget(e, "has no value"); /* infinite less infinite */
	return a;
}

static bool compare(double a, enum relation c, double b)
{
	switch (c) {
	case RELATION_LESS:
		return a < b;
	case RELATION_AT_MOST:
		return a <= b;
	case RELATION_GREATER:
		return a > b;
	case RELATION_AT_LEAST:
		return a >= b;
	case RELATION_EQUAL:
		return a == b;
	case RELATION_DIFFERENT:
		break;
	}
	return a != b;
}

void condition_evaluate(const struct condition *t, uint64_t least, measure_function f,
	void *context, struct finding *ret)
{
	struct evaluation e = {least, f, context, ret};

	*ret = (struct finding){.dimension = t->left->kind == NODE_LITERAL ? t->right->dimension
									   : t->left->dimension};
	ret->left = evaluate(&e, t->left);
	ret->right = evaluate(&e, t->right);
	if (isnan(ret->left) || isnan(ret->right)) {
		ret->truth = TRUTH_UNKNOWN;
		return;
	}
	ret->why[0] = '\0';
	ret->truth = compare(ret->left, t->relation, ret->right) ? TRUTH_TRUE : TRUTH_FALSE;
}

static void visit(
	const struct node *n, void (*f)(const struct metric *m, void *context), void *context)
{
	struct metric baseline;

	if (n->kind == NODE_BINARY) {
		visit(n->left, f, context);
		visit(n->right, f, context);
	} else if (n->kind == NODE_METRIC) {
		f(&n->metric, context);
	} else if (n->kind == NODE_FACTOR) {
		baseline = n->metric;
		baseline.scope = SCOPE_BASELINE;
		f(&baseline, context);
	}
}

void condition_metrics(
	const struct condition *t, void (*f)(const struct metric *m, void *context), void *context)
{
	visit(t->left, f, context);
	visit(t->right, f, context);
}

static void is_of_rules(const struct metric *m, void *about)
{
	*(bool *)about |= m->row->subject == OF_RULES;
}

bool condition_is_about_injections(const struct condition *t)
{
	bool about = false;

	condition_metrics(t, is_of_rules, &about);
	return about;
}

static const char *time_text(double ns, char *ret, size_t size)
{
	double magnitude = fabs(ns);

	if (magnitude >= 1e9)
		snprintf(ret, size, "%.4gs", ns / 1e9);
	else if (magnitude >= 1e6)
		snprintf(ret, size, "%.4gms", ns / 1e6);
	else if (magnitude >= 1e3)
		snprintf(ret, size, "%.4gus", ns / 1e3);
	else
		snprintf(ret, size, "%.4gns", ns);
	return ret;
}

const char *value_text(double value, enum dimension d, char *ret, size_t size)
{
	if (isnan(value))
		snprintf(ret, size, "-");
	else if (isinf(value))
		snprintf(ret, size, "never");
	else if (d == DIMENSION_TIME)
		time_text(value, ret, size);
	else if (d == DIMENSION_RATIO)
		snprintf(ret, size, "%.5g%%", value * 100);
	else if (d == DIMENSION_RATE)
		snprintf(ret, size, "%.5g/s", value);
	else
		snprintf(ret, size, "%.10g", value);
	return ret;
}

const char *finding_text(const struct condition *t, const struct finding *j, char *ret, size_t size)
{
	static const char *const words[] = {"false", "unknown", "true"};
	char value[32], bound[32], n[40] = "";

	if (j->n)
		snprintf(n, sizeof(n), ", n = %llu", (unsigned long long)j->n);
	if (j->truth == TRUTH_UNKNOWN)
		snprintf(ret, size, "%s: unknown: %s%s", t->text, j->why, n);
	else if (t->right->kind == NODE_LITERAL)
		snprintf(ret, size, "%s: %s: %s%s", t->text, words[j->truth],
			value_text(j->left, j->dimension, value, sizeof(value)), n);
	else
		snprintf(ret, size, "%s: %s: %s against %s%s", t->text, words[j->truth],
			value_text(j->left, j->dimension, value, sizeof(value)),
			value_text(j->right, j->dimension, bound, sizeof(bound)), n);
	return ret;
}
