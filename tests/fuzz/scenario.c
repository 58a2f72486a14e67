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
	scenario_check_limits(s, &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario *s = NULL;
	struct error why = {};

	if (!scenario_parse((const char *)data, size, "fuzz", &s, &why)) {
		look_at_model(s);
		scenario_free(s);
	} else if (s || !why.message[0] || !memchr(why.message, '\0', sizeof(why.message)) ||
		   !why.place.line || !why.place.column) {
		abort();
	}
	return 0;
}
