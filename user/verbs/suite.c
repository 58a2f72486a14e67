// SPDX-License-Identifier: GPL-2.0
/* jinx suite: many scenarios. And a scenario with a matrix, which is many runs of one. */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "run/starting.h"
#include "suite/carry_out.h"
#include "suite/tell.h"
#include "verbs/items.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

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
			err = items_add_file(c, e->fts_path, given);
	}
	if (tree)
		fts_close(tree);
	return err;
}

static int carry_out(struct collecting *c, struct call *own, bool matrix)
{
	const struct suite_options *o = &c->call->o.suite;
	const char *const *paths = c->call->o.run.report_paths;
	struct results r = {.junit_path = matrix ? paths[OUTPUT_junit] : o->junit,
		.json_path = matrix ? paths[OUTPUT_json] : o->json};
	const struct carrying all = {.items = &c->items,
		.jobs = o->jobs ?: DEFAULT_JOBS,
		.patience_ns = PATIENCE_NS,
		.keep_going = o->keep_going,
		.prove = o->prove,
		.to = results_take_stdout(&r) ? stderr : stdout,
		.run = items_run_one,
		.context = own};
	int err;

	if (results_open(&r))
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
	err = results_write(&c->items, o->prove, &r);
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
	err = items_add_file(&c, call->operands[0], true);
	if (err) {
		log_error(err == -E2BIG ? "that is too many runs" : "out of memory");
		code = VERDICT_FAILED;
	} else {
		code = carry_out(&c, &own, true);
	}
	items_free(&c.items);
	return code;
}
