// SPDX-License-Identifier: GPL-2.0
#include "verbs/options.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "faults/kind.h"
#include "history/compare.h"
#include "kernel/caps.h"
#include "run/summary.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/numbers.h"
#include "verbs/options_telling.h"
#include "verbs/verbs.h"

/* The kernel's loops have an end: bpf/gate.bpf.h, spin_until(). */
#define LONGEST_SPIN_NS 100000000ull
#define SMALLEST_BUFFER 4096u
#define LARGEST_BUFFER (1u << 30)
#define MOST_REPEATS 1000
#define DEFAULT_NAMESPACE "default"

const char *const heading_names[NR_HEADS] = {
	"fault", "when", "target", "results", "limits", "also"};

static int take_mechanisms(const char *list, struct options *o, struct error *why)
{
	o->plan.allowed = 0;
	while (*list) {
		size_t length = strcspn(list, ",");
		int found = -1;

		for (int m = 0; m < NR_MECHANISMS; m++)
			if (strlen(mechanisms[m].name) == length &&
				!strncmp(mechanisms[m].name, list, length))
				found = m;
		if (found < 0)
			return error_set(why, -EINVAL,
				"unknown mechanism \"%.*s\"; jinx list mechanisms shows them",
				(int)length, list);
		o->plan.allowed |= 1u << found;
		list += length + (list[length] == ',');
	}
	return 0;
}

int take_duration(
	const char *option, const char *text, uint64_t most, uint64_t *ret, struct error *why)
{
	int err = parse_duration(text, ret, why);

	if (err || *ret <= most)
		return err;
	return error_set(why, -EINVAL, "%s can't be more than %gs", option, most / 1e9);
}

static int take_max_delay(const char *text, struct options *o, struct error *why)
{
	return take_duration("--max-delay", text, MAX_DELAY_NS, &o->plan.max_delay_ns, why);
}

static int take_max_spin(const char *text, struct options *o, struct error *why)
{
	return take_duration("--max-spin", text, LONGEST_SPIN_NS, &o->plan.max_spin_ns, why);
}

static int take_buffer(const char *text, struct options *o, struct error *why)
{
	uint64_t size;
	int err = parse_size(text, &size, why);

	if (err)
		return err;
	o->run.events_size = size;
	if (size >= SMALLEST_BUFFER && size <= LARGEST_BUFFER && !(size & (size - 1)))
		return 0;
	return error_set(why, -EINVAL,
		"--event-buffer takes a power of two from 4k to 1G, not \"%.20s\"", text);
}

/* Commands must not inherit it. */
static int take_ready_fd(const char *text, struct options *o, struct error *why)
{
	uint64_t fd;
	int err = parse_count(text, &fd, why);

	if (err)
		return err;
	if (fd && fd <= INT_MAX && !fcntl(fd, F_SETFD, FD_CLOEXEC)) {
		o->run.ready_fd = fd;
		return 0;
	}
	return error_set(why, -EINVAL,
		"--ready-fd takes the number of an open descriptor from 1 on, not \"%.20s\"", text);
}

static int take_dry_run(const char *text, struct options *o, struct error *why)
{
	o->run.observe = !strcmp(text, "observe");
	if (o->run.observe)
		return 0;
	return error_set(why, -EINVAL,
		"--dry-run takes observe: everything is attached and counted, nothing injected");
}

static int take_exit_code(const char *text, struct options *o, struct error *why)
{
	o->run.pass_exit_code = !strcmp(text, "command");
	if (o->run.pass_exit_code || !strcmp(text, "verdict"))
		return 0;
	return error_set(why, -EINVAL, "--exit-code takes command or verdict");
}

static int take_debug(const char *text, struct options *o, struct error *why)
{
	(void)o;
	if (text && strcmp(text, "libbpf"))
		return error_set(
			why, -EINVAL, "--debug takes libbpf or nothing, not \"%.20s\"", text);
	log_debug_enabled = true;
	log_libbpf_enabled |= text != NULL;
	return 0;
}

static int take_inconclusive(const char *text, struct options *o, struct error *why)
{
	bool pass = !strcmp(text, "pass");

	if (!pass && strcmp(text, "fail"))
		return error_set(why, -EINVAL, "--inconclusive takes pass or fail");
	o->run.inconclusive = pass ? INCONCLUSIVE_PASSES : INCONCLUSIVE_FAILS;
	return 0;
}

static int take_set(const char *text, struct options *o, struct error *why)
{
	return settings_add(&o->plan.settings, text, why);
}

static int take_scale(const char *text, struct options *o, struct error *why)
{
	const char *unit;

	if (decimal_number(text, &o->plan.settings.scale, &unit) && !*unit &&
		o->plan.settings.scale >= 0.01 && o->plan.settings.scale <= 1000)
		return 0;
	return error_set(
		why, -EINVAL, "--scale takes a factor from 0.01 to 1000, not \"%.20s\"", text);
}

static int take_label(const char *text, struct options *o, struct error *why)
{
	return labels_add(&o->labels, text, why);
}

static int take_number(
	const char *text, const char *what, uint64_t most, unsigned int *ret, struct error *why)
{
	const struct value v = {text, what, true};
	uint64_t n = 0;
	int err = take_count(v, 1, most, &n, why);

	*ret = n;
	return err;
}

static int take_jobs(const char *text, struct options *o, struct error *why)
{
	return take_number(text, "jobs", MAX_JOBS, &o->suite.jobs, why);
}

static int take_repeat(const char *text, struct options *o, struct error *why)
{
	return take_number(text, "repeat", MOST_REPEATS, &o->repeat, why);
}

static int take_last(const char *text, struct options *o, struct error *why)
{
	return take_number(text, "last", UINT32_MAX, &o->last, why);
}

static int take_threshold(const char *text, struct options *o, struct error *why)
{
	const char *unit;
	double percent;

	if (decimal_number(text, &percent, &unit) && percent <= 1000 &&
		(!strcmp(unit, "%") || (!percent && !*unit))) {
		o->threshold = percent / 100;
		return 0;
	}
	return error_set(
		why, -EINVAL, "--threshold takes a share from 0%% to 1000%%, not \"%.20s\"", text);
}

#define TAKE(name, statement)                                                          \
	static int take_##name(const char *text, struct options *o, struct error *why) \
	{                                                                              \
		(void)text;                                                            \
		(void)o;                                                               \
		(void)why;                                                             \
		statement;                                                             \
		return 0;                                                              \
	}
TAKE(host, o->plan.host = true)
TAKE(trust, o->plan.trust = true)
#define OUTPUT(id, option, about, content_type) \
	TAKE(output_##id, o->run.report_paths[OUTPUT_##id] = text)
#include "output/formats.def"
#undef OUTPUT
TAKE(metrics_token, o->run.scrape.token_path = text)
TAKE(events, o->run.events_path = text)
TAKE(record, o->run.record_path = text)
TAKE(replay, o->run.replay_path = text)
TAKE(quiet, o->run.quiet = true)
TAKE(preset, o->preset = text)
TAKE(json, o->json = true)
TAKE(all, o->all = true)
TAKE(yes, o->yes = true)
TAKE(keep, o->keep = true)
TAKE(show_commands, o->run.show_commands = true)
TAKE(history, o->run.remembering.path = text)
TAKE(no_history, o->run.remembering.path = NULL)
TAKE(namespace, o->run.remembering.tags.namespace = text)
TAKE(baseline, o->baseline = text)
TAKE(suite_tag, o->suite.tag = text)
TAKE(also_long, o->suite.also_long = true)
TAKE(keep_going, o->suite.keep_going = true)
TAKE(prove, o->suite.prove = true)
TAKE(suite_junit, o->suite.junit = text)
TAKE(suite_json, o->suite.json = text)
TAKE(figures, o->suite.figures = true)

static const struct option_row rows[] = {
#define OUTPUT(id, option, about, content_type) \
	{option, "FILE", TAKES_RUN | TAKES_REPORTS, HEAD_RESULTS, about, NULL, take_output_##id},
#include "output/formats.def"
#undef OUTPUT
	{"history", "FILE", TAKES_REMEMBER | TAKES_HISTORY, HEAD_RESULTS,
		"where runs are remembered", "~/.local/state/jinx/history.db", take_history},
	{"no-history", NULL, TAKES_REMEMBER, HEAD_RESULTS, "this one is not", NULL,
		take_no_history},
	{"namespace", "NAME", TAKES_REMEMBER | TAKES_HISTORY, HEAD_RESULTS,
		"runs of other namespaces are never compared with these", "default",
		take_namespace},
	{"label", "KEY=VALUE", TAKES_REMEMBER, HEAD_RESULTS,
		"what this run is told apart by later: release=1.4", NULL, take_label,
		.repeats = true},
	{"repeat", "N", TAKES_REPEAT, HEAD_RESULTS, "run it so many times, as a series", "1",
		take_repeat},
	{"baseline", "RUN", TAKES_REPEAT, HEAD_RESULTS,
		"compare with these: an id, KEY=VALUE, last; exit with 1 where it is worse", NULL,
		take_baseline},
	{"threshold", "SHARE", TAKES_THRESHOLD, HEAD_RESULTS, "no smaller change counts", "5%",
		take_threshold},
	{"last", "N", TAKES_LAST, HEAD_RESULTS, "the last so many runs", "20", take_last},
	{"events", "FILE", TAKES_INJECTED, HEAD_RESULTS, "write a line for each injection", NULL,
		take_events},
	{"event-buffer", "SIZE", TAKES_INJECTED, HEAD_RESULTS, "between the kernel and jinx", "4M",
		take_buffer},
	{"record", "FILE", TAKES_INJECTED, HEAD_RESULTS, "write which calls got the fault", NULL,
		take_record},
	{"replay", "FILE", TAKES_INJECTED, HEAD_RESULTS, "inject into those calls, and no others",
		NULL, take_replay},
	{"dry-run", "observe", TAKES_INJECTED, HEAD_RESULTS, "count what would be injected", NULL,
		take_dry_run},
	{"exit-code", "command", TAKES_RUN, HEAD_RESULTS, "exit with the code of the command",
		"verdict", take_exit_code},
	{"inconclusive", "pass|fail", TAKES_RUN, HEAD_RESULTS,
		"exit with 0 or 1 where nothing can be said", "5", take_inconclusive},
	{"show-commands", NULL, TAKES_RUN | TAKES_REMEMBER, HEAD_RESULTS,
		"show the arguments of commands in reports", NULL, take_show_commands},
	{"metrics", "ADDRESS", TAKES_RUN, HEAD_RESULTS,
		"serve metrics there while it runs: 127.0.0.1:9464, unix:/run/jinx.sock", NULL,
		take_metrics},
	{"metrics-token", "FILE", TAKES_RUN, HEAD_RESULTS,
		"only to who sends this token; needed where other hosts get there", NULL,
		take_metrics_token},
	{"metrics-linger", "TIME", TAKES_RUN, HEAD_RESULTS,
		"wait so long after the end until the verdict has been scraped", "0s",
		take_metrics_linger},
	{"otlp", "URL", TAKES_RUN, HEAD_RESULTS,
		"send a trace of it to this collector at the end: http://127.0.0.1:4318", NULL,
		take_otlp},
	{"ready-fd", "FD", TAKES_RUN, HEAD_RESULTS,
		"write the id there when the first phase has begun", NULL, take_ready_fd},
	{"quiet", NULL, TAKES_RUN, HEAD_RESULTS, "the verdict alone: no live view, no table", NULL,
		take_quiet},
	{"debug", "[libbpf]", TAKES_RUN, HEAD_RESULTS,
		"tell what jinx does; libbpf: and what libbpf and the verifier say", NULL,
		take_debug},
	{"mechanisms", "LIST", TAKES_PLAN | TAKES_LOOKING, HEAD_LIMITS,
		"use only these (jinx list mechanisms)", NULL, take_mechanisms},
	{"max-delay", "TIME", TAKES_PLAN, HEAD_LIMITS, "no delay is longer", "10s", take_max_delay},
	{"max-spin", "TIME", TAKES_PLAN, HEAD_LIMITS, "no delay that keeps a CPU busy is longer",
		"10ms", take_max_spin},
	{"host", NULL, TAKES_PLAN | TAKES_LOOKING, HEAD_LIMITS, "the root cgroup may be a target",
		NULL, take_host},
	{"trust", NULL, TAKES_FILE, HEAD_LIMITS, "as root, take another user's scenario file", NULL,
		take_trust},
	{"preset", "NAME", TAKES_PRESET, HEAD_ALSO,
		"in place of a file: a preset (jinx list presets), with its keys by --set", NULL,
		take_preset},
	{"set", "NAME=VALUE", TAKES_SETTINGS, HEAD_LIMITS,
		"the value of a param, or the one of the matrix to be tried", NULL, take_set,
		.repeats = true},
	{"scale", "F", TAKES_SETTINGS, HEAD_LIMITS,
		"phases, from, until and bursts last so many times as long, and so may hangs and "
		"pauses",
		"1", take_scale},
	{"keep", NULL, TAKES_SCENE, HEAD_RESULTS, "leave the scratch directory there", NULL,
		take_keep},
	{"tag", "NAME", TAKES_SUITE, HEAD_ALSO, "only those that have this tag", "all",
		take_suite_tag},
	{"long", NULL, TAKES_SUITE, HEAD_ALSO, "also those with the tag long", NULL,
		take_also_long},
	{"jobs", "N", TAKES_SUITE, HEAD_ALSO,
		"so many at a time, but never two with the same target, nor beside one that judges "
		"time",
		"2", take_jobs},
	{"keep-going", NULL, TAKES_SUITE, HEAD_ALSO, "go on when one has not held", NULL,
		take_keep_going},
	{"prove", NULL, TAKES_SUITE, HEAD_RESULTS,
		"leave the faults out: an expectation of each has to be false then", NULL,
		take_prove},
	{"junit", "FILE", TAKES_SUITE | TAKES_GAMEDAY, HEAD_RESULTS,
		"write a JUnit file, a case a run", NULL, take_suite_junit},
	{"json", "FILE", TAKES_SUITE | TAKES_GAMEDAY, HEAD_RESULTS,
		"write the reports of all, in a list", NULL, take_suite_json},
	{"figures", NULL, TAKES_SUITE | TAKES_GAMEDAY, HEAD_RESULTS,
		"show what each has measured, not only those with the tag benchmark", NULL,
		take_figures},
	{"yes", NULL, TAKES_GAMEDAY, HEAD_ALSO, "begin each without asking", NULL, take_yes},
	{"json", NULL, TAKES_JSON, HEAD_ALSO, "for programs", NULL, take_json},
	{"all", NULL, TAKES_ALL, HEAD_ALSO, "all of your experiments", NULL, take_all},
#ifdef MADE_UP_ROWS /* tests/unit/test_adding.c */
#include "../../tests/adding/options.def"
#endif
};

/* Where the options that are keys are listed; those of other blocks are none. */
static const struct {
	enum block block;
	enum option_set set;
	enum heading heading;
} blocks[] = {
	{BLOCK_FAULT, TAKES_KEYS, HEAD_FAULT},
	{BLOCK_EXHAUST, TAKES_KEYS, HEAD_FAULT},
	{BLOCK_RESTRICT, TAKES_KEYS, HEAD_FAULT},
	{BLOCK_LEAK, TAKES_KEYS, HEAD_FAULT},
	{BLOCK_PHASE, TAKES_KEYS | TAKES_TARGET, HEAD_WHEN},
	{BLOCK_WHEN, TAKES_KEYS, HEAD_WHEN},
	{BLOCK_SCENARIO, TAKES_KEYS | TAKES_LOOKING, HEAD_WHEN},
	{BLOCK_TARGET, TAKES_KEYS | TAKES_TARGET | TAKES_PRESET, HEAD_TARGET},
	{BLOCK_SAFETY, TAKES_PLAN, HEAD_LIMITS},
};

static void add(struct verb_options *to, struct verb_option o)
{
	if (to->n < MAX_OPTIONS)
		to->all[to->n++] = o;
}

static void add_row(struct verb_options *to, const struct verb *verb, const struct option_row *row)
{
	if ((verb->takes | verb->ignores) & row->set)
		add(to, (struct verb_option){.name = row->name,
				.placeholder = row->placeholder,
				.about = row->about,
				.fallback = row->fallback,
				.heading = row->heading,
				.shown = verb->takes & row->set,
				.fits = true,
				.row = row});
}

/* The calls of some verbs are their operand, and then not an option as well. */
static bool fits(const struct verb *verb, enum block block, const struct key *k)
{
	if (block != BLOCK_FAULT && block != BLOCK_WHEN && block != BLOCK_EXHAUST &&
		block != BLOCK_RESTRICT && block != BLOCK_LEAK)
		return true;
	if (k->value == VALUE_CALLS && fault_kinds[verb->fault]->flags & CALLS_COME_FIRST)
		return false;
	return key_applies(k, verb->fault);
}

static void add_key(struct verb_options *to, const struct verb *verb, enum block block,
	enum heading heading, const struct key *k)
{
	bool flag = k->value == VALUE_BOOL;
	struct verb_option o = {.name = k->option,
		.about = k->help ?: k->about,
		.fallback = flag ? NULL : k->fallback,
		.example = value_rows[k->value].shown ? k->example : NULL,
		.placeholder = flag ? NULL : value_rows[k->value].placeholder,
		.value = flag ? "true" : NULL,
		.heading = heading,
		.key = k,
		.block = block};

	o.fits = fits(verb, block, k);
	o.shown = o.fits && !(k->value == VALUE_PID && verb_needs_cgroup(verb));
	if (k->option)
		add(to, o);
	for (const struct choice *choice = k->choices; choice && choice->option; choice++) {
		o.name = o.value = choice->option;
		o.about = choice->about;
		o.placeholder = o.example = NULL;
		add(to, o);
	}
}

static void add_keys(struct verb_options *to, const struct verb *verb, enum heading heading)
{
	const struct key *keys[MAX_KEYS];

	for (size_t b = 0; b < ARRAY_SIZE(blocks); b++) {
		size_t n = block_keys(blocks[b].block, keys);

		for (size_t i = 0; i < n; i++)
			if (blocks[b].heading == heading && verb->takes & blocks[b].set)
				add_key(to, verb, blocks[b].block, heading, keys[i]);
	}
}

bool option_value_is_optional(const struct verb_option *o)
{
	return o->placeholder && o->placeholder[0] == '[';
}

const char *option_shown(const struct verb_option *o, char *ret, size_t size)
{
	if (option_value_is_optional(o))
		snprintf(ret, size, "--%s[=%s", o->name, o->placeholder + 1);
	else
		snprintf(ret, size, "--%s%s%s", o->name, o->placeholder ? " " : "",
			o->placeholder ?: "");
	return ret;
}

void options_of(const struct verb *verb, struct verb_options *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (int h = 0; h < NR_HEADS; h++) {
		add_keys(ret, verb, h);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			if ((int)rows[i].heading == h)
				add_row(ret, verb, &rows[i]);
	}
}

const char *target_options(
	const struct verb_options *known, const char *last, char *ret, size_t size)
{
	*ret = '\0';
	for (size_t i = 0; i < known->n; i++)
		if (known->all[i].heading == HEAD_TARGET)
			text_append(ret, size, "%s--%s", *ret ? ", " : "", known->all[i].name);
	text_append(ret, size, "%s", last);
	return ret;
}

void options_init(struct options *o, const struct verb *verb, uint64_t started_ns)
{
	*o = (struct options){
		.plan = {.allowed = ALL_MECHANISMS,
			.max_delay_ns = DEFAULT_MAX_DELAY_NS,
			.max_spin_ns = DEFAULT_MAX_SPIN_NS,
			.safety = {.max_chance_ppm = PPM}},
		/* A command's stdout is its own. */
		.run = {.started_ns = started_ns,
			.table = verb->quick ? stderr : stdout,
			.remembering = {.tags = {.variant = "",
						.namespace = DEFAULT_NAMESPACE,
						.labels = &o->labels,
						.version = JINX_VERSION},
				.path = NULL},
			/* The environment that jinx was started with stays in memory. */
			.summary_path = getenv(SUMMARY_VARIABLE),
			.events_size = DEFAULT_EVENTS_SIZE},
		.threshold = DEFAULT_THRESHOLD,
	};
	o->run.remembering.path = history_default_path(o->history_path, sizeof(o->history_path));
}
