// SPDX-License-Identifier: GPL-2.0
#include "verbs/items.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "run/starting.h"
#include "suite/tell.h"

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
	if (S_ISREG(st.st_mode))
		return 0;
	return error_set(why, -EINVAL,
		S_ISDIR(st.st_mode) ? "it is a folder" : "it is no file that can be read twice");
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
int items_add_file(struct collecting *c, const char *file, bool named)
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

int items_run_one(const struct item *it, const char *json, void *context)
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

int results_open(struct results *r)
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

int results_write(const struct items *items, bool prove, struct results *r)
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

bool results_take_stdout(const struct results *r)
{
	return is_standard(r->junit_path) || is_standard(r->json_path);
}
