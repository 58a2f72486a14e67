// SPDX-License-Identifier: GPL-2.0
/* jinx run --baseline: what has been run, beside what was run before. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "history/compare.h"
#include "verbs/verbs.h"

const char *series_name(const char *base, unsigned int combination, char *ret, size_t size)
{
	snprintf(ret, size, "%s.%u", base, combination);
	return ret;
}

/* The same scenario with the same params, but older. */
static int find_before(struct history *h, const struct call *call, const struct run *of,
	struct runs *ret, struct error *why)
{
	const struct run_filter f = {.name = of->name,
		.variant = of->variant,
		.namespace = of->namespace,
		.before = of->n};

	return history_select(h, call->o.baseline, &f, ret, why);
}

/* Whether something is worse; -errno with why->message. */
static int compare_series(
	struct history *h, const struct call *call, const struct runs *after, struct error *why)
{
	struct differences d = {};
	struct runs before;
	int ret = find_before(h, call, &after->all[0], &before, why);

	ret = ret ?: compare(h, &before, after, call->o.threshold, &d, why);
	if (!ret) {
		printf("\n");
		comparison_print(&d, &before, after, stdout);
		ret = comparison_count(&d, OUTCOME_WORSE) > 0;
	}
	comparison_free(&d);
	runs_free(&before);
	return ret;
}

/* A verdict that says more than "held" stays what it is. */
static int worse(int code)
{
	return code == 0 || code == VERDICT_ABORTED || code == VERDICT_INCONCLUSIVE
		       ? VERDICT_DEVIATED
		       : code;
}

int against_baseline(const struct call *call, unsigned int combinations, int code)
{
	const char *path = call->o.run.remembering.path;
	struct history *h = NULL;
	struct error why;
	int err = history_open(path, true, &h, &why);

	for (unsigned int i = 0; i < combinations && err >= 0; i++) {
		char name[40];
		const struct run_filter f = {
			.series = series_name(call->o.series, i, name, sizeof(name))};
		struct runs after;

		err = history_find(h, &f, &after, &why);
		if (!err && after.n)
			err = compare_series(h, call, &after, &why);
		if (err > 0)
			code = worse(code);
		runs_free(&after);
	}
	history_close(h);
	if (err >= 0)
		return code;
	log_error("--baseline: %s", why.message);
	return code ?: VERDICT_INCONCLUSIVE;
}
