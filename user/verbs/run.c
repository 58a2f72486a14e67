// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/environment.h"
#include "base/log.h"
#include "faults/kind.h"
#include "run/experiment.h"
#include "run/kill_switch.h"
#include "run/signals.h"
#include "run/starting.h"
#include "scene/ports.h"
#include "scene/scene.h"
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
		fault_describe_wanted(r->fault, text, sizeof(text));
		plan_instead(plan, i, instead, sizeof(instead));
		if (r->fault->optional)
			log_info("left out: this kernel can't %s", text);
		else if (*instead)
			log_error("this kernel can't %s%s%s%s; it can %s %s (jinx doctor). "
				  "Details: --debug",
				text, *r->beyond ? " (not " : "", r->beyond, *r->beyond ? ")" : "",
				fault_names[r->fault->fault], instead);
		else
			log_error("this kernel can't %s: %s", text, plan_reason(r));
		log_debug("can't %s: %s", text, plan_reason(r));
	}
}

/* With nothing else to do: why there is nothing. */
static void print_empty(const struct plan *plan)
{
	enum { SHOWN = 4 };

	for (unsigned int i = 0; i < plan->n_unmetered && i < SHOWN; i++)
		log_error("this kernel can't measure %s: %s", points[plan->unmetered[i].point].name,
			plan->unmetered[i].reason);
	if (plan->n_unmetered > SHOWN)
		log_error("nor %u other points (jinx check shows them)", plan->n_unmetered - SHOWN);
	log_error("nothing in this scenario works on this kernel");
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
	if (err == -ECANCELED)
		return VERDICT_ABORTED;
	return verdict_exit(err == -EOPNOTSUPP ? VERDICT_UNSUPPORTED : VERDICT_FAILED);
}

/* What this kernel does for a scenario; the plan points to what is beside it. */
struct planned {
	struct caps caps;
	struct plan plan;
};

/* What it takes is tried. NULL: it can't be done, *ret_code is the exit code, and that has been
 * said. */
static struct planned *make_plan(const struct scenario *s, const struct options *o, int *ret_code)
{
	struct planned *p = malloc(sizeof(*p));

	*ret_code = VERDICT_UNSUPPORTED;
	if (!p) {
		log_error("out of memory");
		*ret_code = VERDICT_FAILED;
		return NULL;
	}
	probe_and_plan(s, o->plan.allowed, &p->caps, &p->plan);
	print_refusals(&p->plan);
	if (!plan_refused(&p->plan) && !plan_empty(&p->plan))
		return p;
	if (!plan_refused(&p->plan))
		print_empty(&p->plan);
	free(p);
	return NULL;
}

static int carry_out(
	const struct scenario *s, const struct plan *plan, const struct experiment_options *options)
{
	struct error why = {};
	struct result result;
	int err = experiment_run(s, plan, options, &result, &why);

	return err ? tell(s, err, &why) : exit_code(&result, options);
}

/* Whether it may be run at all. 0, or an exit code having said why not. */
static int check_first(const struct scenario *s, const struct options *o)
{
	struct error why = {};

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
	return 0;
}

/* With a plan, or NULL: then it is made, which jinx ps shows. */
static int begin(const struct scenario *s, const struct options *o, struct planned *planned)
{
	struct experiment_options run = o->run;
	struct planned *made = NULL;
	struct error why = {};
	int code = 0, err = starting_begin(s->name, &run.starting);

	if (err) {
		(void)error_errno(&why, err, "beginning"); /* the exit code says nothing of it */
		log_error("%s", why.message);
		return VERDICT_FAILED;
	}
	if (!planned)
		planned = made = make_plan(s, o, &code);
	if (planned)
		code = carry_out(s, &planned->plan, &run);
	starting_free(run.starting);
	free(made);
	return code;
}

int run_scenario(const struct scenario *s, const struct options *o)
{
	return check_first(s, o) ?: begin(s, o, NULL);
}

static uint16_t take_port(void *ports)
{
	return ports_take(ports);
}

/* What is run in a scene. */
struct in_scene {
	const struct options *o;
	struct planned *planned;
};

static int run_in_scene(const struct scenario *s, void *context)
{
	const struct in_scene *in = context;

	return begin(s, in->o, in->planned);
}

/* What can't be had is told before anything is made, which may take minutes. */
static int run_with_scene(struct scenario *s, const struct options *o)
{
	struct in_scene in = {.o = o};
	const struct scene_options scene = {
		o->keep, o->run.observe, o->run.ready_fd, run_in_scene, &in};
	/* From here on a signal waits until the scene takes it. */
	_cleanup_fd_ int early = signals_open();
	int code = check_first(s, o);

	(void)early; /* it is only held */
	if (code)
		return code;
	in.planned = make_plan(s, o, &code);
	if (in.planned)
		code = scene_run(s, &scene);
	free(in.planned);
	return code;
}

/* A scenario of a file, with what it brings along. */
static int run_file(struct scenario *s, const struct options *o)
{
	if (environment_reduce()) {
		log_error("out of memory");
		return VERDICT_FAILED;
	}
	return standing_needs_scene(&s->standing) ? run_with_scene(s, o) : run_scenario(s, o);
}

/* Under what this run is remembered. */
static void tag(struct options *o, const struct scenario *s, char variant[200], char series[40])
{
	struct run_tags *tags = &o->run.remembering.tags;

	tags->variant = standing_describe(&s->standing, variant, 200);
	if (*o->series)
		tags->series = series_name(o->series, o->plan.settings.combination, series, 40);
}

int run_one(struct call *call)
{
	struct settings *settings = &call->o.plan.settings;
	struct ports ports = {};
	char dir[256], variant[200], series[40];
	struct scenario *s;
	int code;

	settings->dir = scene_choose_dir(dir, sizeof(dir));
	settings->take_port = take_port;
	settings->context = &ports;
	code = read_scenario(call->operands[0], &call->o.plan, &s);
	if (!code)
		tag(&call->o, s, variant, series);
	if (!code && s->standing.combinations > 1 && !strcmp(call->operands[0], "-")) {
		log_error("a scenario with a matrix is read several times: it has to be a file");
		code = EXIT_USAGE;
		scenario_free(s);
	} else if (!code) {
		code = run_file(s, &call->o);
		scenario_free(s);
	}
	ports_release(&ports);
	return code;
}

/* How many it has; a file that can't be read has one, and who reads it next says why not. */
static unsigned int combinations(struct call *call)
{
	struct complaints all;
	struct scenario *s;
	unsigned int ret;

	if (!strcmp(call->operands[0], "-") || scenario_read(call->operands[0], call->o.plan.trust,
						       &call->o.plan.settings, &s, &all))
		return 1;
	ret = s->standing.combinations;
	scenario_free(s);
	return ret;
}

int check_repeats(const struct call *call)
{
	const char *what = call->o.repeat > 1 ? "--repeat" : call->o.baseline ? "--baseline" : NULL;

	if (!what)
		return 0;
	if (call->o.preset || (call->n_operands && !strcmp(call->operands[0], "-"))) {
		log_error("%s takes a scenario's file", what);
		return -EINVAL;
	}
	if (!call->o.run.remembering.path) {
		log_error("%s compares by the history, which --no-history leaves out", what);
		return -EINVAL;
	}
	return 0;
}

static int run_preset(struct call *call)
{
	struct error why = {};
	struct scenario *s;
	int code;

	if (preset_read(call, &s, &why)) {
		print_complaint(NULL, &why);
		return EXIT_USAGE;
	}
	call->o.run.table = stderr; /* a command's stdout is its own */
	code = run_scenario(s, &call->o);
	scenario_free(s);
	return code;
}

int verb_run(struct call *call)
{
	unsigned int n;
	int code;

	if (check_repeats(call))
		return EXIT_USAGE;
	if (call->o.preset)
		return run_preset(call);
	if (call->n_operands != 1)
		return usage_wrong_operands(call->verb);
	n = combinations(call);
	if (call->o.repeat > 1 || call->o.baseline)
		starting_choose_id(call->o.series);
	code = n > 1 || call->o.repeat > 1 ? run_matrix(call) : run_one(call);
	return call->o.baseline ? against_baseline(call, n, code) : code;
}
