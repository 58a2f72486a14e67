// SPDX-License-Identifier: GPL-2.0
#include "measure/slo.h"

#include <math.h>
#include <string.h>

#include "measure/ask.h"

/* As an expectation would ask. */
static double ask(const struct snapshot *s, struct metric m, const char *name, uint64_t *ret_n)
{
	struct measured ret = {};

	for (size_t i = 0; i < n_expect_metrics; i++)
		if (expect_metrics[i].needs == NEEDS_SLO && !strcmp(expect_metrics[i].name, name))
			m.row = &expect_metrics[i];
	snapshot_ask(s, &m, &ret);
	if (!ret.known)
		return NAN;
	*ret_n = ret.n;
	return ret.value;
}

static struct slo_use use(const struct snapshot *s, enum scope_kind scope, unsigned int phase)
{
	const struct metric m = {.scope = scope, .phase = phase, .object = -1, .point = -1};
	struct slo_use ret = {0, NAN, NAN, NAN};

	if (!(s->slo_success > 0))
		return ret;
	ret.burn_rate = ask(s, m, "burn_rate", &ret.operations);
	ret.budget_used = ask(s, m, "budget_used", &ret.operations);
	ret.page_after_s = ask(s, m, "page_after", &ret.operations) / 1e9;
	return ret;
}

struct slo_use slo_of_phase(const struct snapshot *s, unsigned int phase)
{
	return use(s, SCOPE_PHASE, phase);
}

struct slo_use slo_of_faults(const struct snapshot *s)
{
	return use(s, SCOPE_INJECT, 0);
}
