// SPDX-License-Identifier: GPL-2.0
/* A scenario file: the keys at the top, and the phases. docs/scenario.md */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "scenario/expand.h"
#include "scenario/parse.h"
#include "scenario/presets.h"
#include "scenario/trust.h"

#define MAX_FILE (1 << 20)

static int take_version(struct value v, void *parsing, struct error *why)
{
	(void)parsing;
	if (!strcmp(v.text, "1"))
		return 0;
	return complain(why, "this jinx reads version 1 of the format, not \"%s\"", quoted(v.text));
}

static int take_scenario_name(struct value v, void *parsing, struct error *why)
{
	return take_name(v, &((struct parsing *)parsing)->s->name, why);
}

static int take_about(struct value v, void *parsing, struct error *why)
{
	return take_copy(v, &((struct parsing *)parsing)->s->about, why);
}

static int take_seed(struct value v, void *parsing, struct error *why)
{
	struct scenario *s = ((struct parsing *)parsing)->s;

	s->has_seed = true;
	/* JSON's integers, in which reports give it, end there. */
	return take_count(v, 0, INT64_MAX, &s->seed, why);
}

static int take_observe(struct value v, void *parsing, struct error *why)
{
	return parse_observed(v.text, ((struct parsing *)parsing)->s, why);
}

static int read_safety(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_block(d, node, BLOCK_SAFETY, &((struct parsing *)parsing)->s->safety, NULL);
}

static struct phase *last_phase(struct parsing *p)
{
	return &p->s->phases[p->s->n_phases - 1];
}

static int take_phase(struct value v, void *parsing, struct error *why)
{
	struct parsing *p = parsing;
	struct phase *last = last_phase(p);
	int err = take_name(v, &last->name, why);

	for (struct phase *other = p->s->phases; !err && other < last; other++)
		if (other->name && !strcmp(other->name, last->name))
			return complain(why, "there are two phases named \"%s\"", last->name);
	return err;
}

static int take_for(struct value v, void *parsing, struct error *why)
{
	return parse_duration(v.text, &last_phase(parsing)->duration_ns, why);
}

static const struct key phase_keys[] = {
	{"phase", VALUE_NAME, .required = true, .take = take_phase, .about = "its name",
		.example = "recovery"},
	{"for", VALUE_TIME, .required = true, .option = "for", .take = take_for,
		.about = "how long it lasts", .example = "20s",
		.help = "how long; needed unless the target is a command, and for every pause"},
	{"faults", VALUE_BLOCKS, BLOCK_FAULT, .read = read_faults,
		.about = "what is done to the targets meanwhile",
		.example = "[{fail: EIO, on: read}]"},
};

const struct block_row block_phase = {
	"phase", "a phase", phase_keys, ARRAY_SIZE(phase_keys), .instead = BLOCK_USE};

static int read_phase(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;

	if (s->n_phases == MAX_PHASES)
		return wrong(d, node, "more than %d phases", MAX_PHASES), NO_MORE;
	s->phases[s->n_phases++].place = place_of(node);
	return read_block(d, node, BLOCK_PHASE, parsing, NULL);
}

static int read_timeline(struct document *d, yaml_node_t *node, void *parsing)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"timeline\" takes a list of phases");
	return read_list(d, node, "timeline", read_phase, parsing);
}

static const struct key scenario_keys[] = {
	{"jinx", VALUE_VERSION, .required = true, .take = take_version,
		.about = "the version of the format", .example = "1"},
	{"name", VALUE_NAME, .take = take_scenario_name,
		.about = "its name in reports and in jinx ps",
		.fallback = "the file's, up to its first dot", .example = "wal-stall"},
	{"about", VALUE_TEXT, .take = take_about, .about = "a sentence that stands above the table",
		.example = "What does the database do when its log can't be written?"},
	{"source", VALUE_TEXT, .list = true, .take = take_source,
		.about = "where what is expected is documented",
		.example = "redis.io/docs/management/persistence"},
	{"tags", VALUE_NAME, .list = true, .take = take_tag,
		.about = "what jinx suite --tag asks for; long: only with --long; alone: beside no "
			 "other",
		.example = "[long, alone]"},
	{"params", VALUE_PARAMS, .read = read_before,
		.about = "values for ${NAME} elsewhere, which --set changes",
		.example = "{delay: 100ms, clients: 4}"},
	{"matrix", VALUE_MATRIX, .read = read_before,
		.about = "the same with several values each: a run for each combination",
		.example = "{delay: [100ms, 250ms]}"},
	{"ports", VALUE_NAME, .list = true, .read = read_before,
		.about = "free ports, which ${port.NAME} stands for", .example = "[db, proxy]"},
	{"network", VALUE_BLOCK, BLOCK_NETWORK, .read = read_network,
		.about = "network namespaces that are joined by a bridge, made for the run",
		.example = "nodes: 3"},
	{"setup", VALUE_STEPS, BLOCK_STEP, .read = read_setup,
		.about = "what is run before, outside of any fault",
		.example = "[\"sqlite3 ${dir}/test.db 'create table t (n)'\"]"},
	{"teardown", VALUE_STEPS, BLOCK_STEP, .read = read_teardown,
		.about = "what is run afterwards, however it ended",
		.example = "[rm -f /tmp/lock]"},
	{"hooks", VALUE_BLOCK, BLOCK_HOOKS, .read = read_hooks,
		.about = "what is run before and after the run and each phase, and told of it as "
			 "JSON",
		.example = "after_run: [./tell-the-team]"},
	{"ready", VALUE_BLOCK, BLOCK_READY, .read = read_ready,
		.about = "what has to answer before the first phase begins",
		.example = "{tcp: '127.0.0.1:6379', within: 10s}"},
	{"seed", VALUE_COUNT, .option = "seed", .take = take_seed,
		.about = "the same seed draws the same numbers", .fallback = "random",
		.example = "42"},
	{"target", VALUE_BLOCK, BLOCK_TARGET, .one_of = true, .read = read_target,
		.about = "what the faults are aimed at", .example = "unit: nginx.service"},
	{"targets", VALUE_NAMED_BLOCKS, BLOCK_TARGET, .one_of = true, .read = read_targets,
		.about = "several targets, each with a name",
		.example = "{db: {unit: postgresql.service}, app: {pid: 4711}}"},
	{"safety", VALUE_BLOCK, BLOCK_SAFETY, .read = read_safety,
		.about = "what no fault may exceed", .example = "max_chance: 30%"},
	{"workload", VALUE_BLOCK, BLOCK_WORKLOAD, .read = read_workload,
		.about = "load that jinx drives and measures", .example = "exec: ./ask"},
	{"workloads", VALUE_NAMED_BLOCKS, BLOCK_WORKLOAD, .read = read_workloads,
		.about = "several of them, each with a name",
		.example = "{reads: {exec: ./get}, writes: {exec: ./put}}"},
	{"probes", VALUE_NAMED_BLOCKS, BLOCK_PROBE, .read = read_probes,
		.about = "what is asked every now and then whether it works, each with a name",
		.example = "{health: {http: 'http://127.0.0.1/health'}}"},
	{"logs", VALUE_NAMED_BLOCKS, BLOCK_LOG, .read = read_logs,
		.about = "logs that expectations ask about, each with a name",
		.example = "{pg: {unit: postgresql.service}}"},
	{"observe", VALUE_CALLS, .list = true, .take = take_observe,
		.about = "system calls and groups whose calls are counted and timed",
		.fallback = "those that conditions ask about",
		.example = "[fsync, read, \"%network\"]"},
	{"timeline", VALUE_BLOCKS, BLOCK_PHASE, .required = true, .read = read_timeline,
		.about = "the phases", .example = "[{phase: baseline, for: 10s}]"},
	{"expect", VALUE_CONDITIONS, BLOCK_EXPECT, .list = true, .option = "expect",
		.take = take_expected, .read = read_expectations,
		.about = "what has to be true of what was measured",
		.example = "\"injected >= 10\""},
	{"guard", VALUE_CONDITIONS, BLOCK_GUARD, .list = true, .option = "guard",
		.take = take_guard, .read = read_guard,
		.about = "when this holds, of the last seconds, the faults end",
		.example = "\"injected > 1000\""},
	{"steady", VALUE_BLOCK, BLOCK_STEADY, .read = read_steady,
		.about = "what has to be true before the first fault, or none is injected",
		.example = "success_rate: \">= 99%\""},
	{"window", VALUE_TIME, .take = take_window,
		.about = "the windows by which recovery and outages are measured", .fallback = "1s",
		.example = "200ms"},
	{"slo", VALUE_BLOCK, BLOCK_SLO, .read = read_slo,
		.about = "what is promised of the service, for error budgets",
		.example = "success: 99.9%, latency: 300ms"},
};

const struct block_row block_scenario = {
	"scenario", "the scenario", scenario_keys, ARRAY_SIZE(scenario_keys)};

static int read_document(struct document *d, const struct settings *settings, struct parsing *p)
{
	yaml_node_t *root = yaml_document_get_root_node(&d->yaml);
	int err;

	if (document_top(d, "gameday"))
		return wrong(d, root, "this is a gameday: jinx gameday runs it");
	err = expand(d, settings, &p->s->standing);
	err = err ?: presets_expand(d, &p->s->standing.presets);
	root = yaml_document_get_root_node(&d->yaml); /* it has moved, if there is more now */
	err = err ?: read_block(d, root, BLOCK_SCENARIO, p, NULL);
	if (settings && settings->scale > 0)
		stretch(p->s, settings->scale);
	if (!err && !p->s->n_targets)
		return wrong(d, root, "\"target\" is missing in the scenario");
	return err ?: bind_targets(d, p) ?: scenario_complain(p->s, &d->complaints) ?: bind_conditions(d, p->s, d->why);
}

/* A scenario without a name has its file's. */
static int default_name(struct scenario *s)
{
	const char *base;

	if (s->name)
		return 0;
	base = strrchr(s->file, '/');
	base = base ? base + 1 : s->file;
	s->name = strndup(base, strcspn(base, "."));
	return s->name ? 0 : -ENOMEM;
}

int scenario_parse(
	const char *text, size_t size, const char *file, struct scenario **ret, struct error *why)
{
	struct complaints all;
	int err = scenario_parse_all(text, size, file, NULL, ret, &all);

	*why = all.all[0];
	return err;
}

int scenario_parse_all(const char *text, size_t size, const char *file,
	const struct settings *settings, struct scenario **ret, struct complaints *all)
{
	struct parsing p = {.s = scenario_new()};
	struct error *why = &all->all[0];
	struct document d;
	int err;

	*all = (struct complaints){.n = 1};
	if (!p.s || !(p.s->file = strdup(file)))
		err = complain(why, "out of memory");
	else
		err = document_open(&d, text, size, why);
	if (!err) {
		err = read_document(&d, settings, &p);
		document_close(&d);
		if (err)
			*all = d.complaints;
	}
	if (!err)
		err = default_name(p.s);
	if (err)
		scenario_free(p.s);
	else
		*ret = p.s;
	return err;
}

/* What the system says of it, and what was meant. */
static int cannot_read(const char *path, int err, struct error *why)
{
	_cleanup_free_ char *longer = NULL;

	if (err == -EISDIR)
		complain(why, "a folder: jinx suite runs the scenarios in it");
	else if (err == -ENOENT && asprintf(&longer, "%s.yaml", path) > 0 && !access(longer, F_OK))
		complain(why, "%s; did you mean %s?", strerror(-err), longer);
	else
		complain(why, "%s", strerror(-err));
	return err;
}

/* "/a/b" of "/a/b/x.yaml"; of standard input where jinx runs. NULL: it can't be told. */
static char *folder_of(const char *path)
{
	char *ret = realpath(path, NULL), *slash = ret ? strrchr(ret, '/') : NULL;

	if (slash)
		slash[slash == ret] = '\0';
	return ret;
}

int read_trusted(const char *path, bool trusted, const char *what, char **ret, size_t *ret_size,
	struct error *why)
{
	bool standard = !strcmp(path, "-");
	_cleanup_file_ FILE *f = standard ? fdopen(dup(STDIN_FILENO), "r") : fopen(path, "re");
	_cleanup_free_ char *text = malloc(MAX_FILE + 1);

	if (!f || !text)
		return cannot_read(path, -errno, why);
	/* Who pipes it in has it in hand. */
	if (!trusted && !standard && trust_check(fileno(f), why))
		return -EPERM;
	*ret_size = fread(text, 1, MAX_FILE + 1, f);
	if (ferror(f))
		return cannot_read(path, -errno, why);
	if (*ret_size > MAX_FILE)
		return complain(why, "larger than %d bytes: this is no %s", MAX_FILE, what);
	*ret = text;
	text = NULL;
	return 0;
}

int scenario_read(const char *path, bool trusted, const struct settings *settings,
	struct scenario **ret, struct complaints *all)
{
	bool standard = !strcmp(path, "-");
	_cleanup_free_ char *folder = standard ? realpath(".", NULL) : folder_of(path);
	struct settings own = settings ? *settings : (struct settings){};
	_cleanup_free_ char *text = NULL;
	size_t size;
	int err;

	*all = (struct complaints){.n = 1};
	err = read_trusted(path, trusted, "scenario", &text, &size, &all->all[0]);
	if (err)
		return err;
	own.folder = folder;
	return scenario_parse_all(text, size, standard ? "stdin" : path, &own, ret, all);
}
