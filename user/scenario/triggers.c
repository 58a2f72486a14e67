// SPDX-License-Identifier: GPL-2.0
/* when: of a fault, and safety: their keys and values. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

#define LEAST_HAZARD_NS 10000000ull

void trigger_init(struct trigger *t)
{
	*t = (struct trigger){.chance_ppm = PPM, .every = 1};
}

bool triggers_spans_alone(const struct trigger *t)
{
	struct trigger never;

	trigger_init(&never);
	return !t->hazard_ns && !t->after_bytes && !t->open_fds && !t->has_chance && !t->has_ramp &&
	       t->after == never.after && t->every == never.every && t->limit == never.limit &&
	       t->interval_ns == never.interval_ns && t->per == never.per;
}

static int read_chance(const char *text, uint32_t *ret_ppm, struct error *why)
{
	const char *unit;
	double value;

	if (!decimal_number(text, &value, &unit))
		return complain(why, "\"%s\" is not a chance (30%%, 0.5%%, 250ppm)", quoted(text));
	if (!strcmp(unit, "%"))
		value *= PPM / 100.0;
	else if (strcmp(unit, "ppm"))
		return complain(
			why, "chance \"%s\" needs %% or ppm after the number", quoted(text));
	if (value > PPM)
		return complain(why, "chance \"%s\" is above 100%%", quoted(text));
	*ret_ppm = lround(value);
	return 0;
}

int parse_chance(const char *text, uint32_t *ret_ppm, struct error *why)
{
	int err = read_chance(text, ret_ppm, why);

	if (!err && !*ret_ppm)
		return complain(
			why, "chance \"%s\" is below 1ppm: it would never fire", quoted(text));
	return err;
}

int parse_ramp(const char *text, struct trigger *ret, struct error *why)
{
	static const char *const signs[] = {"→", "->"};
	_cleanup_free_ char *copy = strdup(text);
	char *to = NULL;
	int err;

	if (!copy)
		return complain(why, "out of memory");
	for (size_t i = 0; i < ARRAY_SIZE(signs) && !to; i++) {
		to = strstr(copy, signs[i]);
		if (!to)
			continue;
		*to = '\0';
		to += strlen(signs[i]);
	}
	if (!to)
		return complain(why, "\"%s\" is not a ramp (0%% -> 30%%)", quoted(text));
	trim(copy);
	trim(to);
	err = read_chance(copy, &ret->chance_ppm, why);
	if (!err)
		err = read_chance(to + strspn(to, " "), &ret->ramp_ppm, why);
	if (!err && ret->chance_ppm == ret->ramp_ppm)
		return complain(
			why, "\"%s\" is not a ramp: start and end are the same", quoted(text));
	ret->has_ramp = true;
	return err;
}

int parse_rate(const char *text, uint64_t *ret_interval_ns, struct error *why)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"/s", 1e9}, {"/m", 60e9}, {"/h", 3600e9}};
	const char *unit;
	double value;

	if (!decimal_number(text, &value, &unit))
		return complain(why, "\"%s\" is not a rate (100/s, 30/m)", quoted(text));
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(unit, units[i].name))
			continue;
		if (value * 3600e9 / units[i].ns < 1)
			return complain(why, "the rate \"%s\" is below 1/h", quoted(text));
		if (value * 1e9 / units[i].ns > 1e6)
			return complain(why, "the rate \"%s\" is above 1000000/s", quoted(text));
		*ret_interval_ns = llround(units[i].ns / value);
		return 0;
	}
	return complain(why, "the rate \"%s\" needs /s, /m or /h after the number", quoted(text));
}

int parse_per(const char *text, enum per *ret, struct error *why)
{
	for (int i = 0; i < NR_PERS; i++) {
		*ret = i;
		if (!strcmp(text, per_names[i]))
			return 0;
	}
	return complain_unknown(why, "kind of counting", text, per_names, NR_PERS);
}

int parse_unprotect(const char *text, struct safety *s, struct error *why)
{
	if (!*text || strlen(text) >= COMM_LEN)
		return complain(why, "\"%s\" is not the name of a process (at most %d bytes)",
			quoted(text), COMM_LEN - 1);
	if (s->n_unprotect == MAX_PROTECTED_COMMS)
		return complain(why, "more than %d names to unprotect", MAX_PROTECTED_COMMS);
	snprintf(s->unprotect[s->n_unprotect++], COMM_LEN, "%s", text);
	return 0;
}

static int take_chance(struct value v, void *trigger, struct error *why)
{
	struct trigger *t = trigger;

	t->has_chance = true;
	return parse_chance(v.text, &t->chance_ppm, why);
}

static int take_after(struct value v, void *trigger, struct error *why)
{
	return take_count(v, 0, INT64_MAX, &((struct trigger *)trigger)->after, why);
}

static int take_after_bytes(struct value v, void *trigger, struct error *why)
{
	return parse_size(v.text, &((struct trigger *)trigger)->after_bytes, why);
}

static int take_open_fds(struct value v, void *trigger, struct error *why)
{
	return take_count(v, 1, INT_MAX, &((struct trigger *)trigger)->open_fds, why);
}

static int take_every(struct value v, void *trigger, struct error *why)
{
	uint64_t every = 0;
	int err = take_count(v, 1, UINT_MAX, &every, why);

	((struct trigger *)trigger)->every = every;
	return err;
}

static int take_limit(struct value v, void *trigger, struct error *why)
{
	return take_count(v, 1, INT64_MAX, &((struct trigger *)trigger)->limit, why);
}

static int take_rate(struct value v, void *trigger, struct error *why)
{
	return parse_rate(v.text, &((struct trigger *)trigger)->interval_ns, why);
}

static int take_hazard(struct value v, void *trigger, struct error *why)
{
	uint64_t *mean_ns = &((struct trigger *)trigger)->hazard_ns;
	int err = parse_rate(v.text, mean_ns, why);

	/* Each time all processes of the target are looked for. */
	if (!err && *mean_ns < LEAST_HAZARD_NS)
		return complain(why, "the hazard \"%s\" is above 100/s", quoted(v.text));
	return err;
}

static int take_per(struct value v, void *trigger, struct error *why)
{
	struct trigger *t = trigger;

	t->has_per = true;
	return parse_per(v.text, &t->per, why);
}

static int take_ramp(struct value v, void *trigger, struct error *why)
{
	return parse_ramp(v.text, trigger, why);
}

static int take_on_time(struct value v, void *trigger, struct error *why)
{
	return parse_duration(v.text, &((struct trigger *)trigger)->on_ns, why);
}

static int take_off_time(struct value v, void *trigger, struct error *why)
{
	return parse_duration(v.text, &((struct trigger *)trigger)->off_ns, why);
}

static const struct key burst_keys[] = {
	{"on", VALUE_TIME, .required = true, .take = take_on_time,
		.about = "how long it is in force", .example = "200ms"},
	{"off", VALUE_TIME, .required = true, .take = take_off_time,
		.about = "how long it is not, then", .example = "2s"},
};

const struct block_row block_burst = {"burst", "\"burst\"", burst_keys, ARRAY_SIZE(burst_keys)};

static int read_burst(struct document *d, yaml_node_t *node, void *trigger)
{
	return read_block(d, node, BLOCK_BURST, trigger, NULL);
}

static const struct key when_keys[] = {
	{"chance", VALUE_CHANCE, .needs = STRIKES_SINGLY, .option = "chance", .take = take_chance,
		.about = "this share of the calls that are left", .fallback = "100%",
		.example = "10%"},
	{"after", VALUE_COUNT, .needs = STRIKES_SINGLY, .option = "after", .take = take_after,
		.about = "the first N calls get no fault", .fallback = "0", .example = "100"},
	{"after_bytes", VALUE_SIZE, .needs = STRIKES_CALLS, .option = "after-bytes",
		.take = take_after_bytes,
		.about = "calls pass while they have asked for no more bytes than this together",
		.fallback = "none", .example = "64M"},
	{"open_fds", VALUE_NUMBER, .needs = STRIKES_CALLS, .option = "open-fds",
		.take = take_open_fds,
		.about = "calls pass while the process has fewer descriptors open",
		.fallback = "none", .example = "1000"},
	{"every", VALUE_NUMBER, .needs = STRIKES_SINGLY, .option = "every", .take = take_every,
		.about = "then the first and each n-th one", .fallback = "1", .example = "10"},
	{"limit", VALUE_NUMBER, .needs = TAKES_LIMIT, .option = "limit", .take = take_limit,
		.about = "no more than N injections", .fallback = "none", .example = "20"},
	{"rate", VALUE_RATE, .needs = STRIKES_SINGLY, .option = "rate", .take = take_rate,
		.about = "no more in a second, a minute or an hour", .fallback = "none",
		.example = "100/s"},
	{"per", VALUE_PER, .needs = STRIKES_SINGLY, .option = "per", .take = take_per,
		.about = "whose calls are counted together", .fallback = "target",
		.example = "task"},
	{"ramp", VALUE_RAMP, .needs = STRIKES_SINGLY, .option = "ramp", .take = take_ramp,
		.about = "a chance that goes from one to another", .example = "0% -> 30%"},
	{"hazard", VALUE_RATE, .needs = TAKES_HAZARD, .option = "hazard", .take = take_hazard,
		.about = "without calls: so often on average, at moments that tell nothing of the "
			 "next one",
		.fallback = "once, at the beginning", .example = "1/m"},
	{"burst", VALUE_BLOCK, BLOCK_BURST, .option = "burst", .read = read_burst,
		.about = "alternates: on, off, on ...", .fallback = "none",
		.example = "on: 200ms, off: 2s"},
#ifdef MADE_UP_ROWS /* tests/unit/test_adding.c */
#include "../../tests/adding/when.def"
#endif
};

const struct block_row block_when = {"when", "\"when\"", when_keys, ARRAY_SIZE(when_keys)};

int read_when(struct document *d, yaml_node_t *node, struct trigger *t)
{
	return read_block(d, node, BLOCK_WHEN, t, NULL);
}

static int take_max_chance(struct value v, void *safety, struct error *why)
{
	return parse_chance(v.text, &((struct safety *)safety)->max_chance_ppm, why);
}

static int take_max_injections(struct value v, void *safety, struct error *why)
{
	return take_count(v, 1, INT64_MAX, &((struct safety *)safety)->max_injections, why);
}

static int take_unprotect(struct value v, void *safety, struct error *why)
{
	return parse_unprotect(v.text, safety, why);
}

static const struct key safety_keys[] = {
	{"max_chance", VALUE_CHANCE, .option = "max-chance", .take = take_max_chance,
		.about = "no fault may have a higher chance", .fallback = "100%", .example = "30%"},
	{"max_injections", VALUE_NUMBER, .option = "max-injections", .take = take_max_injections,
		.about = "no more injections in all", .fallback = "none", .example = "10000"},
	{"unprotect", VALUE_COMM, .list = true, .option = "unprotect", .take = take_unprotect,
		.about = "programs of this name may get faults although they are protected",
		.example = "podman"},
};

const struct block_row block_safety = {
	"safety", "\"safety\"", safety_keys, ARRAY_SIZE(safety_keys)};
