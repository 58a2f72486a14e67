// SPDX-License-Identifier: GPL-2.0
/* "log.NAME("regex")": how many lines match that came in the scope. */
#include "expect/pattern.h"
#include "measure/ask.h"

/* From the first phase of the scope to the last one: what comes in between is few. */
static void span_of(const struct snapshot *s, uint32_t phases, const struct metric *m,
	uint64_t *ret_from, uint64_t *ret_to)
{
	*ret_from = UINT64_MAX;
	*ret_to = 0;
	for (unsigned int i = 0; i < s->n_phases; i++) {
		if (!(phases & 1u << i))
			continue;
		if (*ret_from == UINT64_MAX)
			*ret_from = s->phases[i].began_ns;
		*ret_to = s->phases[i].ended_ns ?: UINT64_MAX;
	}
	if (m->scope != SCOPE_ALL)
		return;
	*ret_from = 0;
	*ret_to = UINT64_MAX;
}

static void count(const struct snapshot *s, const struct metric *m, uint64_t from, uint64_t to,
	struct measured *ret)
{
	const struct snapshot_log *l = &s->logs[m->object];
	struct pattern *p;
	struct error why;
	uint64_t n = 0;
	int err = pattern_new(m->pattern, &p, &why);

	if (err) {
		answer_unknown(ret, "%s", why.message);
		return;
	}
	err = kept_count(&l->kept, p, from, to, &n);
	pattern_free(p);
	if (err)
		answer_unknown(ret, "log %s: the regular expression takes too long", l->name);
	else if (l->kept.cut)
		answer_unknown(ret, "log %s is longer than the %u MiB that are kept", l->name,
			MAX_KEPT >> 20);
	else
		answer(ret, n, 0);
}

void ask_log(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	const struct snapshot_log *l = &s->logs[m->object];
	uint32_t phases = ask_phases(s, m, ret);
	uint64_t from, to;

	if (!phases)
		return;
	if (*l->why) {
		answer_unknown(ret, "log %s: %s", l->name, l->why);
		return;
	}
	span_of(s, phases, m, &from, &to);
	if (within) {
		from = within->from_ns;
		to = within->to_ns;
	}
	count(s, m, from, to, ret);
}
