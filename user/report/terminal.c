// SPDX-License-Identifier: GPL-2.0
/* The final table, for people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "report/report.h"

static void number(char *ret, size_t size, double value, const char *format)
{
	if (isnan(value))
		snprintf(ret, size, "-");
	else
		snprintf(ret, size, format, value);
}

static void print_row(
	const struct report *r, const struct binding *b, const struct counters *c, FILE *to)
{
	const struct fault_spec *f = r->plan->rules[b->rule].fault;
	char fault[64], value[48], suppressed[160];

	fault_describe_value(f, value, sizeof(value));
	snprintf(fault, sizeof(fault), "%s %s%s", fault_names[f->fault], value,
		f->at == AT_EXIT ? " at exit" : "");
	report_suppressed(c, suppressed, sizeof(suppressed));
	fprintf(to, "  %-10s %-10s %-20s %-16s %-14s %9llu %9llu %9llu  %s\n",
		r->scenario->phases[f->phase].name, r->scenario->targets[f->target].name, fault,
		points[b->point].name, mechanisms[b->mechanism].name,
		(unsigned long long)c->eligible, (unsigned long long)c->matched,
		(unsigned long long)c->by_reason[REASON_INJECTED], suppressed);
}

static void print_delays(const struct report *r, unsigned int index, FILE *to)
{
	const struct sleeps *s = &r->sleeps[index];
	char p50[16], p99[16];
	struct lateness late;

	report_lateness(s, &late);
	number(p50, sizeof(p50), late.p50_us, "%.1f");
	number(p99, sizeof(p99), late.p99_us, "%.1f");
	fprintf(to,
		"  %-10s delayed to the end %llu, cut short %llu; overshoot p50 %s us, p99 %s "
		"us\n",
		"", (unsigned long long)s->slept, (unsigned long long)s->cut_short, p50, p99);
}

/* Points of a group that were never called would drown the others. */
static void print_rule(const struct report *r, unsigned int index, FILE *to)
{
	const struct planned_rule *rule = &r->plan->rules[index];
	unsigned int silent = 0;

	if (rule->refused) {
		char text[160];

		fault_describe(rule->fault, text, sizeof(text));
		fprintf(to, "  %-10s left out: %s: %s\n",
			r->scenario->phases[rule->fault->phase].name, text, rule->reason);
		return;
	}
	for (unsigned int i = 0; i < rule->n_bindings; i++) {
		unsigned int row = rule->first_binding + i;

		if (r->counters[row].eligible || rule->n_bindings == 1)
			print_row(r, &r->plan->bindings[row], &r->counters[row], to);
		else
			silent++;
	}
	if (silent)
		fprintf(to, "  %-10s and %u points of this rule that were never reached\n",
			r->scenario->phases[rule->fault->phase].name, silent);
	if (makes_sleep(rule->fault))
		print_delays(r, index, to);
}

static void print_phase(const struct report *r, unsigned int i, FILE *to)
{
	const struct phase_report *p = &r->phases[i];
	char success[16], average[16], p50[16], p99[16], worst[16], rate[16], recovery[16];
	char failed[256];
	struct headline h;

	report_headline(p, &h);
	number(success, sizeof(success), 100 * h.success_rate, "%.2f%%");
	number(average, sizeof(average), h.avg_latency_ms, "%.2f");
	number(p50, sizeof(p50), h.p50_ms, "%.2f");
	number(p99, sizeof(p99), h.p99_ms, "%.2f");
	number(worst, sizeof(worst), h.max_latency_ms, "%.2f");
	number(rate, sizeof(rate), h.throughput_ops_per_sec, "%.1f");
	number(recovery, sizeof(recovery), h.recovery_time_ms, "%.0f");
	fprintf(to, "  %-10s %-9s %7.1f %9llu %8s %9s %9s %9s %9s %8s %9s\n",
		r->scenario->phases[i].name, role_names[p->role], p->duration_ns / 1e9,
		(unsigned long long)h.total_operations, success, average, p50, p99, worst, rate,
		recovery);
	if (p->failed)
		fprintf(to, "  %-10s failed: %s\n", "",
			failures_text(&p->failures, failed, sizeof(failed)));
	if (p->unfinished)
		fprintf(to, "  %-10s unfinished: %llu, ended with the experiment\n", "",
			(unsigned long long)p->unfinished);
}

void report_print(const struct report *r, FILE *to)
{
	fprintf(to, "\n%s (experiment %s, seed %llu, Linux %s, ready in %.0f ms)\n",
		r->scenario->name, r->id, (unsigned long long)r->seed, r->caps->release,
		r->ready_ns / 1e6);
	if (r->scenario->about)
		fprintf(to, "%s\n", r->scenario->about);
	fprintf(to, "\n  %-10s %-10s %-20s %-16s %-14s %9s %9s %9s  %s\n", "phase", "target",
		"fault", "point", "mechanism", "eligible", "matched", "injected", "suppressed");
	for (unsigned int i = 0; i < r->plan->n_rules; i++)
		print_rule(r, i, to);
	fprintf(to, "\n  %-10s %-9s %7s %9s %8s %9s %9s %9s %9s %8s %9s\n", "phase", "role",
		"seconds", "ops", "success", "avg ms", "p50 ms", "p99 ms", "worst ms", "ops/s",
		"recov ms");
	for (unsigned int i = 0; i < r->scenario->n_phases; i++)
		if (r->phases[i].reached)
			print_phase(r, i, to);
	if (r->events_lost || r->missed)
		fprintf(to,
			"\n%llu events lost (the counters are exact all the same), %llu calls "
			"missed\n",
			(unsigned long long)r->events_lost, (unsigned long long)r->missed);
	for (unsigned int i = 0; i < r->n_notes; i++)
		fprintf(to, "%snote: %s\n", i ? "" : "\n", r->notes[i]);
	fprintf(to, "\nverdict: %s (%s)\n", verdict_name(r->verdict), r->reason);
}
