// SPDX-License-Identifier: GPL-2.0
#include "run/judge.h"

#include <stdarg.h>
#include <stdio.h>

static void say(struct judgement *j, enum verdict v, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct judgement *j, enum verdict v, const char *format, ...)
{
	va_list args;

	j->verdict = v;
	va_start(args, format);
	vsnprintf(j->reason, sizeof(j->reason), format, args);
	va_end(args);
}

static void judge_observed(const struct snapshot *s, struct judgement *ret)
{
	unsigned long long observed = 0;

	for (unsigned int i = 0; i < s->n_bindings; i++)
		observed += s->bindings[i].by_reason[REASON_OBSERVED];
	say(ret, observed ? VERDICT_HELD : VERDICT_INCONCLUSIVE,
		"observed only: %llu calls or packets would have been hit", observed);
}

/* The last phase before the first fault; those before it may be there to warm up. -1: none. */
static int baseline(const struct snapshot *s)
{
	int last = -1;

	for (unsigned int i = 0; i < s->n_phases; i++)
		if (s->phases[i].role == ROLE_BASELINE && s->phases[i].reached)
			last = i;
	return last;
}

/* Where nothing worked before the faults, nothing can be said of what they did. */
static bool judge_baseline(const struct snapshot *s, struct judgement *ret)
{
	int i = baseline(s);
	char text[32];

	if (i < 0 || !snapshot_count(s, METRIC_operations, i) ||
		snapshot_count(s, METRIC_succeeded, i))
		return false;
	say(ret, VERDICT_INCONCLUSIVE,
		"every operation of phase %s failed, before any fault: the last with %s",
		s->phases[i].name, failure_text(&s->phases[i].failures.last, text, sizeof(text)));
	return true;
}

void judge(const struct snapshot *s, bool observed, struct judgement *ret)
{
	unsigned long long injected = snapshot_sum(s, METRIC_injected);

	*ret = s->judgement;
	if (ret->verdict != VERDICT_HELD || judge_baseline(s, ret))
		return;
	if (observed)
		judge_observed(s, ret);
	else if (!s->n_rules)
		say(ret, VERDICT_HELD, "%llu calls measured; nothing was to be injected",
			(unsigned long long)snapshot_sum(s, METRIC_calls));
	else if (!injected)
		say(ret, VERDICT_INCONCLUSIVE, "no fault fired");
	else
		say(ret, VERDICT_HELD, "%llu injection%s; no expectations defined", injected,
			injected == 1 ? "" : "s");
}
