// SPDX-License-Identifier: GPL-2.0
/* Whether what is compared can come out both ways. */
#include <math.h>
#include <string.h>

#include "expect/ast.h"

/* The least and the most that a metric can be. */
static bool range(const struct metric_row *r, double *ret_least, double *ret_most)
{
	bool share = !strcmp(r->name, "success_rate") || !strcmp(r->name, "error_rate");

	*ret_least = 0;
	*ret_most = share ? 1 : INFINITY;
	return r->subject != OF_PROBE || strcmp(r->name, "value"); /* whatever a program prints */
}

enum truth condition_foregone(const struct condition *t)
{
	double least, most, bound = t->right->value;
	bool never = false, always = false;

	if (t->left->kind != NODE_METRIC || t->right->kind != NODE_LITERAL ||
		!range(t->left->metric.row, &least, &most))
		return TRUTH_UNKNOWN;
	switch (t->relation) {
	case RELATION_LESS:
		never = bound <= least;
		always = bound > most;
		break;
	case RELATION_AT_MOST:
		never = bound < least;
		always = bound >= most;
		break;
	case RELATION_GREATER:
		never = bound >= most;
		always = bound < least;
		break;
	case RELATION_AT_LEAST:
		never = bound > most;
		always = bound <= least;
		break;
	case RELATION_EQUAL:
		never = bound < least || bound > most;
		break;
	case RELATION_DIFFERENT:
		always = bound < least || bound > most;
		break;
	}
	return never ? TRUTH_FALSE : always ? TRUTH_TRUE : TRUTH_UNKNOWN;
}
