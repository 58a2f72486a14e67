// SPDX-License-Identifier: GPL-2.0
/* jinx check FILE: the plan on this kernel. Probes, but attaches nothing of the scenario. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "faults/kind.h"
#include "kernel/attach.h"
#include "measure/verdict.h"
#include "target/target.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

static void print_times(const struct fault_spec *f)
{
	if (f->from_ns)
		printf(", from %gs", f->from_ns / 1e9);
	if (f->until_ns)
		printf(", until %gs", f->until_ns / 1e9);
	if (f->trigger.on_ns)
		printf(", %gs on and %gs off", f->trigger.on_ns / 1e9, f->trigger.off_ns / 1e9);
}

static void print_trigger(const struct trigger *t)
{
	if (t->has_ramp)
		printf(", chance %g%% to %g%%", t->chance_ppm * 100.0 / PPM,
			t->ramp_ppm * 100.0 / PPM);
	else if (t->chance_ppm != PPM)
		printf(", chance %g%%", t->chance_ppm * 100.0 / PPM);
	if (t->after)
		printf(", after %llu", (unsigned long long)t->after);
	if (t->every > 1)
		printf(", every %u", t->every);
	if (t->limit)
		printf(", limit %llu", (unsigned long long)t->limit);
	if (t->interval_ns)
		printf(", rate %g/s", 1e9 / t->interval_ns);
	if (t->per)
		printf(", per %s", per_names[t->per]);
}

/* One line for each run of points with the same mechanism. */
static void print_bindings(const struct plan *plan, const struct planned_rule *r)
{
	char where[128];

	for (unsigned int i = 0; i < r->n_bindings; i++) {
		const struct binding *b = &plan->bindings[r->first_binding + i];
		bool first = !i || b[-1].mechanism != b->mechanism;

		if (first)
			printf("%s      by %s (%s): ", i ? "\n" : "", mechanisms[b->mechanism].name,
				mechanisms[b->mechanism].about);
		/* Many calls share the tracepoint. */
		if (first || !(mechanisms[b->mechanism].flags & AT_SYS_ENTER))
			print_shown(stdout, "%s%s", first ? "" : ", ",
				attach_describe(b, where, sizeof(where)));
	}
	if (r->n_bindings)
		printf("\n");
}

static void print_rule(const struct plan *plan, unsigned int index)
{
	const struct planned_rule *r = &plan->rules[index];
	const struct scenario *s = plan->scenario;
	char text[160];

	fault_describe(r->fault, text, sizeof(text));
	print_shown(stdout, "  %2u  %s: %s, target %s", index + 1, s->phases[r->fault->phase].name,
		text, s->targets[r->fault->target].name);
	print_trigger(&r->fault->trigger);
	print_times(r->fault);
	printf("\n");
	if (r->refused)
		print_shown(stdout, "      %s: %s\n",
			r->fault->optional ? "left out (optional)" : "not available on this kernel",
			r->reason);
	print_bindings(plan, r);
	if (plan_kills_late(plan, index, text, sizeof(text)))
		printf("      the call is carried out before the process ends: %s\n", text);
	if (r->n_left_out)
		printf("      left out of the group, as this kernel can't fail them: %s\n",
			r->left_out);
}

/* What others pay for the calls of targets that are measured. */
static const char *cost(enum mechanism m)
{
	if (mechanisms[m].flags & AT_SYS_ENTER)
		return "every call of every process pays a little";
	return "other processes pay a little at these calls";
}

/* A line a mechanism, with all its points. */
static void print_meters(const struct plan *plan)
{
	for (int m = 0; m < NR_MECHANISMS; m++) {
		bool any = false;

		for (unsigned int i = 0; i < plan->n_meters; i++) {
			const struct binding *at = &plan->meters[i].at;

			if ((int)at->mechanism != m)
				continue;
			if (!any)
				printf("  measured by %s (%s): ", mechanisms[m].name, cost(m));
			printf("%s%s", any ? ", " : "", points[at->point].name);
			any = true;
		}
		if (any)
			printf("\n");
	}
	for (unsigned int i = 0; i < plan->n_unmetered; i++)
		print_shown(stdout, "  not measured: %s: %s\n",
			points[plan->unmetered[i].point].name, plan->unmetered[i].reason);
}

static int check(const struct scenario *s, const struct plan_options *o)
{
	_cleanup_free_ struct plan *plan = malloc(sizeof(*plan));
	struct caps caps;

	if (!plan)
		return VERDICT_FAILED;
	probe_and_plan(s, o->allowed, &caps, plan);
	print_shown(stdout, "%s: %u rules in %u phases, on Linux %s\n", s->name, plan->n_rules,
		s->n_phases, caps.release);
	for (unsigned int i = 0; i < plan->n_rules; i++)
		print_rule(plan, i);
	print_meters(plan);
	if (plan_refused(plan) || plan_empty(plan)) {
		printf("verdict: unsupported on this kernel\n");
		return VERDICT_UNSUPPORTED;
	}
	return 0;
}

int verb_check(struct call *call)
{
	const char *file = call->operands[0];
	struct error why = {};
	struct scenario *s;
	int code;

	if (call->n_operands != 1)
		return usage_wrong_operands(call->verb);
	code = read_scenario(file, &call->o.plan, &s);
	if (code)
		return code;
	code = targets_check(s, &why);
	code = code == -EINVAL ? EXIT_USAGE : code ? VERDICT_FAILED : 0;
	if (code)
		print_complaint(file, &why);
	else
		code = check(s, &call->o.plan);
	scenario_free(s);
	return code;
}
