// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the reader of scenario files: whatever the text, it is either taken or complained about at
 * a place. What is taken is looked at as a run would.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void nothing(const struct metric *m, void *context, struct measured *ret)
{
	(void)m;
	(void)context;
	*ret = (struct measured){.why = "nothing"};
}

/* An expectation that is a program has none. */
static void look_at(const struct scenario *s, const struct condition *c)
{
	struct scenario_names names;
	struct judged j;
	char text[512];

	if (!c)
		return;
	scenario_names(s, &names);
	condition_describe(c, &names.names, text, sizeof(text));
	condition_evaluate(c, 0, nothing, NULL, &j);
	if (j.truth != TRUTH_UNKNOWN)
		abort();
}

static void look_at_model(const struct scenario *s)
{
	struct error why = {};

	if (scenario_validate(s, &why))
		abort(); /* the reader ends with it */
	if (!s->n_phases || !s->n_faults || !s->n_targets)
		abort();
	for (unsigned int i = 0; i < s->n_faults; i++) {
		const struct fault_spec *f = &s->faults[i];

		if (f->phase >= s->n_phases || f->target >= s->n_targets || !f->n_points ||
			f->n_points > NR_POINTS)
			abort();
		for (unsigned int k = 0; k < f->n_points; k++)
			if (f->points[k] >= NR_POINTS)
				abort();
	}
	for (unsigned int i = 0; i < s->judging.n_expectations; i++)
		look_at(s, s->judging.expectations[i].that.condition);
	for (unsigned int i = 0; i < s->judging.n_guards; i++)
		look_at(s, s->judging.guards[i].stop.condition);
	scenario_check_limits(s, &why);
}

/* Whatever a param and the matrix come to, the rules hold. */
static void look_at_combinations(const uint8_t *data, size_t size, unsigned int n)
{
	struct settings settings = {.n = 1, .scale = 1.5};

	settings.all[0].name = "a";
	settings.all[0].value = "${b}";
	for (unsigned int i = 0; i < n && i < 4; i++) {
		struct scenario *s = NULL;
		struct complaints all;

		settings.combination = n - 1 - i;
		if (scenario_parse_all((const char *)data, size, "fuzz", &settings, &s, &all))
			continue;
		look_at_model(s);
		scenario_free(s);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario *s = NULL;
	struct error why = {};

	if (!scenario_parse((const char *)data, size, "fuzz", &s, &why)) {
		look_at_model(s);
		look_at_combinations(data, size, s->standing.combinations);
		scenario_free(s);
	} else if (s || !why.message[0] || !memchr(why.message, '\0', sizeof(why.message)) ||
		   !why.place.line || !why.place.column) {
		abort();
	}
	return 0;
}
