// SPDX-License-Identifier: GPL-2.0
/* jinx history, compare and report: runs that have ended. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/output.h"
#include "base/text.h"
#include "history/compare.h"
#include "report/json.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

#define DEFAULT_LAST 20

static int tell(const struct error *why)
{
	log_error("%s", why->message);
	return EXIT_USAGE;
}

/* What was asked for is right, and can't be written. */
static int tell_failed(const struct call *call, const struct error *why)
{
	log_error("%s: %s", call->o.run.remembering.path, why->message);
	return VERDICT_FAILED;
}

/* NULL: that has been said. */
static struct history *open_history(const struct call *call, bool only_read)
{
	const char *path = call->o.run.remembering.path;
	struct history *h = NULL;
	struct error why;
	int err = path ? history_open(path, only_read, &h, &why) : 0;

	if (!path)
		log_error("there is no home for a history: --history FILE");
	else if (err == -ENOENT)
		log_error("no run is remembered yet (%s)", path);
	else if (err)
		log_error("%s", why.message);
	return h;
}

/* What --namespace says; without it all are meant. */
static const char *namespace_of(const struct call *call)
{
	for (size_t i = 0; i < call->known.n; i++)
		if (call->known.given[i] && !strcmp(call->known.all[i].name, "namespace"))
			return call->o.run.remembering.tags.namespace;
	return NULL;
}

static const char *shown_value(
	struct history *h, const struct run *r, const char *name, char ret[40])
{
	struct figure v;

	if (!history_value(h, r->n, name, &v))
		return "-";
	return value_text(v.value, v.dimension, ret, 40);
}

static const char *labels_text(struct history *h, const struct run *r, char *ret, size_t size)
{
	json_t *all = history_labels(h, r->n), *value;
	const char *key;

	*ret = '\0';
	json_object_foreach(all, key, value)
		text_append(ret, size, "%s%s=%s", *ret ? " " : "", key, json_string_value(value));
	json_decref(all);
	return ret;
}

static const char *name_text(const struct run *r, char ret[240])
{
	char text[240];

	snprintf(text, sizeof(text), "%s%s%s%s", r->name, *r->variant ? " [" : "", r->variant,
		*r->variant ? "]" : "");
	printable(text, "", ret, 240);
	return ret;
}

/* Of the column of names: those of quick verbs have the paths of their points in them. */
static int width_of_names(const struct runs *r)
{
	int width = 28;
	char name[240];

	for (size_t i = 0; i < r->n; i++) {
		int length = (int)strlen(name_text(&r->all[i], name));

		width = length > width ? length : width;
	}
	return width;
}

static void print_run(struct history *h, const struct run *r, int width, FILE *to)
{
	char name[240], labels[200], success[40], p50[40], p99[40], recovery[40];

	print_shown(to, "%-8s %-20s %-*s %-12s %8s %9s %9s %9s  %s\n", r->id, r->started, width,
		name_text(r, name), r->verdict, shown_value(h, r, "success_rate", success),
		shown_value(h, r, "p50", p50), shown_value(h, r, "p99", p99),
		shown_value(h, r, "recovery_time", recovery),
		labels_text(h, r, labels, sizeof(labels)));
}

static json_t *run_json(struct history *h, const struct run *r)
{
	_cleanup_free_ char *text = history_report(h, r->n, "json");
	json_t *report = text ? json_loads(text, 0, NULL) : NULL;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "id", r->id,
		"series", r->series, "name", json_foreign(r->name), "variant",
		json_foreign(r->variant), "namespace", json_foreign(r->namespace), "started",
		r->started, "verdict", r->verdict, "reason", json_foreign(r->reason), "labels",
		history_labels(h, r->n), "report", report ?: json_null());
}

static int print_json(json_t *all)
{
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(all);
	return 0;
}

static int list_runs(struct call *call, struct history *h)
{
	const struct run_filter f = {
		.name = call->n_operands ? call->operands[0] : NULL,
		.namespace = namespace_of(call),
		.last = call->o.last ?: DEFAULT_LAST,
	};
	json_t *all = json_array();
	struct error why;
	struct runs r;
	bool none;
	int width;

	if (history_find(h, &f, &r, &why)) {
		json_decref(all);
		return tell(&why);
	}
	width = width_of_names(&r);
	if (!call->o.json)
		printf("%-8s %-20s %-*s %-12s %8s %9s %9s %9s  %s\n", "ID", "STARTED (UTC)", width,
			"NAME", "VERDICT", "SUCCESS", "P50", "P99", "RECOVERY", "LABELS");
	for (size_t i = 0; i < r.n; i++) {
		if (call->o.json)
			json_array_append_new(all, run_json(h, &r.all[i]));
		else
			print_run(h, &r.all[i], width, stdout);
	}
	none = !r.n && call->n_operands;
	runs_free(&r);
	if (call->o.json)
		return print_json(all);
	json_decref(all);
	if (none)
		log_error("no run of \"%s\" is remembered", call->operands[0]);
	return none ? EXIT_USAGE : 0;
}

static int export_runs(struct call *call, struct history *h)
{
	const struct run_filter f = {.namespace = namespace_of(call), .last = call->o.last};
	json_t *all = NULL;
	struct error why;
	struct runs r;

	if (!history_find(h, &f, &r, &why))
		all = history_export(h, &r, &why);
	runs_free(&r);
	return all ? print_json(all) : tell(&why);
}

static int import_runs(struct call *call, struct history *h)
{
	json_error_t wrong;
	json_t *from = !strcmp(call->operands[1], "-")
			       ? json_loadf(stdin, 0, &wrong)
			       : json_load_file(call->operands[1], 0, &wrong);
	struct error why;
	int n;

	if (!from) {
		log_error("%s: %s", call->operands[1], wrong.text);
		return EXIT_USAGE;
	}
	n = history_import(h, from, &why);
	json_decref(from);
	if (n < 0)
		return tell(&why);
	log_info("%s taken over", plural(n, "run"));
	return 0;
}

static int prune_runs(struct call *call, struct history *h)
{
	struct error why;
	int64_t n;

	if (!call->o.last) {
		log_error("jinx history prune takes --last N: so many stay");
		return EXIT_USAGE;
	}
	n = history_prune(h, call->o.last, &why);
	if (n < 0)
		return tell_failed(call, &why);
	log_info("%s forgotten", plural(n, "run"));
	return 0;
}

static const struct action {
	const char *name;
	int operands;
	bool writes;
	int (*act)(struct call *call, struct history *h);
} actions[] = {{"export", 1, false, export_runs}, {"import", 2, true, import_runs},
	{"prune", 1, true, prune_runs}};

int verb_history(struct call *call)
{
	static const struct action listing = {NULL, 1, false, list_runs};
	const struct action *a = &listing;
	struct history *h;
	int code;

	for (size_t i = 0; call->n_operands && i < ARRAY_SIZE(actions); i++)
		if (!strcmp(call->operands[0], actions[i].name))
			a = &actions[i];
	if (call->n_operands > a->operands || (a->name && call->n_operands < a->operands))
		return usage_wrong_operands(call->verb);
	h = open_history(call, !a->writes);
	if (!h)
		return EXIT_USAGE;
	code = a->act(call, h);
	history_close(h);
	return code;
}

/* 0, having compared; or an exit code. With --json the comparison is added to `all`. */
static int compare_runs(struct call *call, struct history *h, const struct runs *before,
	const struct runs *after, json_t *all)
{
	struct differences d;
	struct error why;
	int code;

	if (compare(h, before, after, call->o.threshold, &d, &why))
		return tell(&why);
	code = comparison_count(&d, OUTCOME_WORSE) ? VERDICT_DEVIATED
	       : d.few				   ? VERDICT_INCONCLUSIVE
						   : 0;
	if (call->o.json)
		json_array_append_new(all, comparison_json(&d, before, after));
	else
		comparison_print(&d, before, after, stdout);
	comparison_free(&d);
	return code;
}

static bool is_same(const struct run *a, const struct run *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->variant, b->variant);
}

static bool is_first(const struct runs *r, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_same(&r->all[i], &r->all[index]))
			return false;
	return true;
}

static bool are_same(const struct runs *r)
{
	for (size_t i = 1; i < r->n; i++)
		if (is_first(r, i))
			return false;
	return true;
}

/* Of what both have; code: of those before it. */
static int compare_one(
	struct call *call, struct history *h, const struct run *of, json_t *all, int code)
{
	const struct run_filter f = {
		.name = of->name, .variant = of->variant, .namespace = namespace_of(call)};
	struct runs before = {}, after = {};
	struct error why;
	int one = 0;

	if (history_select(h, call->operands[0], &f, &before, &why)) {
		log_warning("%s%s%s: not among those before", of->name, *of->variant ? " " : "",
			of->variant);
		one = VERDICT_INCONCLUSIVE;
	} else if (!history_select(h, call->operands[1], &f, &after, &why)) {
		one = compare_runs(call, h, &before, &after, all);
		if (!call->o.json)
			putchar('\n');
	}
	runs_free(&before);
	runs_free(&after);
	return code == VERDICT_DEVIATED || !one ? code : one;
}

/* Runs of several scenarios, or of a matrix: each is compared with itself. */
static int compare_each(struct call *call, struct history *h, const struct runs *after, json_t *all)
{
	int code = 0;

	for (size_t i = 0; i < after->n; i++)
		if (is_first(after, i))
			code = compare_one(call, h, &after->all[i], all, code);
	return code;
}

/* One comparison, or a list of them. */
static int print_comparisons(json_t *all, bool several)
{
	json_t *one = json_incref(several ? all : json_array_get(all, 0));

	json_decref(all);
	return one ? print_json(one) : 0;
}

int verb_compare(struct call *call)
{
	const struct run_filter f = {.namespace = namespace_of(call)};
	struct runs before = {}, after = {};
	json_t *all;
	struct history *h;
	struct error why;
	bool several = false;
	int code;

	if (call->n_operands != 2)
		return usage_wrong_operands(call->verb);
	h = open_history(call, true);
	if (!h)
		return EXIT_USAGE;
	all = json_array();
	if (history_select(h, call->operands[0], &f, &before, &why) ||
		history_select(h, call->operands[1], &f, &after, &why))
		code = tell(&why);
	else if ((several = !are_same(&after) || !are_same(&before)))
		code = compare_each(call, h, &after, all);
	else
		code = compare_runs(call, h, &before, &after, all);
	if (call->o.json)
		(void)print_comparisons(all, several); /* 0 */
	else
		json_decref(all);
	runs_free(&before);
	runs_free(&after);
	history_close(h);
	return code;
}

static int write_report(const char *path, const char *text)
{
	FILE *to = !strcmp(path, "-") ? stdout : fopen(path, "we");
	/* One that was imported may hold what a terminal takes for orders. */
	_cleanup_free_ char *shown = to == stdout ? printable_copy(text, "\n\t") : NULL;
	int err = to && fputs(shown ?: text, to) >= 0 ? 0 : -errno;

	if (to && (to == stdout ? fflush(to) : fclose(to)) && !err)
		err = -errno;
	if (err)
		log_error("%s: %s", path, strerror(-err));
	return err ? VERDICT_FAILED : 0;
}

/* The formats that have a file, or the table. */
static int write_reports(const struct call *call, struct history *h, const struct run *r)
{
	bool any = false;
	int code = 0;

	for (int i = 0; i <= NR_OUTPUTS && !code; i++) {
		const char *path = i < NR_OUTPUTS ? call->o.run.report_paths[i] : any ? NULL : "-";
		const char *format = i < NR_OUTPUTS ? output_formats[i].name : output_table.name;
		_cleanup_free_ char *text = path ? history_report(h, r->n, format) : NULL;

		if (!path)
			continue;
		any = true;
		if (text) {
			code = write_report(path, text);
		} else {
			log_error("of run %s there is no report of that kind", r->id);
			code = VERDICT_FAILED;
		}
	}
	return code;
}

int verb_report(struct call *call)
{
	const struct run_filter f = {.namespace = namespace_of(call)};
	struct history *h;
	struct error why;
	struct runs r;
	int code;

	if (call->n_operands != 1)
		return usage_wrong_operands(call->verb);
	h = open_history(call, true);
	if (!h)
		return EXIT_USAGE;
	if (history_select(h, call->operands[0], &f, &r, &why)) {
		code = tell(&why);
	} else {
		size_t i = r.n - 1; /* of a series the one that was named, or the last */

		for (size_t k = 0; k < r.n; k++)
			if (!strcmp(r.all[k].id, call->operands[0]))
				i = k;
		code = write_reports(call, h, &r.all[i]);
	}
	runs_free(&r);
	history_close(h);
	return code;
}
