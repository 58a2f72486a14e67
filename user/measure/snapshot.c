// SPDX-License-Identifier: GPL-2.0
#include "measure/snapshot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "faults/kind.h"
#include "measure/measure.h"

/* One that is being made; memory that there was none for is noticed at the end. */
struct making {
	struct snapshot *s;
	const struct measure *m;
	bool incomplete;
};

static void *room(struct making *k, size_t n, size_t size)
{
	/* Not of nothing: that may be NULL. */
	void *ret = calloc(n ?: 1, size);

	k->incomplete |= !ret;
	return ret;
}

static char *copy(struct making *k, const char *text)
{
	char *ret = strdup(text);

	k->incomplete |= !ret;
	return ret;
}

unsigned int snapshot_size(const struct snapshot *s, enum metric_scope scope)
{
	switch (scope) {
	case METRIC_OF_PHASE:
		return s->n_phases;
	case METRIC_OF_RULE:
		return s->n_rules;
	case METRIC_OF_BINDING:
		return s->n_bindings;
	case METRIC_OF_TARGET:
		return s->n_targets;
	case METRIC_OF_CALLS:
		return s->n_calls * s->n_phases;
	case METRIC_OF_WORKLOAD:
		return s->n_workloads * s->n_phases;
	case METRIC_OF_LOAD:
		return s->n_workloads;
	case METRIC_OF_PROBE:
		return s->n_probes;
	case METRIC_OF_LOG:
		return s->n_logs;
	case METRIC_OF_PRESSURE:
		return s->n_targets * s->n_phases;
	case METRIC_OF_RUN:
	case NR_METRIC_SCOPES:
		break;
	}
	return 1;
}

static void make_room_for_numbers(struct making *k)
{
	struct snapshot *s = k->s;

	for (int m = 0; m < NR_METRICS; m++) {
		unsigned int n = snapshot_size(s, metrics[m].scope);
		union snapshot_numbers *to = &s->numbers[m];

		if (metrics[m].kind == METRIC_COUNTER)
			to->counts = room(k, n, sizeof(*to->counts));
		else if (metrics[m].kind == METRIC_GAUGE)
			to->values = room(k, n, sizeof(*to->values));
		else
			to->histograms = room(k, n, sizeof(*to->histograms));
	}
}

static void count(struct making *k, enum metric_id m, unsigned int index, uint64_t n)
{
	k->s->numbers[m].counts[index] = n;
}

static void value(struct making *k, enum metric_id m, unsigned int index, double v)
{
	k->s->numbers[m].values[index] = v;
}

static void take_phase(struct making *k, unsigned int i)
{
	const struct phase_report *p = &k->m->phases[i];
	struct headline h;

	measure_headline(p, &h);
	value(k, METRIC_seconds, i, p->duration_ns / 1e9);
	count(k, METRIC_operations, i, h.total_operations);
	count(k, METRIC_succeeded, i, h.successful_operations);
	count(k, METRIC_failed, i, h.failed_operations);
	count(k, METRIC_indeterminate, i, p->indeterminate);
	count(k, METRIC_unfinished, i, p->unfinished);
	k->s->numbers[METRIC_latency].histograms[i] = p->latency;
	value(k, METRIC_latency_avg, i, h.avg_latency_ms);
	value(k, METRIC_latency_max, i, h.max_latency_ms);
	value(k, METRIC_recovery, i, h.recovery_time_ms);
	value(k, METRIC_last_failure, i,
		p->last_failure_ns != NOT_RECOVERED ? p->last_failure_ns / 1e6 : NAN);
	value(k, METRIC_throughput, i, h.throughput_ops_per_sec);
	value(k, METRIC_p50, i, h.p50_ms);
	value(k, METRIC_p95, i, h.p95_ms);
	value(k, METRIC_p99, i, h.p99_ms);
	value(k, METRIC_success_rate, i, h.success_rate);
}

static void take_load(struct making *k, unsigned int workload, unsigned int phase)
{
	unsigned int i = workload * k->s->n_phases + phase;
	struct phase_report p = k->m->workloads[workload].phases[phase];
	struct headline h;

	p.role = k->m->phases[phase].role;
	p.duration_ns = k->m->phases[phase].duration_ns;
	measure_headline(&p, &h);
	count(k, METRIC_load_operations, i, h.total_operations);
	count(k, METRIC_load_succeeded, i, h.successful_operations);
	count(k, METRIC_load_failed, i, h.failed_operations);
	count(k, METRIC_load_indeterminate, i, p.indeterminate);
	count(k, METRIC_load_unfinished, i, p.unfinished);
	k->s->numbers[METRIC_load_latency].histograms[i] = p.latency;
	value(k, METRIC_load_latency_avg, i, h.avg_latency_ms);
	value(k, METRIC_load_latency_max, i, h.max_latency_ms);
	value(k, METRIC_load_throughput, i, h.throughput_ops_per_sec);
	value(k, METRIC_load_p50, i, h.p50_ms);
	value(k, METRIC_load_p95, i, h.p95_ms);
	value(k, METRIC_load_p99, i, h.p99_ms);
	value(k, METRIC_load_success_rate, i, h.success_rate);
}

static void take_loads(struct making *k)
{
	for (unsigned int i = 0; i < k->s->n_workloads; i++)
		for (unsigned int phase = 0; phase < k->s->n_phases; phase++)
			take_load(k, i, phase);
}

static void take_rule(struct making *k, unsigned int i)
{
	const struct sleeps *sleeps = &k->m->sleeps[i];
	struct histogram *late = &k->s->numbers[METRIC_late].histograms[i];
	struct lateness l;

	measure_lateness(sleeps, &l);
	count(k, METRIC_slept, i, sleeps->slept);
	count(k, METRIC_cut_short, i, sleeps->cut_short);
	*late = (struct histogram){
		.count = sleeps->slept, .sum = sleeps->late_sum_ns, .max = sleeps->late_max_ns};
	memcpy(late->buckets, sleeps->late, sizeof(late->buckets));
	value(k, METRIC_late_avg, i, l.avg_us);
	value(k, METRIC_late_p50, i, l.p50_us);
	value(k, METRIC_late_p99, i, l.p99_us);
	value(k, METRIC_late_max, i, l.max_us);
}

static void take_shaped(struct making *k, unsigned int i)
{
	const struct shaped *s = &k->m->shaped[i];

	count(k, METRIC_shaped_taken, i, s->taken);
	count(k, METRIC_shaped_lost, i, s->lost);
	count(k, METRIC_shaped_overflowed, i, s->overflowed);
	count(k, METRIC_shaped_twice, i, s->duplicated);
	count(k, METRIC_shaped_early, i, s->reordered);
	count(k, METRIC_shaped_corrupt, i, s->corrupted);
	count(k, METRIC_shaped_refused, i, s->refused);
}

static void take_binding(struct making *k, unsigned int i)
{
	const struct counters *c = &k->m->counters[i];

	count(k, METRIC_eligible, i, c->eligible);
	count(k, METRIC_matched, i, c->matched);
	count(k, METRIC_injected, i, c->by_reason[REASON_INJECTED]);
}

static void take_target(struct making *k, unsigned int i)
{
	const struct target_report *t = &k->m->targets[i];
	const struct command_report *c = &k->m->commands[i];

	value(k, METRIC_signal, i,
		!c->ended		 ? NAN
		: WIFSIGNALED(c->status) ? WTERMSIG(c->status)
					 : 0);
	value(k, METRIC_alive, i, t->looked ? t->alive : NAN);
	value(k, METRIC_restarts, i, t->looked ? t->restarts : NAN);
	value(k, METRIC_oom_kills, i, t->has_oom_kills ? t->oom_kills : NAN);
	value(k, METRIC_cpu_seconds, i, t->has_cpu ? t->cpu_ns / 1e9 : NAN);
	value(k, METRIC_longest_absence, i, t->restarts ? t->absent_ns / 1e9 : NAN);
}

static void take_pressure(struct making *k)
{
	for (unsigned int i = 0; i < k->s->n_targets * k->s->n_phases; i++)
		for (int what = 0; what < NR_PRESSURES; what++)
			value(k, METRIC_pressure_cpu + what, i, k->m->pressure[i].share[what]);
}

static void take_numbers(struct making *k)
{
	const struct measure *m = k->m;

	value(k, METRIC_ready, 0, m->ready_ns / 1e6);
	count(k, METRIC_lost, 0, m->events_lost);
	count(k, METRIC_missed, 0, m->missed);
	for (unsigned int i = 0; i < k->s->n_phases; i++)
		take_phase(k, i);
	take_loads(k);
	for (unsigned int i = 0; i < k->s->n_rules; i++) {
		take_rule(k, i);
		take_shaped(k, i);
		count(k, METRIC_held_most, i, k->m->taken[i].held);
		count(k, METRIC_backed_off, i, k->m->taken[i].backed_off);
	}
	for (unsigned int i = 0; i < k->s->n_bindings; i++)
		take_binding(k, i);
	for (unsigned int i = 0; i < k->s->n_targets; i++) {
		int code = measure_exit_code(&m->commands[i]);

		value(k, METRIC_exit_code, i, code < 0 ? NAN : code);
		take_target(k, i);
	}
	take_pressure(k);
}

static void describe_rule(struct making *k, unsigned int i)
{
	const struct planned_rule *from = &k->m->plan->rules[i];
	const struct fault_spec *f = from->fault;
	char text[300], value[200], fault[240];

	(from->refused ? fault_describe_wanted : fault_describe)(f, text, sizeof(text));
	fault_describe_value(f, value, sizeof(value));
	snprintf(fault, sizeof(fault), "%s%s%s%s", fault_names[f->fault], *value ? " " : "", value,
		f->at == AT_EXIT ? " at exit" : "");
	k->s->rules[i] = (struct snapshot_rule){.text = copy(k, text),
		.fault = copy(k, fault),
		.kind = copy(k, fault_names[f->fault]),
		.phase = f->phase,
		.target = f->target,
		.refused = from->refused,
		.reason = copy(k, from->reason),
		.sleeps = makes_sleep(f) && !from->refused,
		.shapes = shapes_packets(f) && !from->refused,
		.takes = takes_bytes(f) && !from->refused,
		.first_binding = from->first_binding,
		.n_bindings = from->n_bindings};
}

static void describe_binding(struct making *k, unsigned int i)
{
	const struct binding *from = &k->m->plan->bindings[i];
	struct snapshot_binding *to = &k->s->bindings[i];

	*to = (struct snapshot_binding){.rule = from->rule,
		.point = copy(k, points[from->point].name),
		.mechanism = copy(k, mechanisms[from->mechanism].name)};
	memcpy(to->by_reason, k->m->counters[i].by_reason, sizeof(to->by_reason));
}

/* All that is no number. */
static void describe(struct making *k)
{
	const struct scenario *from = k->m->scenario;
	struct snapshot *s = k->s;

	for (unsigned int i = 0; i < s->n_phases; i++)
		s->phases[i] =
			(struct snapshot_phase){copy(k, from->phases[i].name), k->m->phases[i].role,
				k->m->phases[i].reached, .failures = k->m->phases[i].failures};
	for (unsigned int i = 0; i < s->n_targets; i++)
		s->targets[i] = (struct snapshot_target){copy(k, from->targets[i].name),
			from->targets[i].kind == TARGET_COMMAND, k->m->targets[i].looked};
	for (unsigned int i = 0; i < s->n_rules; i++)
		describe_rule(k, i);
	for (unsigned int i = 0; i < s->n_bindings; i++)
		describe_binding(k, i);
	for (unsigned int i = 0; i < s->n_notes; i++)
		s->notes[i] = copy(k, k->m->notes[i]);
}

static void make_room(struct making *k)
{
	struct snapshot *s = k->s;

	s->n_phases = k->m->scenario->n_phases;
	s->n_workloads = k->m->scenario->n_workloads;
	s->names_workloads = k->m->scenario->names_workloads;
	s->n_probes = k->m->scenario->n_probes;
	s->n_logs = k->m->scenario->n_logs;
	s->n_targets = k->m->scenario->n_targets;
	s->n_rules = k->m->plan->n_rules;
	s->n_bindings = k->m->plan->n_bindings;
	s->n_notes = k->m->n_notes;
	snapshot_count_calls(s, k->m);
	s->calls = room(k, s->n_calls, sizeof(*s->calls));
	s->unmeasured = room(k, s->n_unmeasured, sizeof(*s->unmeasured));
	s->phases = room(k, s->n_phases, sizeof(*s->phases));
	s->targets = room(k, s->n_targets, sizeof(*s->targets));
	s->rules = room(k, s->n_rules, sizeof(*s->rules));
	s->bindings = room(k, s->n_bindings, sizeof(*s->bindings));
	s->notes = room(k, s->n_notes, sizeof(*s->notes));
	s->injections = room(k, 1, sizeof(*s->injections));
	make_room_for_numbers(k);
}

static void fill(struct making *k)
{
	const struct measure *m = k->m;
	struct snapshot *s = k->s;

	snprintf(s->id, sizeof(s->id), "%s", m->id);
	s->seed = m->seed;
	s->judgement = m->judgement;
	*s->injections = m->injections;
	s->name = copy(k, m->scenario->name);
	s->about = m->scenario->about ? copy(k, m->scenario->about) : NULL;
	s->kernel = copy(k, m->caps->release);
	describe(k);
	take_numbers(k);
	k->incomplete |= snapshot_take_judging(s, m) != 0;
	k->incomplete |= !snapshot_take_calls(s, m);
}

struct snapshot *snapshot_take(const struct measure *m)
{
	struct making k = {.m = m, .s = calloc(1, sizeof(*k.s))};

	if (!k.s)
		return NULL;
	make_room(&k);
	if (!k.incomplete)
		fill(&k);
	if (!k.incomplete)
		k.incomplete = !snapshot_take_outside(k.s, m);
	if (!k.incomplete)
		return k.s;
	snapshot_free(k.s);
	return NULL;
}

static void free_texts(struct snapshot *s)
{
	for (unsigned int i = 0; s->phases && i < s->n_phases; i++)
		free(s->phases[i].name);
	for (unsigned int i = 0; s->targets && i < s->n_targets; i++)
		free(s->targets[i].name);
	for (unsigned int i = 0; s->rules && i < s->n_rules; i++) {
		free(s->rules[i].text);
		free(s->rules[i].fault);
		free(s->rules[i].kind);
		free(s->rules[i].reason);
	}
	for (unsigned int i = 0; s->bindings && i < s->n_bindings; i++) {
		free(s->bindings[i].point);
		free(s->bindings[i].mechanism);
	}
	for (unsigned int i = 0; s->notes && i < s->n_notes; i++)
		free(s->notes[i]);
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	free_texts(s);
	snapshot_free_calls(s);
	for (int m = 0; m < NR_METRICS; m++)
		free(s->numbers[m].counts);
	snapshot_free_judging(s);
	free(s->phases);
	snapshot_free_outside(s);
	free(s->targets);
	free(s->rules);
	free(s->bindings);
	free(s->notes);
	free(s->injections);
	free(s->trend);
	free(s->name);
	free(s->about);
	free(s->kernel);
	free(s);
}

uint64_t snapshot_count(const struct snapshot *s, enum metric_id m, unsigned int index)
{
	return s->numbers[m].counts[index];
}

uint64_t snapshot_injected_by(const struct snapshot *s, unsigned int rule)
{
	const struct snapshot_rule *r = &s->rules[rule];
	uint64_t sum = 0;

	for (unsigned int i = 0; i < r->n_bindings; i++)
		sum += snapshot_count(s, METRIC_injected, r->first_binding + i);
	return sum;
}

uint64_t snapshot_fired_by(const struct snapshot *s, unsigned int rule)
{
	if (s->rules[rule].takes && !snapshot_count(s, METRIC_held_most, rule))
		return 0;
	return snapshot_injected_by(s, rule);
}

uint64_t snapshot_fired(const struct snapshot *s)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < s->n_rules; i++)
		sum += snapshot_fired_by(s, i);
	return sum;
}

uint64_t snapshot_sum(const struct snapshot *s, enum metric_id m)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < snapshot_size(s, metrics[m].scope); i++)
		sum += s->numbers[m].counts[i];
	return sum;
}

double snapshot_value(const struct snapshot *s, enum metric_id m, unsigned int index)
{
	return metrics[m].kind == METRIC_COUNTER ? (double)s->numbers[m].counts[index]
						 : s->numbers[m].values[index];
}
