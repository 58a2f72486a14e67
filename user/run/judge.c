// SPDX-License-Identifier: GPL-2.0
#include "run/judge.h"

#include <stdio.h>

static void judge_observed(struct report *r)
{
	unsigned long long observed = 0;

	for (unsigned int i = 0; i < r->plan->n_bindings; i++)
		observed += r->counters[i].by_reason[REASON_OBSERVED];
	if (!observed)
		r->verdict = VERDICT_INCONCLUSIVE;
	snprintf(r->reason, sizeof(r->reason),
		"observed only: %llu calls or packets would have been hit", observed);
}

/* The last phase before the first fault; those before it may be there to warm up. */
static const struct phase_report *baseline(const struct report *r)
{
	const struct phase_report *last = NULL;

	for (unsigned int i = 0; i < r->scenario->n_phases; i++)
		if (r->phases[i].role == ROLE_BASELINE && r->phases[i].reached)
			last = &r->phases[i];
	return last;
}

/* Where nothing worked before the faults, nothing can be said of what they did. */
static bool judge_baseline(struct report *r)
{
	const struct phase_report *p = baseline(r);
	char text[32];

	if (!p || !p->operations || p->failed < p->operations)
		return false;
	r->verdict = VERDICT_INCONCLUSIVE;
	snprintf(r->reason, sizeof(r->reason),
		"every operation of phase %s failed, before any fault: the last with %s",
		r->scenario->phases[p - r->phases].name,
		failure_text(&p->failures.last, text, sizeof(text)));
	return true;
}

void judge(struct report *r, bool observed)
{
	if (r->verdict != VERDICT_HELD || judge_baseline(r))
		return;
	if (observed) {
		judge_observed(r);
		return;
	}
	if (!report_injected(r)) {
		r->verdict = VERDICT_INCONCLUSIVE;
		snprintf(r->reason, sizeof(r->reason), "no fault fired");
		return;
	}
	snprintf(r->reason, sizeof(r->reason), "%llu injection%s; no expectations defined",
		(unsigned long long)report_injected(r), report_injected(r) == 1 ? "" : "s");
}
