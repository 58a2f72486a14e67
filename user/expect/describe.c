// SPDX-License-Identifier: GPL-2.0
/* A condition in words, as it was understood: for jinx check. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "expect/ast.h"
#include "expect/metric.h"

struct words {
	const struct names *names;
	char *text;
	size_t size, used;
};

static void add(struct words *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct words *w, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->text + w->used, w->size - w->used, format, args);
	va_end(args);
	w->used += (size_t)n < w->size - w->used ? (size_t)n : w->size - w->used - 1;
}

static void add_scope(struct words *w, const struct metric *m)
{
	static const char *const texts[] = {
		[SCOPE_INJECT] = " in the inject phases",
		[SCOPE_BASELINE] = " in the baseline phases",
		[SCOPE_RECOVER] = " in the recover phases",
		[SCOPE_ALL] = " in the whole run",
	};

	if (m->scope == SCOPE_PHASE)
		add(w, " in phase %s", w->names->phases[m->phase]);
	else
		add(w, "%s", texts[m->scope]);
}

static void add_metric(struct words *w, const struct metric *m)
{
	const struct names *n = w->names;

	if (m->quantile > 0)
		add(w, "p%.10g", m->quantile * 100);
	else if (m->row->subject == OF_LOG)
		add(w, "lines of log %s with \"%s\"", n->logs[m->object], m->pattern);
	else
		add(w, "%s", m->row->name);
	if (m->rule)
		add(w, " of rule %u", m->rule);
	if (m->point >= 0)
		add(w, " of %s", n->point_name(m->point));
	if (m->error)
		add(w, " with %s", n->error_name(m->error));
	if (m->natural)
		add(w, " without the injected part");
	if (m->row->subject == OF_PROBE)
		add(w, " of probe %s", n->probes[m->object]);
	else if (m->row->subject == OF_TARGET && m->object < 0)
		add(w, " of all targets");
	else if (m->row->subject == OF_TARGET)
		add(w, " of target %s", n->targets[m->object]);
	else if (m->object >= 0 && m->row->subject != OF_LOG)
		add(w, " of workload %s", n->workloads[m->object]);
	else if (m->row->subject == OF_WORKLOAD && m->row->dimension == DIMENSION_TIME &&
		 m->point < 0)
		add(w, " of %s operations", m->all ? "all" : "successful");
	add_scope(w, m);
}

static void add_node(struct words *w, const struct node *n)
{
	char text[32];

	switch (n->kind) {
	case NODE_LITERAL:
		add(w, "%s", value_text(n->value, n->dimension, text, sizeof(text)));
		break;
	case NODE_METRIC:
		add_metric(w, &n->metric);
		break;
	case NODE_FACTOR:
		add(w, "%g times its baseline", n->value);
		break;
	case NODE_BINARY:
		add(w, "(");
		add_node(w, n->left);
		add(w, " %c ", n->op);
		add_node(w, n->right);
		add(w, ")");
	}
}

const char *condition_describe(
	const struct condition *t, const struct names *names, char *ret, size_t size)
{
	struct words w = {names, ret, size, 0};

	add_node(&w, t->left);
	add(&w, " %s ", relation_names[t->relation]);
	add_node(&w, t->right);
	return ret;
}
