// SPDX-License-Identifier: GPL-2.0
/* jinx check FILE: the plan on this kernel. Probes, but attaches nothing of the scenario. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "faults/kind.h"
#include "kernel/plan.h"
#include "measure/verdict.h"
#include "scene/nodes.h"
#include "target/target.h"
#include "verbs/check_network.h"
#include "verbs/check_text.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

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

static json_t *plan_json(const struct plan *plan, bool supported, const char *no_nodes)
{
	const char *presets = plan->scenario->standing.presets;
	json_t *rules = json_array(), *root;

	for (unsigned int i = 0; i < plan->n_rules; i++)
		json_array_append_new(rules, rule_json(plan, i));
	root = json_pack("{s:s, s:s, s:b, s:o}", "name", plan->scenario->name, "kernel",
		plan->caps->release, "supported", (int)supported, "rules", rules);
	json_object_set_new(root, "devices", devices_json(plan));
	if (plan->scenario->standing.n_nodes)
		json_object_set_new(root, "nodes", nodes_json(&plan->scenario->standing, no_nodes));
	if (presets && *presets)
		json_object_set_new(root, "presets", json_string(presets));
	return root;
}

/* With `all` the plan is added to it, and else printed. */
static int check_plan(
	const struct scenario *s, const struct options *o, const char *no_nodes, json_t *all)
{
	_cleanup_free_ struct plan *plan = malloc(sizeof(*plan));
	struct caps caps;
	bool supported;

	if (!plan)
		return VERDICT_FAILED;
	probe_and_plan(s, o->plan.allowed, &caps, plan);
	supported = !plan_refused(plan) && !plan_empty(plan) && !*no_nodes;
	if (all)
		json_array_append_new(all, plan_json(plan, supported, no_nodes));
	else
		plan_print(plan, supported, no_nodes);
	return supported ? 0 : VERDICT_UNSUPPORTED;
}

/* Its nodes are made, as that alone says whether they can be, and where its faults would be. */
static int check(struct scenario *s, const struct options *o, json_t *all)
{
	struct error why = {};
	struct nodes nodes;
	int ret;

	if (!s->standing.n_nodes)
		return check_plan(s, o, "", all);
	if (nodes_make(&s->standing, &nodes, &why))
		return check_plan(s, o, why.message, all);
	s->standing.nodes = nodes.all;
	ret = check_plan(s, o, "", all);
	s->standing.nodes = NULL;
	nodes_free(&nodes);
	return ret;
}

/* The file's, or the preset's. */
static int read_one(struct call *call, struct scenario **ret)
{
	struct error why = {};

	if (!call->o.preset)
		return read_scenario(call->operands[0], &call->o.plan, ret);
	if (!preset_read(call, ret, &why))
		return 0;
	print_complaint(NULL, &why);
	return EXIT_USAGE;
}

static int check_one(struct call *call, json_t *all, unsigned int *ret_combinations)
{
	const char *file = call->o.preset ? NULL : call->operands[0];
	struct error why = {};
	struct scenario *s;
	int code;

	*ret_combinations = 0;
	code = read_one(call, &s);
	if (code)
		return code;
	*ret_combinations = s->standing.combinations;
	code = targets_check(s, &why);
	code = code == -EINVAL ? EXIT_USAGE : code ? VERDICT_FAILED : 0;
	if (code)
		print_complaint(file, &why);
	else
		code = check(s, &call->o, all);
	scenario_free(s);
	return code;
}

/* One document: of a matrix a list of its plans. */
static void print_json(const json_t *all)
{
	const json_t *shown = json_array_size(all) == 1 ? json_array_get(all, 0) : all;

	json_dumpf(shown, stdout, JSON_INDENT(2));
	printf("\n");
}

/* All of a matrix; what is worst of them is the exit code. */
static int check_all(struct call *call, json_t *all)
{
	bool standard = !call->o.preset && call->n_operands == 1 && !strcmp(call->operands[0], "-");
	unsigned int combinations = 1;
	int worst = 0;

	for (unsigned int i = 0; i < combinations && !(i && standard); i++) {
		int code;

		call->o.plan.settings.combination = i;
		code = check_one(call, all, &combinations);
		if (code == EXIT_USAGE || code == VERDICT_FAILED)
			return code;
		worst = code ?: worst;
	}
	return worst;
}

int verb_check(struct call *call)
{
	json_t *all;
	int code;

	if (!call->o.preset && call->n_operands != 1)
		return usage_wrong_operands(call->verb);
	all = call->o.json ? json_array() : NULL;
	code = check_all(call, all);
	if (all && json_array_size(all))
		print_json(all);
	json_decref(all);
	return code;
}
