// SPDX-License-Identifier: GPL-2.0
#include "measure/measure.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/log.h"

struct measure *measure_new(
	const struct scenario *s, const struct plan *plan, const char *id, uint64_t seed)
{
	static struct utsname system;
	struct measure *r = calloc(1, sizeof(*r));
	char late[120];

	if (!r)
		return NULL;
	r->scenario = s;
	r->plan = plan;
	r->caps = plan->caps;
	r->id = id;
	r->seed = seed;
	r->began_at = time(NULL);
	r->host = uname(&system) ? "localhost" : system.nodename;
	r->counters = calloc(plan->n_bindings + 1, sizeof(*r->counters));
	r->sleeps = calloc(plan->n_rules + 1, sizeof(*r->sleeps));
	r->shaped = calloc(plan->n_rules + 1, sizeof(*r->shaped));
	r->taken = calloc(plan->n_rules + 1, sizeof(*r->taken));
	r->pressure = calloc(s->n_targets * s->n_phases + 1, sizeof(*r->pressure));
	for (unsigned int i = 0; r->pressure && i < s->n_targets * s->n_phases; i++)
		r->pressure[i] = (struct pressure){{NAN, NAN, NAN}};
	r->workloads = calloc(s->n_workloads + 1, sizeof(*r->workloads));
	r->probes = calloc(s->n_probes + 1, sizeof(*r->probes));
	r->logs = calloc(s->n_logs + 1, sizeof(*r->logs));
	r->expectations = calloc(s->judging.n_expectations + 1, sizeof(*r->expectations));
	r->calls = calloc(plan->n_meter_rows + 1, sizeof(*r->calls));
	for (unsigned int i = 0; i < s->n_phases; i++) {
		r->phases[i].role = scenario_role(s, i);
		r->phases[i].recovery_ns = r->phases[i].last_failure_ns = NOT_RECOVERED;
	}
	for (unsigned int i = 0; i < plan->n_rules; i++) {
		if (plan->rules[i].n_left_out)
			measure_note(r, "left out of a group, this kernel can't fail them: %s",
				plan->rules[i].left_out);
		if (*plan_spins(plan, i))
			measure_note(r,
				"rule %u: its delays keep a CPU busy, as none can sleep here: %s",
				i + 1, plan_spins(plan, i));
		if (plan_kills_late(plan, i, late, sizeof(late)))
			measure_note(
				r, "the call is carried out before the process ends: %s", late);
	}
	if (r->counters && r->sleeps && r->shaped && r->taken && r->pressure && r->workloads &&
		r->probes && r->logs && r->expectations && r->calls)
		return r;
	measure_free(r);
	return NULL;
}

static void free_outside(struct measure *r)
{
	for (unsigned int i = 0; r->workloads && i < r->scenario->n_workloads; i++) {
		samples_done(&r->workloads[i].samples);
		ledger_done(&r->workloads[i].ledger);
	}
	for (unsigned int i = 0; r->probes && i < r->scenario->n_probes; i++)
		samples_done(&r->probes[i].history);
	for (unsigned int i = 0; r->logs && i < r->scenario->n_logs; i++)
		kept_done(&r->logs[i].kept);
	free(r->workloads);
	free(r->probes);
	free(r->logs);
}

void measure_free(struct measure *r)
{
	if (!r)
		return;
	for (unsigned int i = 0; i < r->n_notes; i++)
		free(r->notes[i]);
	free(r->notes);
	free(r->steadiness);
	free(r->expectations);
	free(r->counters);
	free(r->sleeps);
	free(r->shaped);
	free(r->taken);
	free(r->pressure);
	free_outside(r);
	free(r->calls);
	free(r);
}

struct phase_report *measure_load(struct measure *r, unsigned int workload, unsigned int phase)
{
	return &r->workloads[workload].phases[phase];
}

static double ms(uint64_t ns)
{
	return ns / 1e6;
}

void measure_headline(const struct phase_report *p, struct headline *ret)
{
	const struct histogram *h = &p->latency;

	*ret = (struct headline){
		.total_operations = p->operations,
		.successful_operations = p->operations - p->failed,
		.failed_operations = p->failed,
		.avg_latency_ms = h->count ? ms(h->sum) / h->count : NAN,
		.p50_ms = h->count ? ms(histogram_quantile(h, 0.50)) : NAN,
		.p95_ms = h->count ? ms(histogram_quantile(h, 0.95)) : NAN,
		.p99_ms = h->count ? ms(histogram_quantile(h, 0.99)) : NAN,
		.max_latency_ms = h->count ? ms(h->max) : NAN,
		.recovery_time_ms = p->role == ROLE_RECOVER && p->recovery_ns != NOT_RECOVERED
					    ? ms(p->recovery_ns)
					    : NAN,
		.throughput_ops_per_sec =
			p->duration_ns ? (p->operations - p->failed) * 1e9 / p->duration_ns : NAN,
		.success_rate = p->operations ? 1 - (double)p->failed / p->operations : NAN,
	};
}

void measure_lateness(const struct sleeps *s, struct lateness *ret)
{
	struct histogram h = {.count = s->slept, .sum = s->late_sum_ns, .max = s->late_max_ns};

	memcpy(h.buckets, s->late, sizeof(h.buckets));
	*ret = (struct lateness){NAN, NAN, NAN, NAN};
	if (!h.count)
		return;
	ret->p50_us = histogram_quantile(&h, 0.50) / 1e3;
	ret->p99_us = histogram_quantile(&h, 0.99) / 1e3;
	ret->avg_us = h.sum / 1e3 / h.count;
	ret->max_us = h.max / 1e3;
}

void measure_note(struct measure *r, const char *format, ...)
{
	char **more = realloc(r->notes, (r->n_notes + 1) * sizeof(*more)), *note;
	va_list args;
	int length;

	if (more)
		r->notes = more;
	va_start(args, format);
	length = more ? vasprintf(&note, format, args) : -1;
	va_end(args);
	if (length < 0)
		log_warning("out of memory: a note is missing in the report");
	else
		r->notes[r->n_notes++] = note;
}

int measure_exit_code(const struct command_report *c)
{
	if (!c->ended)
		return -1;
	return WIFSIGNALED(c->status) ? 128 + WTERMSIG(c->status) : WEXITSTATUS(c->status);
}

uint64_t measure_injected(const struct measure *r)
{
	uint64_t injected = 0;

	for (unsigned int i = 0; i < r->plan->n_bindings; i++)
		injected += r->counters[i].by_reason[REASON_INJECTED];
	return injected;
}
