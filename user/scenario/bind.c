// SPDX-License-Identifier: GPL-2.0
/* The conditions of a scenario, once all the names are known that they may have. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "scenario/parse.h"

enum { PHASES, PROBES, TARGETS, LOGS, WORKLOADS };

static int point_of(const char *name)
{
	for (size_t i = 0; *name && i < NR_POINTS; i++)
		if (!strcmp(points[i].name, name))
			return i;
	return -1;
}

static int error_of(const char *name)
{
	struct error why;
	int error;

	return name[0] == 'E' && !parse_errno(name, &error, &why) ? error : -1;
}

static const char *point_name(int point)
{
	return points[point].name;
}

static const char *error_name(int error)
{
	return strerrorname_np(error) ?: "an unknown errno";
}

void scenario_names(const struct scenario *s, struct scenario_names *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (unsigned int i = 0; i < s->n_phases; i++)
		ret->lists[PHASES][i] = s->phases[i].name;
	for (unsigned int i = 0; i < s->n_probes; i++)
		ret->lists[PROBES][i] = s->probes[i].name;
	for (unsigned int i = 0; i < s->n_logs; i++)
		ret->lists[LOGS][i] = s->logs[i].name;
	for (unsigned int i = 0; i < s->n_targets; i++)
		ret->lists[TARGETS][i] = s->targets[i].name;
	for (unsigned int i = 0; s->names_workloads && i < s->n_workloads; i++)
		ret->lists[WORKLOADS][i] = s->workloads[i].name;
	ret->names = (struct names){.phases = ret->lists[PHASES],
		.n_phases = s->n_phases,
		.probes = ret->lists[PROBES],
		.n_probes = s->n_probes,
		.targets = ret->lists[TARGETS],
		.n_targets = s->n_targets,
		.logs = ret->lists[LOGS],
		.n_logs = s->n_logs,
		.workloads = ret->lists[WORKLOADS],
		.n_workloads = s->names_workloads ? s->n_workloads : 0,
		.n_rules = s->n_faults,
		.point = point_of,
		.error = error_of,
		.point_name = point_name,
		.error_name = error_name};
}

/* How many bytes of the file a character takes that a double-quoted scalar writes with \. */
static size_t escape_length(const char *c)
{
	return *c != '\\' ? 1 : c[1] == 'x' ? 4 : c[1] == 'u' ? 6 : c[1] == 'U' ? 10 : 2;
}

/* Where the condition's character number `column` stands; a text of several lines: where it begins.
 */
static struct place place_within(
	const struct document *d, const yaml_node_t *node, unsigned int column)
{
	yaml_scalar_style_t style = node->data.scalar.style;
	bool quotes = style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	struct place place = place_of(node);
	const char *c = d->text, *end = d->text + d->size;

	if (node->start_mark.line != node->end_mark.line ||
		(!quotes && style != YAML_SINGLE_QUOTED_SCALAR_STYLE))
		return place;
	/* Marks count characters. */
	for (size_t i = 0; i < node->start_mark.index && c < end; i++)
		for (c++; c < end && ((unsigned char)*c & 0xc0) == 0x80;)
			c++;
	place.column++;
	c++;
	for (unsigned int i = 1; i < column && c < end; i++) {
		size_t length = quotes ? escape_length(c) : c[0] == '\'' && c[1] == '\'' ? 2 : 1;

		place.column += length;
		for (c += length; c < end && ((unsigned char)*c & 0xc0) == 0x80;)
			c++;
	}
	return place;
}

struct binding_of_names {
	const struct document *d; /* NULL: the scenario is of no file */
	struct scenario_names names;
	struct scenario *s;
	struct error *why;
};

/* Without a node the text itself has to be told. `skip`: characters before what was written. */
static int misplaced(
	struct binding_of_names *b, const struct written *w, unsigned int skip, int err)
{
	char message[sizeof(b->why->message)];
	unsigned int column = b->why->place.column;

	if (w->node && b->d) {
		b->why->place = column > skip ? place_within(b->d, w->node, column - skip)
					      : place_of(w->node);
		return err;
	}
	snprintf(message, sizeof(message), "%s", b->why->message);
	b->why->place = (struct place){};
	return error_set(b->why, err, "\"%s\", character %u: %s", quoted(w->text), column, message);
}

static int bind(struct binding_of_names *b, struct written *w, unsigned int skip)
{
	int err = condition_parse(w->text, &b->names.names, &w->condition, b->why);

	return err ? misplaced(b, w, skip, err) : 0;
}

struct needs {
	bool slo, workload, verify;
	int verified; /* the workload; -1: any */
	struct scenario *s;
	int unmeasured; /* a point that is no system call; -1: none */
};

/* "calls[read]", "p99[fsync, natural]" */
static bool is_of_calls(const struct metric *m)
{
	return m->point >= 0 && (m->row->subject == OF_WORKLOAD || metric_counts_calls(m));
}

static void look(const struct metric *m, void *context)
{
	struct needs *n = context;

	if (is_of_calls(m) &&
		(points[m->point].kind == KIND_SYSCALL || points[m->point].kind == KIND_CODE))
		observe_point(n->s, m->point);
	else if (is_of_calls(m))
		n->unmeasured = m->point;
	n->slo |= m->row->needs == NEEDS_SLO;
	n->workload |= m->row->subject == OF_WORKLOAD && m->point < 0;
	if (m->row->needs == NEEDS_VERIFY) {
		n->verify = true;
		n->verified = m->object;
	}
}

static bool verifies(const struct scenario *s, int workload)
{
	for (unsigned int i = 0; i < s->n_workloads; i++)
		if (s->workloads[i].verify.exec && (workload < 0 || (unsigned int)workload == i))
			return true;
	return false;
}

/* What the condition asks of has to be in the scenario. */
static int has_what_it_needs(struct binding_of_names *b, const struct written *w)
{
	struct needs n = {.s = b->s, .unmeasured = -1};

	condition_metrics(w->condition, look, &n);
	b->why->place.column = 1;
	if (n.slo && !b->s->judging.slo.given)
		return misplaced(b, w, 0,
			complain(b->why, "an error budget needs \"slo\": {success: 99.9%%}"));
	if (n.verify && !verifies(b->s, n.verified))
		return misplaced(b, w, 0,
			complain(b->why,
				"it asks for what was lost, but the workload has no \"verify\""));
	if (n.unmeasured >= 0)
		return misplaced(b, w, 0,
			complain(b->why,
				"only system calls and points in code are measured: %s is neither",
				points[n.unmeasured].name));
	if (n.workload && !b->s->n_workloads)
		return misplaced(b, w, 0,
			complain(b->why, "it asks for operations, but there is no \"workload\""));
	return 0;
}

static int bind_expectation(struct binding_of_names *b, struct expectation *e)
{
	int err = e->exec ? 0 : bind(b, &e->that, 0) ?: has_what_it_needs(b, &e->that);

	if (err)
		return err;
	if (!e->name)
		e->name = strdup(e->exec ? e->exec[0] : e->that.text);
	if (!e->name)
		return error_set(b->why, -ENOMEM, "out of memory");
	b->why->place = e->place;
	if (e->exec && e->stop)
		return complain(b->why, "\"stop\": a program is asked at the end only");
	if (e->exec && e->min)
		return complain(b->why, "\"min\": a program counts for itself");
	if (e->stop && condition_is_of_run(e->that.condition))
		return complain(b->why, "\"stop\": that is known at the end only");
	if (e->stop && condition_only_grows(e->that.condition))
		return complain(b->why, "\"stop\": this can only become true: it is known at the "
					"end");
	for (const struct expectation *o = b->s->judging.expectations; o < e; o++)
		if (o->name && !strcmp(o->name, e->name)) /* without: it had a mistake */
			return complain(
				b->why, "there are two expectations named \"%s\"", quoted(e->name));
	return 0;
}

static int guard_phase(struct binding_of_names *b, struct guard *g, const char *word)
{
	const char *words[MAX_PHASES + 4] = {"all", "baseline", "inject", "recover"};
	const struct scenario *s = b->s;
	uint32_t before = g->phases;

	for (unsigned int i = 0; i < s->n_phases; i++) {
		words[4 + i] = s->phases[i].name;
		if (!strcmp(word, s->phases[i].name))
			g->phases |= 1u << i;
	}
	if (g->phases != before)
		return 0;
	for (unsigned int i = 0; i < s->n_phases; i++)
		if (!strcmp(word, "all") || !strcmp(word, role_names[scenario_role(s, i)]))
			g->phases |= 1u << i;
	for (unsigned int i = 0; i < 4; i++)
		if (!strcmp(word, words[i]))
			return 0;
	b->why->place = g->place;
	return complain_unknown(b->why, "phase", word, words, 4 + s->n_phases);
}

static uint64_t time_of(const struct scenario *s, uint32_t phases)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < s->n_phases; i++)
		if (phases >> i & 1)
			sum += s->phases[i].duration_ns;
	return sum;
}

static int bind_guard(struct binding_of_names *b, struct guard *g)
{
	int err = bind(b, &g->stop, 0) ?: has_what_it_needs(b, &g->stop);

	/* Where nothing is injected it looks always. */
	if (!err && !g->n_words && !b->s->n_faults)
		g->phases = (1u << b->s->n_phases) - 1;
	else if (!err && !g->n_words)
		err = guard_phase(b, g, "inject");
	for (unsigned int i = 0; i < g->n_words && !err; i++)
		err = guard_phase(b, g, g->words[i]);
	if (!err && !g->phases) {
		b->why->place = g->place;
		return complain(b->why, "the guard never looks: the scenario has no such phase");
	}
	if (!err && time_of(b->s, g->phases) <= g->grace_ns + g->for_ns) {
		b->why->place = g->place;
		return complain(b->why,
			"the guard never stops anything: its phases last %gs, and `grace` and "
			"`for` "
			"take %gs",
			time_of(b->s, g->phases) / 1e9, (g->grace_ns + g->for_ns) / 1e9);
	}
	if (!err && condition_is_of_run(g->stop.condition)) {
		b->why->place.column = 1;
		err = misplaced(b, &g->stop, 0,
			complain(b->why, "that is known at the end only, and nothing for a "
					 "guard"));
	}
	return err;
}

/* The time before the first fault; *ret_phases: how many phases are in it. */
static uint64_t baseline_ns(const struct scenario *s)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < s->n_phases; i++)
		if (scenario_role(s, i) == ROLE_BASELINE)
			sum += s->phases[i].duration_ns;
	return sum;
}

static int bind_steady(struct binding_of_names *b, struct steady *t)
{
	uint64_t before = baseline_ns(b->s);
	int err = 0;

	if (!t->given)
		return 0;
	for (unsigned int i = 0; i < t->n && !err; i++) {
		/* The metric stands elsewhere: it is the key. */
		err = bind(b, &t->bounds[i], strcspn(t->bounds[i].text, " ") + 1);
	}
	if (err)
		return err;
	b->why->place = t->place;
	if (!b->s->n_workloads)
		return complain(b->why, "\"steady\" needs a \"workload\"");
	if (!before)
		return complain(b->why, "\"steady\" needs a phase before the first fault");
	if (t->before_ns > before)
		return complain(b->why, "\"before\" is longer than the %gs before the first fault",
			before / 1e9);
	return 0;
}

static int bind_slo(struct binding_of_names *b, const struct slo *o)
{
	if (!o->given || b->s->n_workloads)
		return 0;
	b->why->place = o->place;
	return complain(b->why, "\"slo\" needs a \"workload\"");
}

/* Of a file all complaints are wanted, of a command line the first. */
static int next(struct document *d)
{
	return d ? go_on(d) : -EINVAL;
}

int bind_conditions(struct document *d, struct scenario *s, struct error *why)
{
	struct judging *j = &s->judging;
	struct binding_of_names b = {.d = d, .s = s, .why = why};
	int err = 0;

	scenario_names(s, &b.names);
	for (unsigned int i = 0; i < j->n_expectations && (d || !err); i++)
		err = bind_expectation(&b, &j->expectations[i]) ? next(d) : err;
	for (unsigned int i = 0; i < j->n_guards && (d || !err); i++)
		err = bind_guard(&b, &j->guards[i]) ? next(d) : err;
	if (d || !err)
		err = bind_slo(&b, &j->slo) ? next(d) : err;
	return err ?: bind_steady(&b, &j->steady);
}
