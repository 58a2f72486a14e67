// SPDX-License-Identifier: GPL-2.0
/* expect and guard: their keys and values. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

#define CRITERIA "criteria/"
#define LEAST_OVER_NS 50000000ull /* run/guards.c */

const struct criterion criteria[] = {
#define CRITERION(set, that) {set, that},
#include "expect/criteria.def"
#undef CRITERION
};

const size_t n_criteria = ARRAY_SIZE(criteria);

static struct judging *judging_of(void *parsing)
{
	return &((struct parsing *)parsing)->s->judging;
}

static int keep(struct written *w, const char *text, struct error *why)
{
	w->text = strdup(text);
	return w->text ? 0 : complain(why, "out of memory");
}

static struct expectation *new_expectation(struct judging *j, struct error *why)
{
	if (j->n_expectations < MAX_EXPECTATIONS)
		return &j->expectations[j->n_expectations++];
	complain(why, "more than %d expectations", MAX_EXPECTATIONS);
	return NULL;
}

int expect_criteria(struct judging *j, const char *name, struct error *why)
{
	const char *set = name + strlen(CRITERIA), *words[ARRAY_SIZE(criteria)];
	struct expectation *e;
	bool found = false;
	size_t n = 0;

	for (size_t i = 0; i < n_criteria; i++) {
		if (!n || strcmp(words[n - 1], criteria[i].set))
			words[n++] = criteria[i].set;
		if (strcmp(criteria[i].set, set))
			continue;
		found = true;
		e = new_expectation(j, why);
		if (!e)
			return -EINVAL;
		e->criterion = strdup(set);
		if (!e->criterion || keep(&e->that, criteria[i].that, why))
			return complain(why, "out of memory");
	}
	return found ? 0 : complain_unknown(why, "set of criteria", set, words, n);
}

int expect_text(struct judging *j, const char *text, struct error *why)
{
	struct expectation *e;

	if (!strncmp(text, CRITERIA, strlen(CRITERIA)))
		return expect_criteria(j, text, why);
	e = new_expectation(j, why);
	return e ? keep(&e->that, text, why) : -EINVAL;
}

static struct guard *new_guard(struct judging *j, struct error *why)
{
	struct guard *g = &j->guards[j->n_guards];

	if (j->n_guards == MAX_GUARDS) {
		complain(why, "more than %d guards", MAX_GUARDS);
		return NULL;
	}
	j->n_guards++;
	g->over_ns = DEFAULT_OVER_NS;
	g->min = DEFAULT_GUARD_MIN;
	return g;
}

int guard_text(struct judging *j, const char *text, struct error *why)
{
	struct guard *g = new_guard(j, why);

	return g ? keep(&g->stop, text, why) : -EINVAL;
}

/* YAML has its own ideas of :, [, {, > and #, so that what isn't quoted may be something else. */
static int read_condition(
	struct document *d, yaml_node_t *node, const char *what, struct written *ret)
{
	const char *text = NULL;
	int err;

	if (node->type != YAML_SCALAR_NODE)
		return wrong(d, node, "quote it: %s is a text: \"p99 <= 400ms\"", what);
	err = read_text(d, node, what, &text);
	if (err)
		return err;
	if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		return wrong(d, node, "quote it: \"%s\"", quoted(text));
	ret->node = node;
	return keep(ret, text, d->why) ? wrong(d, node, "out of memory") : 0;
}

static int read_exec_of(struct document *d, yaml_node_t *node, void *expectation)
{
	return read_argv(d, node, "exec", &((struct expectation *)expectation)->exec);
}

static int read_that(struct document *d, yaml_node_t *node, void *expectation)
{
	struct expectation *e = expectation;

	if (node->type == YAML_MAPPING_NODE)
		return read_block(d, node, BLOCK_THAT, e, NULL);
	return read_condition(d, node, "\"that\"", &e->that);
}

static int take_expectation_name(struct value v, void *expectation, struct error *why)
{
	return take_copy(v, &((struct expectation *)expectation)->name, why);
}

static int take_min(struct value v, void *expectation, struct error *why)
{
	return take_count(v, 1, 1000000, &((struct expectation *)expectation)->min, why);
}

static int take_stop(struct value v, void *expectation, struct error *why)
{
	return take_bool(v, &((struct expectation *)expectation)->stop, why);
}

static int take_optional(struct value v, void *expectation, struct error *why)
{
	return take_bool(v, &((struct expectation *)expectation)->optional, why);
}

static const struct key that_keys[] = {
	{"exec", VALUE_ARGV, .required = true, .read = read_exec_of,
		.about = "run at the end, the report on its standard input: 0 is true, 1 false, 75 "
			 "unknown",
		.example = "[./order-of-failing.sh]"},
};

const struct block_row block_that = {"that", "that", that_keys, ARRAY_SIZE(that_keys)};

static const struct key expect_keys[] = {
	{"that", VALUE_CONDITION, BLOCK_THAT, .required = true, .read = read_that,
		.about = "what has to be true; or {exec: [program]}",
		.example = "\"p99 <= 400ms\""},
	{"name", VALUE_TEXT, .take = take_expectation_name, .about = "what reports call it",
		.fallback = "its text", .example = "no-crash"},
	{"min", VALUE_NUMBER, .take = take_min, .about = "with fewer samples it is unknown",
		.fallback = "1, of a quantile enough that it is not the largest", .example = "200"},
	{"stop", VALUE_BOOL, .take = take_stop,
		.about = "once it is false the experiment ends there", .fallback = "false",
		.example = "true"},
	{"optional", VALUE_BOOL, .take = take_optional, .about = "unknown counts as true",
		.fallback = "false", .example = "true"},
};

const struct block_row block_expect = {
	"expect", "an expectation", expect_keys, ARRAY_SIZE(expect_keys)};

static int read_criteria(struct document *d, yaml_node_t *node, const char *name, struct judging *j)
{
	unsigned int first = j->n_expectations;
	int err = wrong_value(d, node, expect_criteria(j, name, d->why));

	for (unsigned int i = first; i < j->n_expectations; i++) {
		j->expectations[i].that.node = node;
		j->expectations[i].place = place_of(node);
	}
	return err;
}

/* A set of criteria is a name, and may stand without quotes. */
static int read_expectation(struct document *d, yaml_node_t *node, void *parsing)
{
	struct judging *j = judging_of(parsing);
	struct expectation *e;
	const char *text;

	if (node->type == YAML_SCALAR_NODE) {
		text = (const char *)node->data.scalar.value;
		if (!strncmp(text, CRITERIA, strlen(CRITERIA)))
			return read_criteria(d, node, text, j);
	}
	e = new_expectation(j, d->why);
	if (!e)
		return wrong_value(d, node, -EINVAL);
	e->place = place_of(node);
	if (node->type == YAML_MAPPING_NODE)
		return read_block(d, node, BLOCK_EXPECT, e, NULL);
	return read_condition(d, node, "an expectation", &e->that);
}

int read_expectations(struct document *d, yaml_node_t *node, void *parsing)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"expect\" takes a list: [\"success_rate >= 99%%\"]");
	return read_list(d, node, "expect", read_expectation, parsing);
}

int take_expected(struct value v, void *parsing, struct error *why)
{
	return expect_text(judging_of(parsing), v.text, why);
}

static int read_stop(struct document *d, yaml_node_t *node, void *guard)
{
	return read_condition(d, node, "\"stop\"", &((struct guard *)guard)->stop);
}

static int take_over(struct value v, void *guard, struct error *why)
{
	struct guard *g = guard;
	int err = parse_duration(v.text, &g->over_ns, why);

	if (!err && g->over_ns < LEAST_OVER_NS)
		err = complain(why, "\"over\" is at least %gms: guards don't look more often",
			LEAST_OVER_NS / 1e6);
	return err;
}

static int take_for(struct value v, void *guard, struct error *why)
{
	return parse_duration(v.text, &((struct guard *)guard)->for_ns, why);
}

static int take_grace(struct value v, void *guard, struct error *why)
{
	return parse_duration(v.text, &((struct guard *)guard)->grace_ns, why);
}

static int take_guard_min(struct value v, void *guard, struct error *why)
{
	return take_count(v, 1, 1000000, &((struct guard *)guard)->min, why);
}

static int take_guard_phase(struct value v, void *guard, struct error *why)
{
	struct guard *g = guard;

	if (g->n_words == MAX_GUARD_PHASES)
		return complain(why, "more than %d phases", MAX_GUARD_PHASES);
	return take_copy(v, &g->words[g->n_words++], why);
}

static const struct key guard_keys[] = {
	{"stop", VALUE_CONDITION, .required = true, .read = read_stop,
		.about = "when this holds the faults end", .example = "\"success_rate < 50%\""},
	{"over", VALUE_TIME, .take = take_over, .about = "how far back it looks", .fallback = "5s",
		.example = "10s"},
	{"for", VALUE_TIME, .take = take_for, .about = "so long it has to hold",
		.fallback = "0s, at once", .example = "3s"},
	{"min", VALUE_NUMBER, .take = take_guard_min, .about = "with fewer samples it is unknown",
		.fallback = "20", .example = "50"},
	{"grace", VALUE_TIME, .take = take_grace,
		.about = "so long after a phase began it doesn't look", .fallback = "0s",
		.example = "2s"},
	{"phases", VALUE_TEXT, .list = true, .take = take_guard_phase,
		.about = "in which it looks: their names, baseline, inject, recover or all",
		.fallback = "inject", .example = "[all]"},
};

const struct block_row block_guard = {"guard", "a guard", guard_keys, ARRAY_SIZE(guard_keys)};

static int read_guard_item(struct document *d, yaml_node_t *node, void *parsing)
{
	struct guard *g = new_guard(judging_of(parsing), d->why);

	if (!g)
		return wrong_value(d, node, -EINVAL);
	g->place = place_of(node);
	if (node->type == YAML_MAPPING_NODE)
		return read_block(d, node, BLOCK_GUARD, g, NULL);
	return read_condition(d, node, "a guard", &g->stop);
}

int read_guard(struct document *d, yaml_node_t *node, void *parsing)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"guard\" takes a list: [\"success_rate < 50%%\"]");
	return read_list(d, node, "guard", read_guard_item, parsing);
}

int take_guard(struct value v, void *parsing, struct error *why)
{
	return guard_text(judging_of(parsing), v.text, why);
}

static void free_list(char **list)
{
	for (char **p = list; p && *p; p++)
		free(*p);
	free(list);
}

static void written_done(struct written *w)
{
	free(w->text);
	condition_free(w->condition);
}

void judging_done(struct judging *j)
{
	for (unsigned int i = 0; i < j->n_expectations; i++) {
		struct expectation *e = &j->expectations[i];

		written_done(&e->that);
		free_list(e->exec);
		free(e->name);
		free(e->criterion);
	}
	for (unsigned int i = 0; i < j->n_guards; i++) {
		written_done(&j->guards[i].stop);
		for (unsigned int k = 0; k < j->guards[i].n_words; k++)
			free(j->guards[i].words[k]);
	}
	for (unsigned int i = 0; i < j->steady.n; i++)
		written_done(&j->steady.bounds[i]);
}
