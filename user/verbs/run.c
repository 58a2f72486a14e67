// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "faults/kind.h"
#include "run/experiment.h"
#include "run/kill_switch.h"
#include "run/starting.h"
#include "target/namespaces.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

static void print_refusals(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct planned_rule *r = &plan->rules[i];
		char text[160], instead[200];

		if (!r->refused)
			continue;
		fault_describe(r->fault, text, sizeof(text));
		plan_instead(plan, i, instead, sizeof(instead));
		if (r->fault->optional)
			log_info("left out: this kernel can't %s", text);
		else if (*instead)
			log_error("this kernel can't %s%s%s%s; it can %s %s (jinx doctor). "
				  "Details: --debug",
				text, *r->beyond ? " (not " : "", r->beyond, *r->beyond ? ")" : "",
				fault_names[r->fault->fault], instead);
		else
			log_error("this kernel can't %s: %s", text, r->reason);
		log_debug("can't %s: %s", text, r->reason);
	}
}

static unsigned int count_commands(const struct scenario *s)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->n_targets; i++)
		n += s->targets[i].kind == TARGET_COMMAND;
	return n;
}

/* The one place where a verdict becomes an exit code. */
static int exit_code(const struct result *r, const struct experiment_options *options)
{
	int code = verdict_exit(r->verdict);

	if (r->verdict == VERDICT_INCONCLUSIVE && options->inconclusive)
		code = options->inconclusive == INCONCLUSIVE_PASSES ? 0 : VERDICT_DEVIATED;

	return options->pass_exit_code && code != VERDICT_FAILED && r->command >= 0 ? r->command
										    : code;
}

static int tell(const struct scenario *s, int err, const struct error *why)
{
	if (why->place.line)
		log_error(
			"%s:%u:%u: %s", s->file, why->place.line, why->place.column, why->message);
	else
		log_error("%s", why->message);
	if (err == -EINVAL)
		return EXIT_USAGE;
	return verdict_exit(err == -EOPNOTSUPP ? VERDICT_UNSUPPORTED : VERDICT_FAILED);
}

static int carry_out(
	const struct scenario *s, const struct plan *plan, const struct experiment_options *options)
{
	struct error why = {};
	struct result result;
	int err = experiment_run(s, plan, options, &result, &why);

	return err ? tell(s, err, &why) : exit_code(&result, options);
}

/* What it takes is tried, and the rest left to the experiment. */
static int plan_and_run(
	const struct scenario *s, const struct options *o, const struct experiment_options *run)
{
	_cleanup_free_ struct plan *plan = malloc(sizeof(*plan));
	struct caps caps;

	if (!plan) {
		log_error("out of memory");
		return VERDICT_FAILED;
	}
	probe_and_plan(s, o->plan.allowed, &caps, plan);
	print_refusals(plan);
	if (plan_refused(plan))
		return VERDICT_UNSUPPORTED;
	if (plan_empty(plan)) {
		log_error("nothing in this scenario works on this kernel");
		return VERDICT_UNSUPPORTED;
	}
	return carry_out(s, plan, run);
}

int run_scenario(const struct scenario *s, const struct options *o)
{
	struct experiment_options run = o->run;
	struct error why = {};
	int code, err;

	if (o->run.pass_exit_code && count_commands(s) != 1) {
		log_error("--exit-code command takes one target that is a command");
		return EXIT_USAGE;
	}
	if (kill_switch()) {
		log_error(KILL_SWITCH " exists: not starting");
		return VERDICT_ABORTED;
	}
	if (namespaces_check(&why)) {
		log_error("%s", why.message);
		return VERDICT_FAILED;
	}
	if (namespaces_hide())
		log_warning("jinx runs in a network namespace: jinx ps and jinx stop find this "
			    "experiment only in the same one");
	err = starting_begin(s->name, &run.starting);
	if (err) {
		(void)error_errno(&why, err, "beginning"); /* the exit code says nothing of it */
		log_error("%s", why.message);
		return VERDICT_FAILED;
	}
	code = plan_and_run(s, o, &run);
	starting_free(run.starting);
	return code;
}

int verb_run(struct call *call)
{
	struct scenario *s;
	int code;

	if (call->n_operands != 1)
		return usage_wrong_operands(call->verb);
	code = read_scenario(call->operands[0], &call->o.plan, &s);
	if (code)
		return code;
	code = run_scenario(s, &call->o);
	scenario_free(s);
	return code;
}
