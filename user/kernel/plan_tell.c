// SPDX-License-Identifier: GPL-2.0
#include "kernel/plan.h"

#include "base/log.h"
#include "base/text.h"
#include "faults/kind.h"

static void tell_mechanism(const struct plan *p, unsigned int rule, enum mechanism m)
{
	const struct planned_rule *r = &p->rules[rule];
	char names[1024] = "";

	for (unsigned int i = 0; i < r->n_bindings; i++) {
		const struct binding *b = &p->bindings[r->first_binding + i];

		if (b->mechanism == m)
			text_append(names, sizeof(names), "%s%s", *names ? ", " : "",
				points[b->point].name);
	}
	if (*names)
		log_debug("plan: rule %u (%s) at %s by %s", rule + 1, fault_names[r->fault->fault],
			names, mechanisms[m].name);
}

void plan_tell(const struct plan *p)
{
	for (unsigned int i = 0; i < p->n_rules; i++) {
		const struct planned_rule *r = &p->rules[i];

		if (r->refused)
			log_debug("plan: rule %u (%s) is refused: %s", i + 1,
				fault_names[r->fault->fault], r->reason);
		for (int m = 0; m < NR_MECHANISMS; m++)
			tell_mechanism(p, i, m);
		if (r->n_left_out)
			log_debug("plan: rule %u leaves out %s", i + 1, r->left_out);
	}
}
