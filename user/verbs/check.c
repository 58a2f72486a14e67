// SPDX-License-Identifier: GPL-2.0
/* jinx check FILE: the plan on this kernel. Probes, but attaches nothing of the scenario. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "faults/kind.h"
#include "kernel/attach.h"
#include "measure/steadiness.h"
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
	char text[200];

	fault_describe(r->fault, text, sizeof(text));
	print_shown(stdout, "  %2u  %s: %s", index + 1, s->phases[r->fault->phase].name, text);
	if (s->n_targets > 1)
		print_shown(stdout, ", target %s", s->targets[r->fault->target].name);
	print_trigger(&r->fault->trigger);
	print_times(r->fault);
	printf("\n");
	if (r->refused)
		print_shown(stdout, "      %s: %s\n",
			r->fault->optional ? "left out (optional)" : "not available on this kernel",
			r->reason);
	if (r->refused && *plan_instead(plan, index, text, sizeof(text)))
		printf("      it can %s %s\n", fault_names[r->fault->fault], text);
	print_bindings(plan, r);
	if (*plan_spins(plan, index))
		print_shown(stdout,
			"      its delays keep a CPU busy, as none can sleep here: %s\n",
			plan_spins(plan, index));
	if (plan_kills_late(plan, index, text, sizeof(text)))
		printf("      the call is carried out before the process ends: %s\n", text);
	if (r->n_left_out)
		printf("      left out of the group, as this kernel can't fail them: %s\n",
			r->left_out);
}

static void print_condition(
	const char *what, const struct written *w, const char *more, const struct names *names)
{
	char about[512];

	print_shown(stdout, "  %s: %s%s\n", what,
		condition_describe(w->condition, names, about, sizeof(about)), more);
}

static void print_expectation(const struct expectation *e, const struct names *names)
{
	char more[128] = "";

	if (e->min)
		text_append(more, sizeof(more), ", of at least %llu samples",
			(unsigned long long)e->min);
	if (e->stop)
		text_append(more, sizeof(more), ", or it stops");
	if (e->optional)
		text_append(more, sizeof(more), ", unless nobody knows");
	if (e->exec)
		print_shown(stdout, "  expect: %s says so%s\n", e->exec[0], more);
	else
		print_condition("expect", &e->that, more, names);
}

static void print_guard(const struct scenario *s, const struct guard *g, const struct names *names)
{
	char more[300];

	snprintf(more, sizeof(more), ", of the last %gs, for %gs, in", g->over_ns / 1e9,
		g->for_ns / 1e9);
	for (unsigned int i = 0; i < s->n_phases; i++)
		if (g->phases >> i & 1)
			text_append(more, sizeof(more), " %s", s->phases[i].name);
	print_condition("stop when", &g->stop, more, names);
}

/* A recovery takes steady windows for a while before it counts. */
static void print_too_short(const struct scenario *s)
{
	uint64_t window = s->judging.window_ns ?: DEFAULT_WINDOW_NS;
	uint64_t hold = HOLD_WINDOWS * window > MIN_HOLD_NS ? HOLD_WINDOWS * window : MIN_HOLD_NS;

	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct phase *p = &s->phases[i];
		bool recovers = scenario_role(s, i) == ROLE_RECOVER;

		if (recovers && p->duration_ns < hold)
			printf("  note: phase %s is too short to tell a recovery: it takes %gs\n",
				p->name, hold / 1e9);
	}
}

static void print_judging(const struct scenario *s)
{
	const struct judging *j = &s->judging;
	struct scenario_names names;

	scenario_names(s, &names);
	for (unsigned int i = 0; i < j->steady.n; i++)
		print_shown(stdout, "  before the first fault: %s\n", j->steady.bounds[i].text);
	for (unsigned int i = 0; i < j->n_guards; i++)
		print_guard(s, &j->guards[i], &names.names);
	for (unsigned int i = 0; i < j->n_expectations; i++)
		print_expectation(&j->expectations[i], &names.names);
	if (j->n_expectations)
		print_too_short(s);
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

static json_t *rule_json(const struct plan *plan, unsigned int index)
{
	const struct planned_rule *r = &plan->rules[index];
	const struct scenario *s = plan->scenario;
	json_t *bindings = json_array();
	char text[200], instead[200];

	fault_describe(r->fault, text, sizeof(text));
	for (unsigned int i = 0; i < r->n_bindings; i++) {
		const struct binding *b = &plan->bindings[r->first_binding + i];

		json_array_append_new(
			bindings, json_pack("{s:s, s:s}", "point", points[b->point].name,
					  "mechanism", mechanisms[b->mechanism].name));
	}
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:s, s:s, s:s, s:o}", "phase",
		s->phases[r->fault->phase].name, "target", s->targets[r->fault->target].name,
		"fault", text, "optional", (int)r->fault->optional, "refused", (int)r->refused,
		"reason", r->reason, "instead",
		r->refused ? plan_instead(plan, index, instead, sizeof(instead)) : "", "left_out",
		r->left_out, "points", bindings);
}

static void print_json(const struct plan *plan, bool supported)
{
	json_t *rules = json_array(), *root;

	for (unsigned int i = 0; i < plan->n_rules; i++)
		json_array_append_new(rules, rule_json(plan, i));
	root = json_pack("{s:s, s:s, s:b, s:o}", "name", plan->scenario->name, "kernel",
		plan->caps->release, "supported", (int)supported, "rules", rules);
	json_dumpf(root, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(root);
}

static void print_plan(const struct plan *plan, bool supported)
{
	const struct scenario *s = plan->scenario;

	print_shown(stdout, "%s: %s in %s, on Linux %s\n", s->name, plural(plan->n_rules, "rule"),
		plural(s->n_phases, "phase"), plan->caps->release);
	for (unsigned int i = 0; i < plan->n_rules; i++)
		print_rule(plan, i);
	print_meters(plan);
	print_judging(s);
	if (!supported)
		printf("verdict: unsupported on this kernel\n");
}

static int check(const struct scenario *s, const struct options *o)
{
	_cleanup_free_ struct plan *plan = malloc(sizeof(*plan));
	struct caps caps;
	bool supported;

	if (!plan)
		return VERDICT_FAILED;
	probe_and_plan(s, o->plan.allowed, &caps, plan);
	supported = !plan_refused(plan) && !plan_empty(plan);
	(o->json ? print_json : print_plan)(plan, supported);
	return supported ? 0 : VERDICT_UNSUPPORTED;
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
		code = check(s, &call->o);
	scenario_free(s);
	return code;
}
