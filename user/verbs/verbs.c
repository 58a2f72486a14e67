// SPDX-License-Identifier: GPL-2.0
#include "verbs/verbs.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/surroundings.h"
#include "base/text.h"
#include "faults/kind.h"
#include "measure/verdict.h"
#include "scenario/names.h"
#include "verbs/lists.h"
#include "verbs/usage.h"

#define EXAMPLES(...) ((const char *const[N_EXAMPLES + 1]){__VA_ARGS__})

static const struct verb first[] = {
	{"run", "FILE", "run a scenario",
		"FILE [OPTION...]\n       jinx run --preset NAME [--set KEY=VALUE...] [OPTION...] "
		"TARGET",
		EXAMPLES("refused.yaml", "refused.yaml --json report.json --events events.jsonl",
			"refused.yaml --max-injections 1000 --quiet"),
		TAKES_RUN | TAKES_INJECTED | TAKES_PLAN | TAKES_FILE | TAKES_SETTINGS |
			TAKES_SCENE | TAKES_PRESET | TAKES_REMEMBER | TAKES_REPEAT |
			TAKES_THRESHOLD,
		.run = verb_run},
	{"check", "FILE", "show how this kernel would run a scenario; inject nothing",
		"FILE [OPTION...]\n       jinx check --preset NAME [--set KEY=VALUE...] "
		"[OPTION...] "
		"TARGET",
		EXAMPLES("refused.yaml", "refused.yaml --json", "- < refused.yaml"),
		TAKES_PLAN | TAKES_FILE | TAKES_SETTINGS | TAKES_JSON | TAKES_PRESET,
		.run = verb_check},
	{"suite", "DIR|FILE...", "run many scenarios, each in a process of its own",
		"DIR|FILE... [OPTION...]",
		EXAMPLES("scenarios/databases", "scenarios --jobs 2 --junit suite.xml",
			"refused.yaml --prove"),
		TAKES_SUITE | TAKES_PLAN | TAKES_FILE | TAKES_SETTINGS | TAKES_SCENE |
			TAKES_REMEMBER | TAKES_REPEAT | TAKES_THRESHOLD,
		.run = verb_suite},
	{"gameday", "PLAN", "run scenarios in order, with pauses, asking before each",
		"PLAN [OPTION...]",
		EXAMPLES("autumn.yaml", "autumn.yaml --yes --junit gameday.xml",
			"autumn.yaml --label team=shop"),
		TAKES_GAMEDAY | TAKES_PLAN | TAKES_FILE | TAKES_SETTINGS | TAKES_SCENE |
			TAKES_REMEMBER,
		.run = verb_gameday},
	{"new", "NAME", "write a scenario to begin with, NAME.yaml", "NAME",
		EXAMPLES("refused", "slow-disk", "my-first"), 0, .run = verb_new,
		.place = ANYWHERE},
	{"doctor", "", "try what this kernel can do", "[--json]",
		EXAMPLES("", "--json", "--json | jq .abilities"), TAKES_JSON, .run = verb_doctor},
};

static const struct verb last[] = {
	{"observe", "CALLS TARGET", "measure system calls or functions; inject nothing",
		"CALLS [OPTION...] TARGET",
		EXAMPLES("fsync,fdatasync --unit postgresql.service --for 10s",
			"%network --cgroup shop --for 1m --json report.json",
			"openat,read -- ls -R /usr/share/doc"),
		TAKES_TARGET | TAKES_RUN | TAKES_LOOKING | TAKES_REMEMBER, .ignores = TAKES_FILE,
		.run = verb_quick, .quick = true, .measures = true},
	{"history", "[NAME]", "list runs that have ended, with what they came to",
		"[NAME] [OPTION...]\n       jinx history export [OPTION...]\n       jinx history "
		"import FILE\n       jinx history prune --last N",
		EXAMPLES("redis-killed", "export > runs.json", "prune --last 1000"),
		TAKES_HISTORY | TAKES_LAST | TAKES_JSON, .run = verb_history, .place = ANYWHERE},
	{"compare", "RUN RUN", "tell whether the second is worse than the first",
		"RUN RUN [OPTION...]\n       RUN: an id, last, last~N, or KEY=VALUE: all with that "
		"label",
		EXAMPLES("last~1 last", "release=1.3 release=1.4", "59684e last --threshold 10%"),
		TAKES_HISTORY | TAKES_THRESHOLD | TAKES_JSON, .run = verb_compare,
		.place = ANYWHERE},
	{"report", "RUN", "show the report of a run that has ended, or write it to files",
		"RUN [OPTION...]",
		EXAMPLES("last", "last --report page.html", "59684e --json report.json"),
		TAKES_HISTORY | TAKES_REPORTS, .run = verb_report, .place = ANYWHERE},
	{"ps", "", "list running experiments", "[--json]",
		EXAMPLES("", "--json", "--json | jq -r '.[].id'"), TAKES_JSON, .run = verb_ps,
		.place = AT_HOST},
	{"top", "", "watch running experiments, and stop them: q, s, up and down", "",
		EXAMPLES("", "> now.txt", "| head -5"), 0, .run = verb_top, .place = AT_HOST},
	{"stop", "ID | --all", "end running experiments, and wait until they have cleaned up",
		"ID...\n       jinx stop --all", EXAMPLES("59684e", "59684e 1c02aa", "--all"),
		TAKES_ALL, .run = verb_stop, .place = AT_HOST},
	{"list", "WHAT", "list points, faults and whatever else has a name", NULL,
		EXAMPLES("points", "points 'kernel:vfs_*'", "schema > scenario.schema.json"),
		TAKES_JSON, .run = verb_list, .place = ANYWHERE},
};

static struct verb quick_verb(enum fault fault)
{
	return (struct verb){.name = fault_names[fault],
		.about = fault_kinds[fault]->purpose,
		.examples = fault_kinds[fault]->examples,
		.takes = TAKES_KEYS | TAKES_RUN | TAKES_INJECTED | TAKES_PLAN | TAKES_REMEMBER,
		.ignores = TAKES_FILE,
		.run = verb_quick,
		.quick = true,
		.fault = fault};
}

size_t verbs_all(struct verb ret[MAX_VERBS])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		ret[n++] = first[i];
	for (int f = 0; f < NR_FAULTS; f++)
		ret[n++] = quick_verb(f);
	for (size_t i = 0; i < ARRAY_SIZE(last); i++)
		ret[n++] = last[i];
	return n;
}

bool verb_find(const char *name, struct verb *ret)
{
	struct verb all[MAX_VERBS];
	size_t n = verbs_all(all);

	for (size_t i = 0; i < n; i++) {
		*ret = all[i];
		if (!strcmp(name, all[i].name))
			return true;
	}
	return false;
}

/* CALLS, and the options that the fault can't do without. */
static void add_required(enum fault fault, char *ret, size_t size)
{
	const struct key *keys[MAX_KEYS];
	size_t n = block_keys(BLOCK_FAULT, keys);
	bool calls_first = fault_kinds[fault]->flags & CALLS_COME_FIRST;

	if (calls_first)
		text_append(ret, size, "CALLS ");
	for (size_t i = 0; i < n; i++)
		if (keys[i]->missing && key_applies(keys[i], fault) &&
			!(keys[i]->value == VALUE_CALLS && (calls_first || does_without_on(fault))))
			text_append(ret, size, "--%s %s ", keys[i]->option,
				value_rows[keys[i]->value].placeholder);
}

const char *verb_arguments(const struct verb *verb, char *ret, size_t size)
{
	*ret = '\0';
	if (verb->quick && !verb->measures)
		add_required(verb->fault, ret, size);
	text_append(ret, size, "%s", verb->arguments ?: "TARGET");
	return ret;
}

const char *verb_usage(const struct verb *verb, char *ret, size_t size)
{
	*ret = '\0';
	if (verb->quick && !verb->measures) {
		add_required(verb->fault, ret, size);
		text_append(ret, size, "[OPTION...] TARGET");
	} else if (verb->usage) {
		text_append(ret, size, "%s", verb->usage);
	} else {
		list_names(ret, size);
		text_append(ret, size,
			"\n       [--json]\n       jinx list points "
			"NAMES|user:FILE:NAMES|usdt:FILE:NAMES\n"
			"       |kernel:NAMES|tracepoint:NAMES [--json]");
	}
	return ret;
}

bool verb_needs_cgroup(const struct verb *verb)
{
	return verb->quick && !verb->measures && fault_kinds[verb->fault]->no_process;
}

static int unknown(const char *word)
{
	const char *names[MAX_VERBS], *near;
	struct verb all[MAX_VERBS];
	size_t n = verbs_all(all);

	for (size_t i = 0; i < n; i++)
		names[i] = all[i].name;
	near = nearest(word, names, n);
	if (near)
		log_error("unknown verb \"%s\"; did you mean \"%s\"?", word, near);
	else
		log_error("unknown verb \"%s\"; jinx --help lists them", word);
	return EXIT_USAGE;
}

/* What stands after -- is a command's. */
static bool wants_help(char **words)
{
	for (; *words && strcmp(*words, "--"); words++)
		if (!strcmp(*words, "--help") || !strcmp(*words, "-h"))
			return true;
	return false;
}

static int carry_out(const struct verb *verb, int argc, char **argv, uint64_t started_ns)
{
	struct call call = {.verb = verb};
	struct error why = {};
	int err, code;

	options_init(&call.o, verb, started_ns);
	if (verb->takes & TAKES_PRESET)
		call.made.s = scenario_new();
	err = verb->quick ? quick_read(&call, argc, argv, &why)
			  : options_read(&call, argc, argv, NULL, &why);
	if (!err && verb->takes & TAKES_PRESET)
		err = preset_check_call(&call, &why);
	if (err) {
		log_error("%s", why.message);
		code = usage_point_to(verb);
	} else if (verb->place != ANYWHERE && surroundings_check(verb->place == AT_KERNEL, &why)) {
		log_error("%s", why.message);
		code = VERDICT_FAILED;
	} else {
		code = verb->run(&call);
	}
	scenario_free(call.made.s);
	labels_free(&call.o.labels);
	return code;
}

int verbs_main(int argc, char **argv, uint64_t started_ns)
{
	struct verb verb;

	if (argc < 2) {
		usage_print_all(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage_print_all(stdout);
		return 0;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "version")) {
		puts("jinx " JINX_VERSION);
		return 0;
	}
	if (!verb_find(argv[1], &verb))
		return unknown(argv[1]);
	if (!wants_help(argv + 2))
		return carry_out(&verb, argc - 1, argv + 1, started_ns);
	usage_print(&verb, stdout);
	return 0;
}
