// SPDX-License-Identifier: GPL-2.0
/* The part of a snapshot that judges read, and what they have made of it. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "base/text.h"
#include "measure/measure.h"
#include "measure/snapshot.h"

const char *expectation_text(const struct snapshot_expectation *e, char *ret, size_t size)
{
	const struct judged *j = &e->judged;
	bool named = strcmp(e->name, e->text) != 0;
	char value[40], bound[40];

	*ret = '\0';
	text_append(ret, size, "%s%s%s", named ? e->name : "", named ? ": " : "", e->text);
	if (j->truth == TRUTH_UNKNOWN)
		text_append(ret, size, ": %s", j->why);
	else if (!isnan(j->left))
		text_append(ret, size, ": %s, bound %s", judged_value_text(j, value, sizeof(value)),
			value_text(j->right, j->dimension, bound, sizeof(bound)));
	else
		text_append(ret, size, ": %s", truth_names[j->truth]);
	if (j->n)
		text_append(ret, size, ", n = %llu", (unsigned long long)j->n);
	if (j->high > 0)
		text_append(ret, size, ", 95%% interval %s to %s",
			value_text(j->low, j->dimension, value, sizeof(value)),
			value_text(j->high, j->dimension, bound, sizeof(bound)));
	return ret;
}

/* Arguments may be secret. */
static char *command_text(char *const *words, bool shown)
{
	char text[256] = "";

	for (; *words && (shown || !*text); words++)
		text_append(text, sizeof(text), "%s%s", *text ? " " : "", *words);
	text_append(text, sizeof(text), "%s", *words ? " ..." : "");
	return strdup(text);
}

static int take_expectation(struct snapshot_expectation *to, const struct expectation *from,
	const struct expectation_report *report, const struct names *names, bool shown)
{
	char about[512] = "the program says so";

	if (from->that.condition)
		condition_describe(from->that.condition, names, about, sizeof(about));
	*to = (struct snapshot_expectation){.name = strdup(from->name),
		.text = from->exec ? command_text(from->exec, shown) : strdup(from->that.text),
		.about = strdup(about),
		.relation = strdup(
			from->that.condition ? condition_relation(from->that.condition) : ""),
		.criterion = from->criterion ? strdup(from->criterion) : NULL,
		.place = from->place,
		.optional = from->optional,
		.judged = report->judged};
	if (!to->name || !to->text || !to->about || !to->relation)
		return -ENOMEM;
	return from->criterion && !to->criterion ? -ENOMEM : 0;
}

static int take_conditions(struct snapshot *s, const struct measure *m)
{
	const struct judging *j = &m->scenario->judging;
	struct scenario_names names;
	int err = 0;

	scenario_names(m->scenario, &names);
	s->expectations = calloc(j->n_expectations + 1, sizeof(*s->expectations));
	s->guards = calloc(j->n_guards + 1, sizeof(*s->guards));
	if (!s->expectations || !s->guards)
		return -ENOMEM;
	s->n_expectations = j->n_expectations;
	s->n_guards = j->n_guards;
	for (unsigned int i = 0; i < j->n_expectations; i++)
		err = take_expectation(&s->expectations[i], &j->expectations[i],
			      &m->expectations[i], &names.names, m->show_commands)
			      ?: err;
	for (unsigned int i = 0; i < j->n_guards; i++) {
		const struct guard_report *from = &m->guards[i];

		s->guards[i] = (struct snapshot_guard){.text = strdup(j->guards[i].stop.text),
			.fired = from->fired,
			.at_s = from->at_ns / 1e9,
			.judged = from->judged};
		if (!s->guards[i].text)
			err = -ENOMEM;
	}
	return err;
}

static int take_samples(struct snapshot *s, const struct measure *m)
{
	s->samples = calloc(m->scenario->n_workloads + 1, sizeof(*s->samples));
	if (!s->samples)
		return -ENOMEM;
	s->n_samples = m->scenario->n_workloads;
	for (unsigned int i = 0; i < m->scenario->n_workloads; i++)
		s->samples[i] = samples_share(&m->workloads[i].samples);
	if (!m->steadiness)
		return 0;
	s->steadiness = calloc(m->scenario->n_workloads + 1, sizeof(*s->steadiness));
	if (!s->steadiness)
		return -ENOMEM;
	memcpy(s->steadiness, m->steadiness, m->scenario->n_workloads * sizeof(*s->steadiness));
	return 0;
}

static void take_times(struct snapshot *s, const struct measure *m)
{
	s->taken_ns = monotonic_ns();
	s->began_ns = m->began_ns;
	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct phase_report *p = &m->phases[i];

		s->phases[i].cut_short = p->cut_short;
		s->phases[i].began_ns = p->began_ns;
		s->phases[i].ended_ns = p->duration_ns ? p->began_ns + p->duration_ns : s->taken_ns;
	}
}

/* The worst of the workloads; NAN where none tells. */
static double worst(const struct snapshot *s, size_t offset)
{
	double ret = NAN;

	for (unsigned int i = 0; s->steadiness && i < s->n_samples; i++) {
		const struct steadiness *one = &s->steadiness[i];
		double v = *(const double *)((const char *)one + offset);

		if (one->known && !isinf(v) && !(v <= ret))
			ret = v;
	}
	return ret;
}

static void take_outages(struct snapshot *s)
{
	double outages = NAN;

	for (unsigned int i = 0; s->steadiness && i < s->n_samples; i++)
		if (s->steadiness[i].known && !(s->steadiness[i].outages <= outages))
			outages = s->steadiness[i].outages;
	s->numbers[METRIC_outages].values[0] = outages;
#define WORST(id, field, unit) \
	s->numbers[METRIC_##id].values[0] = worst(s, offsetof(struct steadiness, field)) / (unit)
	WORST(time_to_impact, time_to_impact_ns, 1e6);
	WORST(time_to_restore, time_to_restore_ns, 1e6);
	WORST(downtime, downtime_ns, 1e6);
	WORST(longest_outage, longest_outage_ns, 1e6);
	WORST(degradation, degradation, 1);
	WORST(missing, missing, 1);
#undef WORST
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

static void take_steady(struct snapshot *s, const struct measure *m)
{
	int i = baseline(s);
	char text[32];

	snprintf(s->not_steady, sizeof(s->not_steady), "%s", m->not_steady);
	if (*s->not_steady || i < 0 || !snapshot_count(s, METRIC_operations, i) ||
		snapshot_count(s, METRIC_succeeded, i))
		return;
	snprintf(s->not_steady, sizeof(s->not_steady),
		"every operation of phase %s failed, before any fault: the last with %s%s",
		s->phases[i].name, failure_text(&s->phases[i].failures.last, text, sizeof(text)),
		failure_hint(&s->phases[i].failures.last));
}

int snapshot_take_judging(struct snapshot *s, const struct measure *m)
{
	const struct slo *slo = &m->scenario->judging.slo;
	int err = take_conditions(s, m) ?: take_samples(s, m);

	if (err)
		return err;
	take_times(s, m);
	take_outages(s);
	take_steady(s, m);
	strftime(s->started_at, sizeof(s->started_at), "%Y-%m-%dT%H:%M:%S",
		gmtime_r(&(time_t){m->began_at}, &(struct tm){}));
	s->began_at = m->began_at;
	snprintf(s->host, sizeof(s->host), "%s", m->host);
	s->has_faults = m->scenario->n_faults;
	s->observed = m->observed;
	s->slo_success = slo->success;
	s->slo_latency_ns = slo->latency_ns;
	s->slo_window_s = slo->window_s;
	s->file = m->scenario->file ? strdup(m->scenario->file) : NULL;
	return m->scenario->file && !s->file ? -ENOMEM : 0;
}

void snapshot_free_judging(struct snapshot *s)
{
	for (unsigned int i = 0; i < s->n_expectations; i++) {
		struct snapshot_expectation *e = &s->expectations[i];

		free(e->name);
		free(e->text);
		free(e->about);
		free(e->relation);
		free(e->criterion);
	}
	for (unsigned int i = 0; i < s->n_guards; i++)
		free(s->guards[i].text);
	for (unsigned int i = 0; i < s->n_samples; i++)
		samples_done(&s->samples[i]);
	free(s->expectations);
	free(s->guards);
	free(s->samples);
	free(s->steadiness);
	free(s->file);
}
