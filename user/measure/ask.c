// SPDX-License-Identifier: GPL-2.0
#include "measure/ask.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void answer(struct measured *ret, double value, uint64_t n)
{
	ret->known = true;
	ret->value = value;
	ret->n = n;
}

void answer_unknown(struct measured *ret, const char *format, ...)
{
	va_list args;

	*ret = (struct measured){};
	va_start(args, format);
	vsnprintf(ret->why, sizeof(ret->why), format, args);
	va_end(args);
}

static bool scope_has(const struct metric *m, const struct snapshot *s, unsigned int phase)
{
	static const enum role roles[] = {[SCOPE_INJECT] = ROLE_INJECT,
		[SCOPE_BASELINE] = ROLE_BASELINE,
		[SCOPE_RECOVER] = ROLE_RECOVER};

	if (m->scope == SCOPE_ALL)
		return true;
	if (m->scope == SCOPE_PHASE)
		return m->phase == phase;
	return s->phases[phase].role == roles[m->scope];
}

uint32_t ask_phases(const struct snapshot *s, const struct metric *m, struct measured *ret)
{
	uint32_t phases = 0;
	unsigned int there = 0;

	for (unsigned int i = 0; i < s->n_phases; i++) {
		if (!scope_has(m, s, i))
			continue;
		there++;
		if (s->phases[i].reached)
			phases |= 1u << i;
	}
	if (phases)
		return phases;
	if (m->scope == SCOPE_PHASE)
		answer_unknown(ret, "phase %s was not reached", s->phases[m->phase].name);
	else if (m->scope == SCOPE_ALL)
		answer_unknown(ret, "no phase was reached");
	else
		answer_unknown(ret, there ? "no %s phase was reached" : "there is no %s phase",
			role_names[m->scope == SCOPE_INJECT	? ROLE_INJECT
				   : m->scope == SCOPE_BASELINE ? ROLE_BASELINE
								: ROLE_RECOVER]);
	return 0;
}

ask_function ask_function_of(const struct metric *m)
{
	static const ask_function functions[] = {[OF_WORKLOAD] = ask_workload,
		[OF_RUN] = ask_run,
		[OF_RULES] = ask_rules,
		[OF_PROBE] = ask_probe,
		[OF_TARGET] = ask_target,
		[OF_LOG] = ask_log};

	if (metric_counts_calls(m) || (m->row->subject == OF_WORKLOAD && m->point >= 0))
		return ask_points;
	return functions[m->row->subject];
}

void snapshot_ask_within(const struct snapshot *s, const struct metric *m,
	const struct span *within, struct measured *ret)
{
	*ret = (struct measured){};
	ask_function_of(m)(s, m, within, ret);
}

void snapshot_ask(const struct snapshot *s, const struct metric *m, struct measured *ret)
{
	snapshot_ask_within(s, m, NULL, ret);
}
