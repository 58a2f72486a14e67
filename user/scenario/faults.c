// SPDX-License-Identifier: GPL-2.0
/* faults: of a phase. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static int take_on(struct value v, void *fault, struct error *why)
{
	return parse_points(v.text, fault, why);
}

static int take_at(struct value v, void *fault, struct error *why)
{
	struct fault_spec *f = fault;

	f->at = strcmp(v.text, "exit") ? AT_ENTRY : AT_EXIT;
	if (f->at == AT_ENTRY && strcmp(v.text, "entry"))
		return complain(
			why, "%s takes entry or exit, not \"%s\"", named(v), quoted(v.text));
	return 0;
}

static int take_some(struct value v, struct chosen *to, struct error *why)
{
	uint64_t n = 0;
	int err;

	to->whom = WHOM_SOME;
	if (strchr(v.text, '%') || strstr(v.text, "ppm"))
		return parse_chance(v.text, &to->share_ppm, why);
	if (!strcmp(v.text, "one")) {
		to->n = 1;
		return 0;
	}
	if (v.text[0] < '0' || v.text[0] > '9')
		return complain(why, "%s takes all, main, one, a number or a share, not \"%s\"",
			named(v), quoted(v.text));
	err = take_count(v, 1, UINT_MAX, &n, why);
	to->n = n;
	return err;
}

static int take_to(struct value v, void *fault, struct error *why)
{
	struct fault_spec *f = fault;

	f->has_to = true;
	f->to = (struct chosen){};
	if (!strcmp(v.text, "all"))
		return 0;
	if (!strcmp(v.text, "main")) {
		f->to.whom = WHOM_MAIN;
		return 0;
	}
	return take_some(v, &f->to, why);
}

static int read_when_key(struct document *d, yaml_node_t *node, void *fault)
{
	return read_when(d, node, &((struct fault_spec *)fault)->trigger);
}

static int read_where_key(struct document *d, yaml_node_t *node, void *fault)
{
	return read_where(d, node, &((struct fault_spec *)fault)->where);
}

static int take_from(struct value v, void *fault, struct error *why)
{
	return parse_duration(v.text, &((struct fault_spec *)fault)->from_ns, why);
}

static int take_until(struct value v, void *fault, struct error *why)
{
	return parse_duration(v.text, &((struct fault_spec *)fault)->until_ns, why);
}

/* Which one it is shows when all targets are known: bind_targets(). */
static int take_target(struct value v, void *fault, struct error *why)
{
	(void)v;
	(void)fault;
	(void)why;
	return 0;
}

static int take_optional(struct value v, void *fault, struct error *why)
{
	return take_bool(v, &((struct fault_spec *)fault)->optional, why);
}

/* What all faults have, or several of them. */
static const struct key fault_keys[] = {
	{"on", VALUE_CALLS, .list = true, .needs = TAKES_ON, .option = "on", .take = take_on,
		.about = "the system calls and groups of them", .example = "[openat, \"%network\"]",
		.missing = "--on is missing"},
	{"at", VALUE_MOMENT, .needs = TAKES_MOMENT, .option = "at", .take = take_at,
		.about = "before the call takes effect, or after it", .fallback = "entry",
		.example = "exit"},
	{"to", VALUE_WHOM, .needs = TAKES_WHOM, .option = "to", .take = take_to,
		.about =
			"which processes of the target: all, the oldest one (main), one or so many "
			"that are drawn, or a share of them",
		.fallback = "all", .example = "one"},
	{"when", VALUE_BLOCK, BLOCK_WHEN, .read = read_when_key, .about = "the trigger",
		.fallback = "each call", .example = "chance: 5%"},
	{"where", VALUE_BLOCK, BLOCK_WHERE, .needs = STRIKES_SINGLY | OF_CONNECTIONS,
		.option = "where", .read = read_where_key,
		.about = "which calls, packets or connections of the target are meant",
		.fallback = "all", .example = "path: /srv/**, fd: file"},
	{"from", VALUE_TIME, .take = take_from,
		.about = "when it begins, counted from the beginning of the phase",
		.fallback = "at once", .example = "2s"},
	{"until", VALUE_TIME, .take = take_until, .about = "when it ends, counted in the same way",
		.fallback = "with the phase", .example = "5s"},
	{"target", VALUE_NAME, .take = take_target,
		.about = "the name of a target; needed when there are several", .example = "db"},
	{"optional", VALUE_BOOL, .take = take_optional,
		.about = "true: where the kernel can't, it is left out with a note",
		.fallback = "false", .example = "true"},
};

const struct block_row block_fault = {"fault", "a fault", fault_keys, ARRAY_SIZE(fault_keys)};

/* The fault whose own key was given; -1: none or several were. */
static int find_fault(const struct given *g)
{
	int found = -1;

	for (int f = 0; f < NR_FAULTS; f++) {
		if (!given_value(g, fault_names[f]))
			continue;
		if (found >= 0)
			return -1;
		found = f;
	}
	return found;
}

/* `on` is asked for apart: there is more to say of it. */
static int check_keys(struct document *d, const struct given *g, enum fault fault)
{
	char names[100];

	for (size_t i = 0; i < g->n; i++)
		if (g->values[i] && strcmp(g->keys[i]->name, "on") &&
			!key_applies(g->keys[i], fault))
			return wrong(d, g->values[i], "\"%s\" belongs to %s", g->keys[i]->name,
				list_faults_with(g->keys[i], names, sizeof(names)));
	return 0;
}

static int complete(
	struct document *d, yaml_node_t *node, const struct given *g, struct fault_spec *f)
{
	int fault = find_fault(g), err;
	char names[160];

	if (fault < 0)
		return wrong(d, node, "a fault has exactly one of %s",
			list_words(fault_names, NR_FAULTS, " and ", names, sizeof(names)));
	f->fault = fault;
	f->whole = fault_kinds[fault]->whole && !given_value(g, "on");
	err = check_keys(d, g, fault);
	if (err)
		return err;
	if (!takes_on(f) && !f->whole && given_value(g, "on"))
		return wrong(d, given_value(g, "on"), "%s takes no \"on\": %s", fault_names[fault],
			kind_of(f)->takes_no_on);
	if (kind_of(f)->set_points)
		kind_of(f)->set_points(f);
	if (takes_on(f) && !f->n_points && !given_value(g, "on"))
		return wrong(
			d, node, "\"on\" is missing: the system calls to %s", fault_names[fault]);
	return 0;
}

static int read_fault(struct document *d, yaml_node_t *node, void *parsing)
{
	struct parsing *p = parsing;
	unsigned int index = p->s->n_faults;
	struct fault_spec *f;
	struct given given;
	int err;

	if (index == MAX_RULES)
		return wrong(d, node, "more than %d faults", MAX_RULES), NO_MORE;
	f = &p->s->faults[index];
	f->place = place_of(node);
	f->phase = p->s->n_phases - 1;
	trigger_init(&f->trigger);
	err = read_block(d, node, BLOCK_FAULT, f, &given);
	p->fault_target[index] = given_value(&given, "target");
	p->s->n_faults++;
	err = err ?: complete(d, node, &given, f);
	return err ?: wrong_value(d, node, narrow_points(f, d->why));
}

int read_faults(struct document *d, yaml_node_t *node, void *parsing)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"faults\" takes a list of faults");
	return read_list(d, node, "faults", read_fault, parsing);
}

static int bind(struct document *d, struct parsing *p, unsigned int fault)
{
	const yaml_node_t *node = p->fault_target[fault];
	const char *names[MAX_TARGETS], *word;
	int err;

	if (p->s->faults[fault].partition.n && node)
		return wrong(d, node, "a partition names its targets itself");
	if (p->s->faults[fault].partition.n)
		return bind_partition(d, p->s, &p->s->faults[fault]);

	for (unsigned int i = 0; i < p->s->n_targets; i++) {
		names[i] = p->s->targets[i].name;
		if (!node || strcmp(names[i], (char *)node->data.scalar.value))
			continue;
		p->s->faults[fault].target = i;
		return 0;
	}
	if (node) {
		word = (char *)node->data.scalar.value;
		err = complain_unknown(d->why, "target", word, names, p->s->n_targets);
		return wrong_value(d, node, err);
	}
	if (p->s->n_targets == 1)
		return 0;
	d->why->place = p->s->faults[fault].place;
	return complain(d->why, "\"target\" is missing in a fault: there are several targets");
}

int bind_targets(struct document *d, struct parsing *p)
{
	int err = 0;

	for (unsigned int i = 0; i < p->s->n_faults; i++)
		if (bind(d, p, i))
			err = go_on(d);
	return err;
}
