// SPDX-License-Identifier: GPL-2.0
/* The values of triggers and of safety: chances, rates, ramps, names. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/numbers.h"

void trigger_init(struct trigger *t)
{
	*t = (struct trigger){.chance_ppm = PPM, .every = 1};
}

static int read_chance(const char *text, uint32_t *ret_ppm, struct error *why)
{
	const char *unit;
	double value;

	if (!decimal_number(text, &value, &unit))
		return complain(why, "\"%s\" is not a chance (30%%, 0.5%%, 250ppm)", quoted(text));
	if (!strcmp(unit, "%"))
		value *= PPM / 100;
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
