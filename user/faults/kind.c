// SPDX-License-Identifier: GPL-2.0
#include "faults/kind.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "scenario/complain.h"
#include "scenario/names.h"

#define FAULT(name, id, about) extern const struct fault_kind fault_##name;
#include "../../bpf/faults.def"

const struct fault_kind *const fault_kinds[NR_FAULTS] = {
#define FAULT(name, id, about) [FAULT_##id] = &fault_##name,
#include "../../bpf/faults.def"
};

void describe_ns(uint64_t ns, char *ret, size_t size)
{
	if (ns >= 1000000000)
		snprintf(ret, size, "%gs", ns / 1e9);
	else if (ns >= 1000000)
		snprintf(ret, size, "%gms", ns / 1e6);
	else if (ns >= 1000)
		snprintf(ret, size, "%gus", ns / 1e3);
	else
		snprintf(ret, size, "%lluns", (unsigned long long)ns);
}

void describe_spread(const struct spread *s, char *ret, size_t size)
{
	char mean[24], jitter[24];

	describe_ns(s->mean_ns, mean, sizeof(mean));
	describe_ns(s->jitter_ns, jitter, sizeof(jitter));
	if (!s->jitter_ns)
		snprintf(ret, size, "%s", mean);
	else
		snprintf(ret, size, "%s +- %s%s%s", mean, jitter,
			s->distribution == SPREAD_UNIFORM ? "" : " ",
			s->distribution == SPREAD_UNIFORM ? ""
							  : distribution_names[s->distribution]);
}

void describe_bytes(uint64_t n, char *ret, size_t size)
{
	static const char letters[] = "\0kMG";
	double value = n;
	int unit = 0;

	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	snprintf(ret, size, "%g%.1s", value, letters + unit);
}

int validate_moments(const struct fault_spec *f, struct error *why)
{
	struct trigger rest = f->trigger;

	rest.hazard_ns = rest.limit = 0;
	if (!triggers_spans_alone(&rest))
		return complain(why,
			"it is for whatever the target does, not for single calls: of "
			"\"when\" it takes hazard, limit and burst alone, and \"from\" and "
			"\"until\"");
	if (f->trigger.hazard_ns && f->trigger.on_ns)
		return complain(why, "\"when\" takes hazard or burst, not both");
	if (f->trigger.limit && !f->trigger.hazard_ns)
		return complain(
			why, "\"limit\" needs \"hazard\" here: without it there is but one");
	return 0;
}

void describe_chosen(const struct chosen *s, char *ret, size_t size)
{
	if (s->whom == WHOM_ALL)
		*ret = '\0';
	else if (s->whom == WHOM_MAIN)
		snprintf(ret, size, "main");
	else if (s->share_ppm)
		snprintf(ret, size, "%g%%", s->share_ppm * 100.0 / PPM);
	else
		snprintf(ret, size, "%u", s->n);
}

void fault_describe_value(const struct fault_spec *f, char *ret, size_t size)
{
	*ret = '\0';
	if (kind_of(f)->describe)
		kind_of(f)->describe(f, ret, size);
}

/* What is of the target as such comes last, and is no place. */
static unsigned int n_places(const struct fault_spec *f)
{
	unsigned int n = f->n_points;

	while (n && f->points[n - 1] == POINT_target)
		n--;
	return n;
}

void fault_describe_wanted(const struct fault_spec *f, char *ret, size_t size)
{
	static const unsigned int shown = 4;
	unsigned int n = is_of_target(f) || kind_of(f)->flags & NAMES_TARGETS ? 0 : n_places(f);
	char value[200];

	fault_describe_value(f, value, sizeof(value));
	snprintf(ret, size, "%s%s%s%s", fault_names[f->fault], *value || n ? " " : "", value,
		*value && n ? " on " : "");
	for (unsigned int i = 0; i < n && i < shown; i++)
		text_append(ret, size, "%s%s", i ? ", " : "", points[f->points[i]].name);
	if (n > shown)
		text_append(ret, size, " and %u more", n - shown);
	if (f->at == AT_EXIT)
		text_append(ret, size, ", at exit");
}

void fault_describe(const struct fault_spec *f, char *ret, size_t size)
{
	const char *rest = kind_of(f)->describe_rest ? kind_of(f)->describe_rest(f) : "";

	fault_describe_wanted(f, ret, size);
	if (*rest)
		text_append(ret, size, ", %s", rest);
}

void set_target(struct fault_spec *f)
{
	f->points[0] = POINT_target;
	f->n_points = 1;
}

int check_packet_delay(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	if (f->shape.delay.mean_ns <= s->max_delay_ns)
		return 0;
	return complain(why,
		"a delay of %gs is longer than %gs, the most that is allowed (--max-delay raises "
		"it)",
		f->shape.delay.mean_ns / 1e9, s->max_delay_ns / 1e9);
}

unsigned int detours(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism all[] = {MECHANISM_DETOUR};

	(void)f;
	*ret = all;
	return ARRAY_SIZE(all);
}

uint64_t held_ns(const struct scenario *s, const struct fault_spec *f)
{
	uint64_t ns = f->hold_ns ?: s->phases[f->phase].duration_ns;

	return f->trigger.on_ns && f->trigger.on_ns < ns ? f->trigger.on_ns : ns;
}
