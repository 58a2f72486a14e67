// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "run/experiment.h"
#include "verbs/verbs.h"

void print_complaint(const char *file, const struct complaint *why)
{
	if (file && why->place.line)
		fprintf(stderr, "%s:%u:%u: %s\n", file, why->place.line, why->place.column,
			why->message);
	else if (file)
		fprintf(stderr, "%s: %s\n", file, why->message);
	else
		log_error("%s", why->message);
}

static unsigned int allowed = ALL_MECHANISMS;

int allow_mechanisms(const char *list)
{
	allowed = 0;
	while (*list) {
		size_t length = strcspn(list, ",");
		int found = -1;

		for (int m = 0; m < NR_MECHANISMS; m++)
			if (strlen(mechanisms[m].name) == length &&
				!strncmp(mechanisms[m].name, list, length))
				found = m;
		if (found < 0) {
			log_error("unknown mechanism \"%.*s\"; jinx list mechanisms shows them",
				(int)length, list);
			return -EINVAL;
		}
		allowed |= 1u << found;
		list += length + (list[length] == ',');
	}
	return 0;
}

void probe_for(const struct scenario *s, struct caps *ret)
{
	caps_probe(ret, plan_candidates(s) & allowed);
	for (int m = 0; m < NR_MECHANISMS; m++)
		if (!(allowed & (1u << m)))
			snprintf(ret->mechanisms[m].reason, sizeof(ret->mechanisms[m].reason),
				"left out by --mechanisms");
}

static void print_refusals(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct planned_rule *r = &plan->rules[i];
		char text[160];

		if (!r->refused)
			continue;
		plan_describe(r->fault, text, sizeof(text));
		if (r->fault->optional)
			log_info("left out on this kernel: %s: %s", text, r->reason);
		else
			log_error("this kernel can't %s: %s", text, r->reason);
	}
}

int run_scenario(const struct scenario *s, const struct experiment_options *options)
{
	_cleanup_free_ struct plan *plan = malloc(sizeof(*plan));
	struct caps caps;

	if (!plan) {
		log_error("out of memory");
		return VERDICT_FAILED;
	}
	if (geteuid() != 0) {
		log_error("experiments need root");
		return VERDICT_FAILED;
	}
	probe_for(s, &caps);
	plan_make(s, &caps, plan);
	print_refusals(plan);
	if (plan_refused(plan))
		return VERDICT_UNSUPPORTED;
	if (!plan->n_bindings) {
		log_error("nothing of this scenario can be had on this kernel");
		return VERDICT_UNSUPPORTED;
	}
	return experiment_run(s, plan, &caps, options);
}

int verb_run(int argc, char **argv)
{
	static const struct option options[] = {{"json", required_argument, NULL, 'j'},
		{"events", required_argument, NULL, 'e'}, {"quiet", no_argument, NULL, 'q'},
		{"debug", no_argument, NULL, 'd'}, {"mechanisms", required_argument, NULL, 'm'},
		{}};
	struct experiment_options o = {.started_ns = started_ns, .table = stdout};
	struct scenario *s;
	struct complaint why = {};
	int c, code;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			o.json_path = optarg;
			break;
		case 'e':
			o.events_path = optarg;
			break;
		case 'q':
			o.quiet = true;
			break;
		case 'd':
			log_debug_enabled = true;
			break;
		case 'm':
			if (allow_mechanisms(optarg))
				return EXIT_USAGE;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	if (optind + 1 != argc) {
		log_error("usage: jinx run FILE [--json FILE] [--events FILE] [--quiet] [--debug] "
			  "[--mechanisms LIST]");
		return EXIT_USAGE;
	}
	if (scenario_read(argv[optind], &s, &why)) {
		print_complaint(argv[optind], &why);
		return EXIT_USAGE;
	}
	code = run_scenario(s, &o);
	scenario_free(s);
	return code;
}
