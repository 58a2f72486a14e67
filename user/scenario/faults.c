// SPDX-License-Identifier: GPL-2.0
/* faults: of a phase. */
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "scenario/parse.h"

/* A fault that is being read. */
struct reading {
	struct fault_spec *f;
	yaml_node_t *target, *on, *at, *interruptible;
	unsigned int kinds;
};

static void has_kind(struct reading *r, enum fault fault)
{
	r->f->fault = fault;
	r->kinds++;
}

static int parse_fail(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "fail", &text);

	has_kind(r, FAULT_FAIL);
	return err ?: wrong_value(d, node, parse_errno(text, &r->f->error, d->why));
}

static int parse_drop(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "drop", &text);

	has_kind(r, FAULT_DROP);
	return err ?: wrong_value(d, node, parse_direction(text, &r->f->direction, d->why));
}

static int parse_kill(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "kill", &text);

	has_kind(r, FAULT_KILL);
	return err ?: wrong_value(d, node, parse_signal(text, &r->f->signal, d->why));
}

static int parse_delay(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "delay", &text);

	has_kind(r, FAULT_DELAY);
	return err ?: wrong_value(d, node, parse_spread(text, &r->f->delay, d->why));
}

static int add_point(struct document *d, yaml_node_t *node, void *reading)
{
	const char *text = NULL;
	int err = read_text(d, node, "on", &text);

	return err
		       ?: wrong_value(d, node,
				  parse_points(text, ((struct reading *)reading)->f, d->why));
}

static int parse_on(struct document *d, yaml_node_t *node, void *reading)
{
	((struct reading *)reading)->on = node;
	return read_list(d, node, "on", add_point, reading);
}

static int parse_at(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "at", &text);

	r->at = node;
	if (err)
		return err;
	r->f->at = strcmp(text, "exit") ? AT_ENTRY : AT_EXIT;
	if (r->f->at == AT_ENTRY && strcmp(text, "entry"))
		return wrong(d, node, "\"at\" takes entry or exit, not \"%s\"", quoted(text));
	return 0;
}

static int parse_chance_key(struct document *d, yaml_node_t *node, void *trigger)
{
	struct trigger *t = trigger;
	const char *text = NULL;
	int err = read_text(d, node, "chance", &text);

	t->has_chance = true;
	return err ?: wrong_value(d, node, parse_chance(text, &t->chance_ppm, d->why));
}

static int parse_after(struct document *d, yaml_node_t *node, void *trigger)
{
	return read_count(d, node, "after", 0, INT64_MAX, &((struct trigger *)trigger)->after);
}

static int parse_every(struct document *d, yaml_node_t *node, void *trigger)
{
	uint64_t every = 0;
	int err = read_count(d, node, "every", 1, UINT_MAX, &every);

	((struct trigger *)trigger)->every = every;
	return err;
}

static int parse_limit(struct document *d, yaml_node_t *node, void *trigger)
{
	return read_count(d, node, "limit", 1, INT64_MAX, &((struct trigger *)trigger)->limit);
}

static int parse_rate_key(struct document *d, yaml_node_t *node, void *trigger)
{
	const char *text = NULL;
	int err = read_text(d, node, "rate", &text);

	return err
		       ?: wrong_value(d, node,
				  parse_rate(
					  text, &((struct trigger *)trigger)->interval_ns, d->why));
}

static int parse_per_key(struct document *d, yaml_node_t *node, void *trigger)
{
	const char *text = NULL;
	int err = read_text(d, node, "per", &text);

	return err
		       ?: wrong_value(d, node,
				  parse_per(text, &((struct trigger *)trigger)->per, d->why));
}

static int parse_ramp_key(struct document *d, yaml_node_t *node, void *trigger)
{
	const char *text = NULL;
	int err = read_text(d, node, "ramp", &text);

	return err ?: wrong_value(d, node, parse_ramp(text, trigger, d->why));
}

static int parse_on_time(struct document *d, yaml_node_t *node, void *trigger)
{
	return read_duration(d, node, "on", &((struct trigger *)trigger)->on_ns);
}

static int parse_off_time(struct document *d, yaml_node_t *node, void *trigger)
{
	return read_duration(d, node, "off", &((struct trigger *)trigger)->off_ns);
}

int parse_burst(struct document *d, yaml_node_t *node, void *trigger)
{
	static const struct key keys[] = {
		{"on", parse_on_time, true}, {"off", parse_off_time, true}};

	return read_mapping(d, node, "\"burst\"", keys, ARRAY_SIZE(keys), trigger);
}

static int parse_when(struct document *d, yaml_node_t *node, void *reading)
{
	static const struct key keys[] = {{"chance", parse_chance_key, false},
		{"after", parse_after, false}, {"every", parse_every, false},
		{"limit", parse_limit, false}, {"rate", parse_rate_key, false},
		{"per", parse_per_key, false}, {"ramp", parse_ramp_key, false},
		{"burst", parse_burst, false}};

	return read_mapping(d, node, "\"when\"", keys, ARRAY_SIZE(keys),
		&((struct reading *)reading)->f->trigger);
}

static int parse_from(struct document *d, yaml_node_t *node, void *reading)
{
	return read_duration(d, node, "from", &((struct reading *)reading)->f->from_ns);
}

static int parse_until(struct document *d, yaml_node_t *node, void *reading)
{
	return read_duration(d, node, "until", &((struct reading *)reading)->f->until_ns);
}

static int parse_where_key(struct document *d, yaml_node_t *node, void *reading)
{
	return parse_where(d, node, &((struct reading *)reading)->f->where);
}

static int parse_target_name(struct document *d, yaml_node_t *node, void *reading)
{
	const char *text = NULL;

	((struct reading *)reading)->target = node;
	return read_text(d, node, "target", &text);
}

static int parse_optional(struct document *d, yaml_node_t *node, void *reading)
{
	return read_bool(d, node, "optional", &((struct reading *)reading)->f->optional);
}

static int parse_interruptible(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;

	r->interruptible = node;
	return read_bool(d, node, "interruptible", &r->f->interruptible);
}

static int complete(struct document *d, yaml_node_t *node, const struct reading *r)
{
	struct fault_spec *f = r->f;

	if (r->kinds != 1)
		return wrong(d, node, "a fault has exactly one of fail, delay, drop and kill");
	if (!(kind_of(f)->flags & TAKES_MOMENT) && r->at)
		return wrong(d, r->at, "\"at\" belongs to fail and kill");
	if (f->fault != FAULT_DELAY && r->interruptible)
		return wrong(d, r->interruptible, "\"interruptible\" belongs to delay");
	if (strikes_calls(f))
		return r->on ? 0
			     : wrong(d, node, "\"on\" is missing: the system calls to %s",
				       fault_names[f->fault]);
	if (r->on)
		return wrong(d, r->on, "drop takes no \"on\": it names packets by direction");
	if (kind_of(f)->set_points)
		kind_of(f)->set_points(f);
	return 0;
}

static int parse_fault(struct document *d, yaml_node_t *node, void *parsing)
{
	static const struct key keys[] = {{"fail", parse_fail, false},
		{"delay", parse_delay, false}, {"drop", parse_drop, false},
		{"kill", parse_kill, false}, {"on", parse_on, false}, {"at", parse_at, false},
		{"when", parse_when, false}, {"where", parse_where_key, false},
		{"from", parse_from, false}, {"until", parse_until, false},
		{"target", parse_target_name, false}, {"optional", parse_optional, false},
		{"interruptible", parse_interruptible, false}};
	struct parsing *p = parsing;
	struct reading r = {};
	int err;

	if (p->s->n_faults == MAX_RULES)
		return wrong(d, node, "more than %d faults", MAX_RULES);
	r.f = &p->s->faults[p->s->n_faults];
	r.f->place = place_of(node);
	r.f->phase = p->s->n_phases - 1;
	trigger_init(&r.f->trigger);
	err = read_mapping(d, node, "a fault", keys, ARRAY_SIZE(keys), &r);
	p->fault_target[p->s->n_faults++] = r.target;
	err = err ?: complete(d, node, &r);
	return err ?: wrong_value(d, node, narrow_points(r.f, d->why));
}

int parse_faults(struct document *d, yaml_node_t *node, void *parsing)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"faults\" takes a list of faults");
	return read_list(d, node, "faults", parse_fault, parsing);
}

static int bind(struct document *d, struct parsing *p, unsigned int fault)
{
	const yaml_node_t *node = p->fault_target[fault];
	const char *names[MAX_TARGETS], *word;
	int err;

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

	for (unsigned int i = 0; i < p->s->n_faults && !err; i++)
		err = bind(d, p, i);
	return err;
}
