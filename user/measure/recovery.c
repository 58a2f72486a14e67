// SPDX-License-Identifier: GPL-2.0
/* When the service was as before again, of what an experiment has measured. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/measure.h"

/* A bound that the scenario gives: "success_rate >= 99%", "p50 <= 20ms". NAN: it gives none. */
static double bound_of(const struct scenario *s, const char *metric)
{
	const struct steady *t = &s->judging.steady;
	double bound;

	for (unsigned int i = 0; i < t->n; i++)
		if (condition_bound(t->bounds[i].condition, metric, &bound))
			return bound;
	return NAN;
}

void measure_question(const struct measure *r, uint64_t end_ns, struct steadiness_question *ret)
{
	const struct scenario *s = r->scenario;

	*ret = (struct steadiness_question){.window_ns = s->judging.window_ns ?: DEFAULT_WINDOW_NS,
		.end_ns = end_ns,
		.least_success = bound_of(s, "success_rate"),
		.most_median_ns = bound_of(s, "p50")};
	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct phase_report *p = &r->phases[i];
		uint64_t ended = p->duration_ns ? p->began_ns + p->duration_ns : end_ns;

		if (!p->reached)
			continue;
		/* The last one before the faults: those before it may be there to warm up. */
		if (p->role == ROLE_BASELINE) {
			ret->baseline_from_ns = p->began_ns;
			ret->baseline_to_ns = ended;
		} else if (p->role == ROLE_INJECT) {
			ret->armed_ns = ret->armed_ns ?: p->began_ns;
			ret->disarmed_ns = ended;
		}
	}
}

/* The recovery of each time that faults ended: until they began again. The worst workload's. */
static int add_phases(struct measure *r, const struct steadiness_question *all)
{
	struct steadiness_question q = *all;
	struct phase_report *recover = NULL;
	int err = 0;

	for (unsigned int i = 0; i < r->scenario->n_phases && !err; i++) {
		struct phase_report *p = &r->phases[i];
		bool last = i + 1 == r->scenario->n_phases || !r->phases[i + 1].reached;
		double worst = 0;

		if (!p->reached || p->role != ROLE_RECOVER)
			continue;
		if (r->phases[i - 1].role == ROLE_INJECT) {
			recover = p;
			q.disarmed_ns = p->began_ns;
		}
		if (!last && r->phases[i + 1].role == ROLE_RECOVER)
			continue;
		q.end_ns = last ? all->end_ns : p->began_ns + p->duration_ns;
		for (unsigned int w = 0; w < r->scenario->n_workloads && !err; w++) {
			struct steadiness s;

			err = steadiness_of(&r->workloads[w].samples, &q, &s);
			if (!err && (!s.known || !s.recovery_known))
				worst = INFINITY;
			else if (!err && s.recovery_ns > worst)
				worst = s.recovery_ns;
		}
		if (recover && r->scenario->n_workloads && !isinf(worst))
			recover->recovery_ns = worst;
	}
	return err;
}

int measure_steadiness(struct measure *r, uint64_t end_ns)
{
	struct steadiness_question q;
	int err = 0;

	r->steadiness = calloc(r->scenario->n_workloads + 1, sizeof(*r->steadiness));
	if (!r->steadiness)
		return -ENOMEM;
	measure_question(r, end_ns, &q);
	for (unsigned int i = 0; i < r->scenario->n_workloads && !err; i++) {
		struct steadiness *s = &r->steadiness[i];

		if (q.armed_ns)
			err = steadiness_of(&r->workloads[i].samples, &q, s);
		else
			strcpy(s->why, "there was no phase with faults");
	}
	return err ?: q.armed_ns ? add_phases(r, &q) : 0;
}
