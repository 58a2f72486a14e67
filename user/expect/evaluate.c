// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "expect/ast.h"
#include "expect/metric.h"

const char *const truth_names[] = {"false", "unknown", "true"};

struct evaluation {
	uint64_t least;
	measure_function measure;
	void *context;
	struct judged *j;
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
		snprintf(text, sizeof(text), "too few: at least %llu are needed",
			(unsigned long long)needed);
		forget(e, text);
		return NAN;
	}
	if (!got.more)
		return got.value;
	/* Nobody knows how long it would have taken: longer than any bound. */
	e->j->least = got.value;
	return INFINITY;
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

#define MANY 1000 /* so many operations tell a share well enough */

/*
 * Where the share that was seen in n operations lies with 95 % confidence (E. B. Wilson, 1927):
 * unlike value +- error it is right near 0 and 1, and for few.
 */
static void note_interval(const struct condition *t, struct judged *j)
{
	const double z = 1.959964;
	double p = j->left, n = j->n, half;
	bool is_share = t->left->kind == NODE_METRIC && counts_samples(&t->left->metric) &&
			t->left->dimension == DIMENSION_RATIO;

	if (!is_share || !j->n || j->n >= MANY || !(p >= 0 && p <= 1))
		return;
	half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	j->low = fmax(0, (p + z * z / (2 * n) - half) / (1 + z * z / n));
	j->high = fmin(1, (p + z * z / (2 * n) + half) / (1 + z * z / n));
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
	void *context, struct judged *ret)
{
	struct evaluation e = {least, f, context, ret};

	*ret = (struct judged){.dimension = t->left->kind == NODE_LITERAL ? t->right->dimension
									  : t->left->dimension};
	ret->left = evaluate(&e, t->left);
	ret->right = evaluate(&e, t->right);
	note_interval(t, ret);
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

static void is_injected(const struct metric *m, void *about)
{
	*(bool *)about |= m->row->subject == OF_RULES && !strcmp(m->row->name, "injected");
}

bool condition_asks_injected(const struct condition *t)
{
	bool about = false;

	condition_metrics(t, is_injected, &about);
	return about;
}

bool condition_is_about_injections(const struct condition *t)
{
	bool about = false;

	condition_metrics(t, is_of_rules, &about);
	return about;
}

/* The burn rate alone is known meanwhile. */
static void is_of_run(const struct metric *m, void *of_run)
{
	*(bool *)of_run |= m->row->subject == OF_RUN && strcmp(m->row->name, "burn_rate");
}

bool condition_is_of_run(const struct condition *t)
{
	bool of_run = false;

	condition_metrics(t, is_of_run, &of_run);
	return of_run;
}

/* What grows on the left and a number on the right, or the other way round, is compared like this.
 */
static bool grows_against(const struct condition *t, enum relation *ret)
{
	static const enum relation turned[] = {[RELATION_LESS] = RELATION_GREATER,
		[RELATION_AT_MOST] = RELATION_AT_LEAST,
		[RELATION_GREATER] = RELATION_LESS,
		[RELATION_AT_LEAST] = RELATION_AT_MOST,
		[RELATION_EQUAL] = RELATION_EQUAL,
		[RELATION_DIFFERENT] = RELATION_DIFFERENT};
	bool left = t->left->kind == NODE_METRIC;
	const struct node *metric = left ? t->left : t->right;
	const struct node *number = left ? t->right : t->left;

	if (metric->kind != NODE_METRIC || metric->metric.row->course != GROWS ||
		number->kind != NODE_LITERAL)
		return false;
	*ret = left ? t->relation : turned[t->relation];
	return true;
}

bool condition_only_grows(const struct condition *t)
{
	enum relation r;

	return grows_against(t, &r) && (r == RELATION_GREATER || r == RELATION_AT_LEAST);
}

bool condition_only_falls(const struct condition *t)
{
	enum relation r;

	return grows_against(t, &r) && (r == RELATION_LESS || r == RELATION_AT_MOST);
}

bool condition_is_lost(const struct condition *t, const struct judged *j)
{
	enum relation r;

	if (j->truth != TRUTH_FALSE || !grows_against(t, &r))
		return false;
	if (r == RELATION_EQUAL)
		return t->left->kind == NODE_METRIC ? j->left > j->right : j->right > j->left;
	return r == RELATION_LESS || r == RELATION_AT_MOST;
}

bool condition_bound(const struct condition *t, const char *metric, double *ret)
{
	const struct metric *m = &t->left->metric;
	char name[24];

	if (t->left->kind != NODE_METRIC || t->right->kind != NODE_LITERAL)
		return false;
	snprintf(name, sizeof(name), "p%.10g", m->quantile * 100);
	*ret = t->right->value;
	return !strcmp(m->quantile > 0 ? name : m->row->name, metric);
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

const char *judged_value_text(const struct judged *j, char *ret, size_t size)
{
	char least[32];

	if (!isinf(j->left) || !j->least)
		return value_text(j->left, j->dimension, ret, size);
	snprintf(ret, size, ">= %s", value_text(j->least, j->dimension, least, sizeof(least)));
	return ret;
}

const char *judged_text(const struct condition *t, const struct judged *j, char *ret, size_t size)
{
	char value[40], bound[32], n[40] = "";

	if (j->n)
		snprintf(n, sizeof(n), ", n = %llu", (unsigned long long)j->n);
	if (j->truth == TRUTH_UNKNOWN)
		snprintf(ret, size, "%s: unknown: %s%s", t->text, j->why, n);
	else if (t->right->kind == NODE_LITERAL)
		snprintf(ret, size, "%s: %s: %s%s", t->text, truth_names[j->truth],
			judged_value_text(j, value, sizeof(value)), n);
	else
		snprintf(ret, size, "%s: %s: %s against %s%s", t->text, truth_names[j->truth],
			judged_value_text(j, value, sizeof(value)),
			value_text(j->right, j->dimension, bound, sizeof(bound)), n);
	return ret;
}
