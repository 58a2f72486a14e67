// SPDX-License-Identifier: GPL-2.0
/* What the rules did, by the counters of the kernel side. */
#include <string.h>

#include "measure/ask.h"
#include "scenario/names.h"

static bool is_meant(
	const struct snapshot *s, const struct metric *m, unsigned int binding, uint32_t phases)
{
	const struct snapshot_binding *b = &s->bindings[binding];

	if (!(phases >> s->rules[b->rule].phase & 1))
		return false;
	if (m->rule && m->rule != b->rule + 1)
		return false;
	return m->point < 0 || !strcmp(b->point, points[m->point].name);
}

void ask_rules(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	const char *name = m->row->name;
	enum metric_id id = !strcmp(name, "injected")  ? METRIC_injected
			    : !strcmp(name, "matched") ? METRIC_matched
						       : METRIC_eligible;
	bool any = false;
	uint64_t sum = 0;
	uint32_t phases;

	(void)within; /* the counters are of phases */
	if (!strcmp(name, "missed") || !strcmp(name, "events_lost")) {
		answer(ret, snapshot_count(s, *name == 'm' ? METRIC_missed : METRIC_lost, 0), 0);
		return;
	}
	phases = ask_phases(s, m, ret);
	if (!phases)
		return;
	for (unsigned int i = 0; i < s->n_bindings; i++)
		if (is_meant(s, m, i, phases)) {
			any = true;
			sum += snapshot_count(s, id, i);
		}
	if (any || (m->point < 0 && !m->rule))
		answer(ret, sum, 0);
	else if (m->rule && s->rules[m->rule - 1].refused)
		answer_unknown(ret, "rule %u was left out", m->rule);
	else
		answer_unknown(ret, "no rule was at that point in it");
}
