// SPDX-License-Identifier: GPL-2.0
#include "run/judge.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

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
	if (observed)
		say(ret, VERDICT_OBSERVED,
			"nothing was injected; %llu call%s or packet%s would have", observed,
			observed == 1 ? "" : "s", observed == 1 ? "" : "s");
	else
		say(ret, VERDICT_INCONCLUSIVE, "no fault would have fired");
}

static bool has(
	const struct snapshot *s, enum truth truth, unsigned int *ret_first, unsigned int *ret_n)
{
	*ret_n = 0;
	for (unsigned int i = s->n_expectations; i-- > 0;) {
		const struct snapshot_expectation *e = &s->expectations[i];

		if (e->judged.truth != truth || (truth == TRUTH_UNKNOWN && e->optional))
			continue;
		*ret_first = i;
		++*ret_n;
	}
	return *ret_n;
}

static const char *others(unsigned int n, char *ret, size_t size)
{
	*ret = '\0';
	if (n > 1)
		snprintf(ret, size, "; and %u more", n - 1);
	return ret;
}

/* What is false is false, whatever else there is to say. */
static bool judge_false(const struct snapshot *s, struct judgement *ret)
{
	bool stopped = ret->verdict == VERDICT_ABORTED;
	char text[200], more[24], why[sizeof(ret->reason)];
	unsigned int first, n;

	if (!has(s, TRUTH_FALSE, &first, &n))
		return false;
	snprintf(why, sizeof(why), "%s", ret->reason);
	say(ret, VERDICT_DEVIATED, "%s%s%s%s",
		expectation_text(&s->expectations[first], text, sizeof(text)),
		others(n, more, sizeof(more)), stopped ? "; " : "", stopped ? why : "");
	return true;
}

static bool judge_unknown(const struct snapshot *s, struct judgement *ret)
{
	char text[200], more[24];
	unsigned int first, n;

	if (!has(s, TRUTH_UNKNOWN, &first, &n))
		return false;
	say(ret, VERDICT_INCONCLUSIVE, "%s%s",
		expectation_text(&s->expectations[first], text, sizeof(text)),
		others(n, more, sizeof(more)));
	return true;
}

void judge(const struct snapshot *s, struct judgement *ret)
{
	unsigned long long injected = snapshot_sum(s, METRIC_injected);
	char expectations[48] = "no expectations defined";

	*ret = s->judgement;
	if (ret->verdict == VERDICT_HELD || ret->verdict == VERDICT_ABORTED)
		if (judge_false(s, ret))
			return;
	if (ret->verdict != VERDICT_HELD)
		return;
	if (*s->not_steady) {
		say(ret, VERDICT_INCONCLUSIVE, "%s", s->not_steady);
		return;
	}
	if (s->n_expectations)
		snprintf(expectations, sizeof(expectations), "%u expectation%s true",
			s->n_expectations, s->n_expectations == 1 ? "" : "s");
	if (s->observed)
		judge_observed(s, ret);
	else if (!injected && s->has_faults)
		say(ret, VERDICT_INCONCLUSIVE, "no fault fired");
	else if (s->has_faults && !snapshot_fired(s))
		say(ret, VERDICT_INCONCLUSIVE,
			"nothing could be used up: no fault has had an effect");
	else if (!s->has_faults && !s->n_expectations && !snapshot_sum(s, METRIC_calls))
		say(ret, VERDICT_INCONCLUSIVE, "none of the observed calls %s",
			snapshot_sum(s, METRIC_calls_unfinished) ? "has ended" : "was made");
	else if (!judge_unknown(s, ret))
		say(ret, VERDICT_HELD, "%s; %s",
			s->has_faults ? plural(injected, "injection")
				      : plural(snapshot_sum(s, METRIC_calls), "measured call"),
			expectations);
}
