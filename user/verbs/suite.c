// SPDX-License-Identifier: GPL-2.0
/* jinx suite: many scenarios. And a scenario with a matrix, which is many runs of one. */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "run/starting.h"
#include "suite/carry_out.h"
#include "suite/tell.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

/* Of all combinations of all scenarios. */
#define MAX_ITEMS 4096

struct collecting {
	struct items items;
	struct call *call;
	unsigned int repetition; /* from 1; 0: each is run once */
	char series[8];		 /* of the file that is read */
};

static struct item *add(struct items *items)
{
	struct item *all =
		items->n < MAX_ITEMS ? realloc(items->all, (items->n + 1) * sizeof(*all)) : NULL;

	if (!all)
		return NULL;
	items->all = all;
	all[items->n] = (struct item){.pid = -1, .pidfd = -1, .log = -1, .json = -1};
	return &all[items->n++];
}

/* Of "scenarios/databases/x.yaml": databases. */
static char *folder_of(const char *file)
{
	_cleanup_free_ char *path = realpath(file, NULL) ?: strdup(file);
	char *slash = path ? strrchr(path, '/') : NULL;

	if (!slash || slash == path)
		return strdup("/");
	*slash = '\0';
	slash = strrchr(path, '/');
	return strdup(slash ? slash + 1 : path);
}

static int describe(struct item *it, unsigned int repetition)
{
	const char *base = strrchr(it->file, '/');
	char varies[200] = "", round[16] = "";

	it->category = folder_of(it->file);
	if (it->s)
		standing_describe(&it->s->standing, varies, sizeof(varies));
	if (repetition)
		snprintf(round, sizeof(round), " #%u", repetition);
	if (asprintf(&it->name, "%s%s%s%s%s",
		    it->s  ? it->s->name
		    : base ? base + 1
			   : it->file,
		    *varies ? " [" : "", varies, *varies ? "]" : "", round) < 0)
		it->name = NULL;
	return it->category && it->name ? 0 : -ENOMEM;
}

/* One that was named itself is meant, however long it takes. */
static bool is_wanted(const struct scenario *s, const struct suite_options *o, bool named)
{
	if (o->tag && !standing_has_tag(&s->standing, o->tag))
		return false;
	return named || o->also_long || !standing_has_tag(&s->standing, "long") ||
	       (o->tag && !strcmp(o->tag, "long"));
}

static void cannot_be_read(struct item *it, const struct error *why)
{
	it->state = ITEM_ENDED;
	it->verdict = VERDICT_FAILED;
	it->began_ns = it->ended_ns = monotonic_ns();
	if (why->place.line)
		snprintf(it->reason, sizeof(it->reason), "%s:%u:%u: %.300s", it->file,
			why->place.line, why->place.column, why->message);
	else
		snprintf(it->reason, sizeof(it->reason), "%s: %.300s", it->file, why->message);
}

/* A pipe would be waited for, and could be read but once. */
static int check_kind(const char *file, struct error *why)
{
	struct stat st;

	why->place = (struct place){};
	if (stat(file, &st))
		return error_set(why, -errno, "%s", strerror(errno));
	return S_ISREG(st.st_mode)
		       ? 0
		       : error_set(why, -EINVAL, "it is no file that can be read twice");
}

/* One combination. *ret_combinations: how many there are; 0: no more of this file. */
static int add_one(struct collecting *c, const char *file, bool named, unsigned int combination,
	unsigned int *ret_combinations)
{
	struct plan_options plan = c->call->o.plan;
	struct complaints all;
	struct scenario *s = NULL;
	struct item *it;
	int err;

	*ret_combinations = 0;
	plan.settings.combination = combination;
	plan.settings.ret_combinations = ret_combinations;
	err = check_kind(file, &all.all[0])
		      ?: scenario_read(file, plan.trust, &plan.settings, &s, &all);
	if (!err && !is_wanted(s, &c->call->o.suite, named)) {
		*ret_combinations = 0;
		scenario_free(s);
		return 0;
	}
	err = err ?: apply_limits(s, &plan, &all.all[0]);
	it = add(&c->items);
	if (it) {
		it->file = strdup(file);
		it->combination = combination;
	}
	if (!it || !it->file) {
		scenario_free(s);
		return c->items.n == MAX_ITEMS ? -E2BIG : -ENOMEM;
	}
	if (err) {
		scenario_free(s);
		cannot_be_read(it, &all.all[0]);
		return describe(it, c->repetition);
	}
	it->s = s;
	memcpy(it->series, c->series, sizeof(it->series));
	it->alone = wants_to_be_alone(s);
	it->limit_ns = longest_time_ns(s);
	return describe(it, c->repetition);
}

/* All combinations, as often as --repeat says. */
static int add_file(struct collecting *c, const char *file, bool named)
{
	const struct options *o = &c->call->o;
	unsigned int combinations;
	int err = 0;

	memcpy(c->series, o->series, sizeof(c->series));
	if (!*c->series && (o->repeat > 1 || o->baseline))
		starting_choose_id(c->series);
	for (unsigned int n = 0; n < (o->repeat ?: 1) && !err; n++) {
		c->repetition = o->repeat > 1 ? n + 1 : 0;
		combinations = 1;
		for (unsigned int i = 0; i < combinations && !err; i++)
			err = add_one(c, file, named, i, &combinations);
	}
	return err;
}

static bool is_scenario(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* What it is else says who reads it. Folders by links are not gone into: they may lead back here.
 */
static bool is_no_folder(const FTSENT *e)
{
	struct stat st;

	if (e->fts_info == FTS_SL)
		return stat(e->fts_accpath, &st) || !S_ISDIR(st.st_mode);
	return e->fts_info == FTS_F || e->fts_info == FTS_DEFAULT || e->fts_info == FTS_SLNONE;
}

static int add_all_of(struct collecting *c, char *path)
{
	char *const paths[] = {path, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	FTSENT *e;
	int err = tree ? 0 : -errno;

	while (!err && (e = fts_read(tree))) {
		bool given = e->fts_level == FTS_ROOTLEVEL;

		if (e->fts_info == FTS_D && !given && *e->fts_name == '.')
			fts_set(tree, e, FTS_SKIP);
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS)
			err = -e->fts_errno;
		else if (given ? is_no_folder(e) : is_scenario(e->fts_name) && is_no_folder(e))
			err = add_file(c, e->fts_path, given);
	}
	if (tree)
		fts_close(tree);
	return err;
}

static int run_item(const struct item *it, const char *json, void *context)
{
	const struct call *call = context;
	struct call own = {.verb = call->verb, .o = call->o};
	char *operands[] = {it->file};

	own.operands = operands;
	own.n_operands = 1;
	own.o.plan.settings.combination = it->combination;
	memcpy(own.o.series, it->series, sizeof(own.o.series));
	own.o.run.started_ns = monotonic_ns();
	own.o.run.report_paths[OUTPUT_json] = json;
	if (call->o.suite.prove) {
		own.o.run.observe = true;
		own.o.run.remembering.path = NULL;
	}
	own.o.run.table = stdout;
	return run_one(&own);
}

/* Files for what all came to; NULL: not wanted. */
struct results {
	const char *junit_path, *json_path;
	FILE *junit, *json;
};

static bool is_standard(const char *path)
{
	return path && !strcmp(path, "-");
}

/* It keeps what it held until there is something to write. */
static int open_result(const char *path, FILE **ret)
{
	if (!path)
		return 0;
	*ret = is_standard(path) ? stdout : fopen(path, "ae");
	if (*ret)
		return 0;
	log_error("%s: %s", path, strerror(errno));
	return -EINVAL;
}

static int open_results(struct results *r)
{
	if (r->junit_path && r->json_path && !strcmp(r->junit_path, r->json_path)) {
		log_error("--junit and --json can't be the same file");
		return -EINVAL;
	}
	return open_result(r->junit_path, &r->junit) ?: open_result(r->json_path, &r->json);
}

static int begin_result(FILE *to)
{
	struct stat st;

	if (fstat(fileno(to), &st) || !S_ISREG(st.st_mode) || to == stdout)
		return 0;
	return ftruncate(fileno(to), 0) ? -errno : 0;
}

static int end_result(const char *path, FILE *to, int err)
{
	if (to && to != stdout && fclose(to) && !err)
		err = -errno;
	if (err)
		log_error("%s: %s", path, strerror(-err));
	return err;
}

static int write_results(const struct items *items, bool prove, struct results *r)
{
	int err = 0, ret = 0;

	if (r->junit)
		err = begin_result(r->junit) ?: tell_junit(items, prove, r->junit);
	ret = end_result(r->junit_path, r->junit, err);
	err = 0;
	if (r->json)
		err = begin_result(r->json) ?: tell_json(items, r->json);
	return end_result(r->json_path, r->json, err) ?: ret;
}

static int carry_out(struct collecting *c, struct call *own, bool matrix)
{
	const struct suite_options *o = &c->call->o.suite;
	const char *const *paths = c->call->o.run.report_paths;
	struct results r = {.junit_path = matrix ? paths[OUTPUT_junit] : o->junit,
		.json_path = matrix ? paths[OUTPUT_json] : o->json};
	bool taken = is_standard(r.junit_path) || is_standard(r.json_path);
	const struct carrying all = {.items = &c->items,
		.jobs = o->jobs ?: DEFAULT_JOBS,
		.patience_ns = PATIENCE_NS,
		.keep_going = o->keep_going,
		.prove = o->prove,
		.to = taken ? stderr : stdout,
		.run = run_item,
		.context = own};
	int err;

	if (open_results(&r))
		return EXIT_USAGE;
	for (unsigned int i = 0; i < c->items.n; i++)
		if (c->items.all[i].state == ITEM_ENDED)
			tell_end(&c->items, &c->items.all[i], all.to);
	err = carry_out_all(&all);
	if (err) {
		log_error("waiting for the scenarios: %s", strerror(-err));
		return VERDICT_FAILED;
	}
	(matrix ? tell_matrix : tell_all)(&c->items, all.to);
	if (!o->prove)
		tell_figures(&c->items, o->figures, all.to);
	err = write_results(&c->items, o->prove, &r);
	return err ? VERDICT_FAILED : worst_exit_code(&c->items);
}

/* What --baseline says of each file, as jinx run does of its one. */
static int compare_files(const struct collecting *c, int code)
{
	struct call own = *c->call;

	for (unsigned int i = 0; i < c->items.n; i++) {
		const struct item *it = &c->items.all[i];

		if (!*it->series || !it->s || !strcmp(it->series, own.o.series))
			continue;
		memcpy(own.o.series, it->series, sizeof(own.o.series));
		code = against_baseline(&own, it->s->standing.combinations, code);
	}
	return code;
}

static int check_comparing(const struct call *call)
{
	if (!call->o.suite.prove || !call->o.baseline)
		return check_repeats(call);
	log_error("--prove leaves the faults out: there is nothing to compare");
	return -EINVAL;
}

int verb_suite(struct call *call)
{
	struct collecting c = {.call = call};
	int code = 0, err = 0;

	if (call->n_operands < 1)
		return usage_wrong_operands(call->verb);
	if (check_comparing(call))
		return EXIT_USAGE;
	for (int i = 0; i < call->n_operands && !err; i++) {
		err = add_all_of(&c, call->operands[i]);
		if (err == -E2BIG)
			log_error("that is more than %d runs", MAX_ITEMS);
		else if (err)
			log_error("%s: %s", call->operands[i], strerror(-err));
	}
	call->o.run.quiet = true;
	if (err)
		code = EXIT_USAGE;
	else if (!c.items.n) {
		log_error("no scenario there is meant");
		code = EXIT_USAGE;
	} else {
		code = carry_out(&c, call, false);
		if (call->o.baseline)
			code = compare_files(&c, code);
	}
	items_free(&c.items);
	return code;
}

/* What several runs would write to one after the other. */
static int check_outputs(const struct experiment_options *o)
{
	const char *what = o->report_paths[OUTPUT_html]	      ? "--report"
			   : o->report_paths[OUTPUT_tap]      ? "--tap"
			   : o->report_paths[OUTPUT_markdown] ? "--markdown"
			   : o->events_path		      ? "--events"
			   : o->record_path		      ? "--record"
			   : o->replay_path		      ? "--replay"
			   : o->ready_fd		      ? "--ready-fd"
			   : o->pass_exit_code		      ? "--exit-code command"
							      : NULL;

	if (!what)
		return 0;
	log_error(
		"%s takes one run, and this is a matrix or a series (--set, --repeat); jinx report "
		"RUN writes reports afterwards",
		what);
	return -EINVAL;
}

int run_matrix(struct call *call)
{
	struct collecting c = {.call = call};
	struct call own = *call;
	int code, err;

	if (check_outputs(&call->o.run))
		return EXIT_USAGE;
	/* Whoever asks for one file is shown all of it. */
	call->o.suite = (struct suite_options){.jobs = 1, .keep_going = true, .also_long = true};
	memset(own.o.run.report_paths, 0, sizeof(own.o.run.report_paths));
	own.o.run.quiet = true;
	err = add_file(&c, call->operands[0], true);
	if (err) {
		log_error(err == -E2BIG ? "that is too many runs" : "out of memory");
		code = VERDICT_FAILED;
	} else {
		code = carry_out(&c, &own, true);
	}
	items_free(&c.items);
	return code;
}
