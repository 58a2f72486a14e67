// SPDX-License-Identifier: GPL-2.0
#include "verbs/check_text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/spawn.h"
#include "base/text.h"
#include "faults/kind.h"
#include "keeper/stage.h"
#include "kernel/attach.h"
#include "measure/steadiness.h"
#include "output/sections.h"
#include "verbs/check_network.h"
#include "verbs/verbs.h"

/* What takes part: targets, phases, and what measures. */

/* What is given to a shell (scenario/asks.c); NULL: it is a program with its arguments. */
static const char *shell_text(char *const *argv)
{
	return !strcmp(argv[0], "/bin/sh") && argv[1] && !strcmp(argv[1], "-c") ? argv[2] : NULL;
}

static void print_argv(char *const *argv)
{
	for (char *const *word = shell_text(argv) ? argv + 2 : argv; *word; word++)
		print_shown(stdout, " %s", *word);
}

static void print_node(unsigned int node)
{
	if (node)
		printf(", in node %u", node);
}

static void print_mapping(const char *key, const char *text)
{
	if (text)
		print_shown(stdout, ", %s {%s}", key, text);
}

static void print_target(const struct scenario *s, const struct target_spec *t)
{
	printf("  target");
	if (s->n_targets > 1 || strcmp(t->name, "target"))
		print_shown(stdout, " %s", t->name);
	printf(":");
	switch (t->kind) {
	case TARGET_CGROUP:
		print_shown(stdout, " cgroup %s", t->cgroup);
		break;
	case TARGET_UNIT:
		print_shown(stdout, " unit %s", t->unit);
		break;
	case TARGET_CONTAINER:
		print_shown(stdout, " container %s", t->container);
		break;
	case TARGET_POD:
		print_shown(stdout, " pod %s", t->pod);
		break;
	case TARGET_PID:
		printf(" process %d and its later children", t->pid);
		break;
	case TARGET_COMMAND:
		printf(" command");
		print_argv(t->command);
		print_node(t->node);
		break;
	case TARGET_WORKLOAD:
		print_shown(
			stdout, " the workload%s%s", t->workload ? " " : "", t->workload ?: "s");
		break;
	}
	print_mapping("only", t->only_text);
	print_mapping("except", t->except_text);
	printf("\n");
}

static void print_phases(const struct scenario *s)
{
	uint64_t all = 0;

	printf("  phases:");
	for (unsigned int i = 0; i < s->n_phases; i++) {
		print_shown(stdout, "%s %s %gs", i ? "," : "", s->phases[i].name,
			s->phases[i].duration_ns / 1e9);
		all += s->phases[i].duration_ns;
	}
	printf("; %gs in all\n", all / 1e9);
}

/* What a shell would look for in PATH: the first word, if it is a plain one. NULL: there is none.
 */
static const char *plain_program(char *const *argv, char *ret, size_t size)
{
	static const char *const builtin[] = {".", ":", "[", "bg", "break", "case", "cd", "command",
		"continue", "echo", "eval", "exec", "exit", "export", "false", "for", "if", "kill",
		"printf", "pwd", "read", "return", "set", "shift", "test", "time", "times", "trap",
		"true", "type", "ulimit", "umask", "unset", "until", "wait", "while"};
	const char *text = shell_text(argv);
	size_t length;

	if (!text)
		return NULL;
	length =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+");
	if (!length || length >= size || (text[length] && text[length] != ' '))
		return NULL;
	snprintf(ret, size, "%.*s", (int)length, text);
	for (size_t i = 0; i < ARRAY_SIZE(builtin); i++)
		if (!strcmp(ret, builtin[i]))
			return NULL;
	return ret;
}

static void print_ask(const char *what, const char *name, const struct ask *a)
{
	static const char *const kinds[] = {[ASK_EXEC] = "",
		[ASK_HTTP] = "",
		[ASK_TCP] = " tcp",
		[ASK_FILE] = " file",
		[ASK_LINES] = " lines of"};

	printf("  %s", what);
	if (strcmp(what, name))
		print_shown(stdout, " %s", name);
	printf(":%s", kinds[a->kind]);
	if (a->exec)
		print_argv(a->exec);
	else
		print_shown(stdout, " %s", a->address);
	print_node(a->node);
}

static void print_missing(const struct ask *a)
{
	char program[256], path[PATH_MAX];

	if (a->exec && plain_program(a->exec, program, sizeof(program)) &&
		find_program(program, path))
		print_shown(stdout,
			"    note: \"%s\" can't be found: each of its operations will fail\n",
			program);
}

static void print_outside(const struct scenario *s)
{
	for (unsigned int i = 0; i < s->n_workloads; i++) {
		const struct workload *w = &s->workloads[i];

		print_ask("workload", w->name, &w->ask);
		printf(", %u at once", w->concurrency);
		if (w->interval_ns)
			printf(", %g/s", 1e9 / w->interval_ns);
		if (w->ask.timeout_ns)
			printf(", timeout %gs", w->ask.timeout_ns / 1e9);
		printf("\n");
		print_missing(&w->ask);
	}
	for (unsigned int i = 0; i < s->n_probes; i++) {
		print_ask("probe", s->probes[i].name, &s->probes[i].ask);
		printf(", every %gs\n", s->probes[i].every_ns / 1e9);
		print_missing(&s->probes[i].ask);
	}
}

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
	char bytes[24];

	if (t->has_ramp)
		printf(", chance %g%% to %g%%", t->chance_ppm * 100.0 / PPM,
			t->ramp_ppm * 100.0 / PPM);
	else if (t->chance_ppm != PPM)
		printf(", chance %g%%", t->chance_ppm * 100.0 / PPM);
	if (t->hazard_ns)
		printf(", hazard %g/s", 1e9 / t->hazard_ns);
	if (t->after_bytes) {
		describe_bytes(t->after_bytes, bytes, sizeof(bytes));
		printf(", after %s of bytes", bytes);
	}
	if (t->open_fds)
		printf(", with %llu descriptors", (unsigned long long)t->open_fds);
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

/* What the keeper will do to a target that it may not have reached yet. */
static void print_foretold(const struct plan *plan, const struct planned_rule *r)
{
	const struct fault_spec *f = r->fault;
	const struct scenario *s = plan->scenario;
	char text[300];

	if (r->n_bindings && kind_of(f)->passes)
		printf("      %s\n", kind_of(f)->passes);
	if (!r->n_bindings || !is_of_target(f))
		return;
	if (stage_foretells(plan, r, text, sizeof(text)))
		print_shown(stdout, "      %s\n", text);
	if (s->targets[f->target].kind != TARGET_COMMAND || f->phase || f->from_ns)
		return;
	if (holds_target(f))
		printf("      the command is there, but begins when that is over (`from`: "
		       "later)\n");
	else if (signals_target(f) || is_of_connections(f))
		printf("      the command is there, but has not begun by then (`from`: later)\n");
}

static void print_rule(const struct plan *plan, unsigned int index)
{
	const struct planned_rule *r = &plan->rules[index];
	const struct scenario *s = plan->scenario;
	char text[200];

	(r->refused ? fault_describe_wanted : fault_describe)(r->fault, text, sizeof(text));
	print_shown(stdout, "  %2u  %s: %s", index + 1, s->phases[r->fault->phase].name, text);
	if (s->n_targets > 1 && !(kind_of(r->fault)->flags & NAMES_TARGETS))
		print_shown(stdout, ", target %s", s->targets[r->fault->target].name);
	print_mapping("where", r->fault->where.text);
	print_trigger(&r->fault->trigger);
	print_times(r->fault);
	printf("\n");
	if (r->refused)
		print_shown(stdout, "      %s: %s\n",
			r->fault->optional ? "left out (optional)" : "not available on this kernel",
			plan_reason(r));
	if (r->refused && *plan_instead(plan, index, text, sizeof(text)))
		printf("      it can %s %s\n", fault_names[r->fault->fault], text);
	print_bindings(plan, r);
	print_foretold(plan, r);
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
		text_append(more, sizeof(more), ", or unknown");
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
			printf("  note: phase %s is too short to measure a recovery, which takes "
			       "%gs\n",
				p->name, hold / 1e9);
	}
}

static void print_foregone(const struct expectation *e)
{
	if (e->that.condition && condition_foregone(e->that.condition) == TRUTH_TRUE)
		print_shown(stdout, "  note: %s is always true\n", e->that.text);
}

static void print_judging(const struct scenario *s)
{
	const struct judging *j = &s->judging;
	struct scenario_names names;
	char text[100];

	scenario_names(s, &names);
	if (j->slo.given)
		printf("  slo: %s\n", slo_promise(j->slo.success, j->slo.latency_ns,
					      j->slo.window_s, text, sizeof(text)));
	for (unsigned int i = 0; i < j->steady.n; i++)
		print_shown(stdout, "  before the first fault: %s\n", j->steady.bounds[i].text);
	for (unsigned int i = 0; i < j->n_guards; i++)
		print_guard(s, &j->guards[i], &names.names);
	for (unsigned int i = 0; i < j->n_expectations; i++)
		print_expectation(&j->expectations[i], &names.names);
	for (unsigned int i = 0; i < j->n_expectations; i++)
		print_foregone(&j->expectations[i]);
	if (j->n_expectations)
		print_too_short(s);
}

static void print_steps(const char *when, const struct steps *all)
{
	for (unsigned int i = 0; i < all->n; i++) {
		const struct step *step = &all->all[i];
		const char *text = shell_text(step->exec);
		size_t line = strcspn(text ?: "", "\n");

		printf("  %s:", when);
		if (text)
			print_shown(stdout, " %.*s%s", (int)line, text,
				text[line] && text[line + 1] ? " ..." : "");
		else
			print_argv(step->exec);
		print_node(step->node);
		print_shown(stdout, "%s%s\n", step->user ? ", as " : "", step->user ?: "");
	}
}

static void print_standing(const struct standing *st)
{
	print_steps("setup", &st->setup);
	if (st->ready.within_ns)
		printf("  the first phase begins when all is ready, within %gs\n",
			st->ready.within_ns / 1e9);
	for (int h = 0; h < NR_RUN_HOOKS; h++)
		print_steps(run_hook_names[h], &st->hooks[h]);
	print_steps("teardown", &st->teardown);
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

/* What presets stand for, a line indented as all else. */
static void print_presets(const char *text)
{
	if (!text || !*text)
		return;
	printf("  presets:\n");
	for (; *text; text += strcspn(text, "\n") + 1)
		print_shown(stdout, "    %.*s\n", (int)strcspn(text, "\n"), text);
}

void plan_print(const struct plan *plan, bool supported, const char *no_nodes)
{
	const struct scenario *s = plan->scenario;
	char varies[200];

	standing_describe(&s->standing, varies, sizeof(varies));
	print_shown(stdout, "%s%s%s%s: %s in %s, on Linux %s\n", s->name, *varies ? " [" : "",
		varies, *varies ? "]" : "", plural(plan->n_rules, "rule"),
		plural(s->n_phases, "phase"), plan->caps->release);
	print_nodes(&s->standing, no_nodes);
	print_standing(&s->standing);
	for (unsigned int i = 0; i < s->n_targets; i++)
		print_target(s, &s->targets[i]);
	print_outside(s);
	print_phases(s);
	print_presets(s->standing.presets);
	for (unsigned int i = 0; i < plan->n_rules; i++)
		print_rule(plan, i);
	print_devices(plan);
	print_meters(plan);
	print_judging(s);
	if (!supported)
		printf("verdict: unsupported on this kernel\n");
}
