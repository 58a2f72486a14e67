// SPDX-License-Identifier: GPL-2.0
#include "history/compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "history/stats.h"
#include "report/json.h"

/* The interval is the same each time that it is asked for. */
#define SEED 1

const char *const outcome_names[NR_OUTCOMES] = {"too few", "same", "other", "better", "worse"};

/* The values of those runs that have one. Returns how many. */
static size_t gather(struct history *h, const struct runs *r, const char *name, double *to,
	struct figure *ret_last)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (history_value(h, r->all[i].n, name, ret_last))
			to[n++] = ret_last->value;
	return n;
}

static double change(double before, double after)
{
	if (before == after)
		return 0;
	return before ? (after - before) / fabs(before) : INFINITY * (after > before ? 1 : -1);
}

/* 1: both have it; 0; -ENOMEM. */
static int compare_one(struct history *h, const struct runs *before, const struct runs *after,
	const char *name, struct compared *ret, enum better *ret_better)
{
	_cleanup_free_ double *values = calloc(before->n + after->n, sizeof(*values));
	double *a = values, *b = values + before->n;
	struct figure last;

	if (!values)
		return -ENOMEM;
	*ret = (struct compared){.n_before = gather(h, before, name, a, &last)};
	ret->n_after = gather(h, after, name, b, &last);
	if (!ret->n_before || !ret->n_after)
		return 0;
	ret->name = strdup(name);
	ret->dimension = last.dimension;
	*ret_better = last.better;
	ret->before = median(a, ret->n_before);
	ret->after = median(b, ret->n_after);
	ret->change = change(ret->before, ret->after);
	ret->p = NAN;
	if (ret->n_before >= FEWEST_RUNS && ret->n_after >= FEWEST_RUNS)
		ret->p = mann_whitney(a, ret->n_before, b, ret->n_after);
	ret->superiority = superiority(a, ret->n_before, b, ret->n_after);
	superiority_interval(a, ret->n_before, b, ret->n_after, SEED, &ret->low, &ret->high);
	return ret->name ? 1 : -ENOMEM;
}

static enum outcome judge(const struct compared *c, enum better better, double threshold)
{
	if (isnan(c->p))
		return OUTCOME_TOO_FEW;
	if (c->p >= ALPHA || fabs(c->change) < threshold)
		return OUTCOME_SAME;
	if (better == BETTER_NEITHER)
		return OUTCOME_OTHER;
	return (c->change > 0) == (better == BETTER_HIGHER) ? OUTCOME_BETTER : OUTCOME_WORSE;
}

/* Of twenty values that don't differ one looks as if it did. */
static void correct(struct differences *c)
{
	_cleanup_free_ double *p = calloc(c->n ?: 1, sizeof(*p));
	size_t n = 0;

	for (size_t i = 0; p && i < c->n; i++)
		if (!isnan(c->all[i].p))
			p[n++] = c->all[i].p;
	if (!p)
		return;
	correct_for_many(p, n);
	for (size_t i = c->n; i-- > 0;)
		if (!isnan(c->all[i].p))
			c->all[i].p = p[--n];
}

static int compare_all(struct history *h, const struct runs *before, const struct runs *after,
	char **names, size_t n, double threshold, struct differences *ret)
{
	_cleanup_free_ enum better *better = calloc(n ?: 1, sizeof(*better));

	ret->all = calloc(n ?: 1, sizeof(*ret->all));
	if (!better || !ret->all)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int found =
			compare_one(h, before, after, names[i], &ret->all[ret->n], &better[ret->n]);

		if (found < 0)
			return found;
		ret->n += found;
	}
	correct(ret);
	ret->few = true;
	for (size_t i = 0; i < ret->n; i++) {
		ret->all[i].outcome = judge(&ret->all[i], better[i], threshold);
		ret->few &= ret->all[i].outcome == OUTCOME_TOO_FEW;
	}
	return 0;
}

int compare(struct history *h, const struct runs *before, const struct runs *after,
	double threshold, struct differences *ret, struct error *why)
{
	char **names = NULL;
	size_t n = 0;
	int err = history_value_names(h, after, &names, &n, why);

	*ret = (struct differences){};
	if (!err && compare_all(h, before, after, names, n, threshold, ret))
		err = error_set(why, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	if (err)
		comparison_free(ret);
	return err;
}

void comparison_free(struct differences *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->all[i].name);
	free(c->all);
	*c = (struct differences){};
}

size_t comparison_count(const struct differences *c, enum outcome o)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->all[i].outcome == o;
	return n;
}

static void print_set(const char *word, const struct runs *r, FILE *to)
{
	const struct run *last = &r->all[r->n - 1];

	fprintf(to, "%s: %s of %s%s%s%s, the last %s of %s\n", word, plural(r->n, "run"),
		last->name, *last->variant ? " [" : "", last->variant, *last->variant ? "]" : "",
		last->id, last->started);
}

static const char *change_text(double change, char *ret, size_t size)
{
	if (isfinite(change))
		snprintf(ret, size, "%+.1f%%", 100 * change);
	else
		snprintf(ret, size, "-");
	return ret;
}

static void print_one(const struct compared *c, int width, FILE *to)
{
	char before[40], after[40], p[24] = "-", more[24];

	if (!isnan(c->p))
		snprintf(p, sizeof(p), c->p < 0.001 ? "< 0.001" : "%.3f", c->p);
	fprintf(to, "  %-8s %-*s %12s %12s %9s   %.2f [%.2f, %.2f] %8s\n",
		outcome_names[c->outcome], width, c->name,
		value_text(c->before, c->dimension, before, sizeof(before)),
		value_text(c->after, c->dimension, after, sizeof(after)),
		change_text(c->change, more, sizeof(more)), c->superiority, c->low, c->high, p);
}

static void print_all(
	const struct differences *c, const struct runs *before, const struct runs *after, FILE *to)
{
	int width = 24;

	for (size_t i = 0; i < c->n; i++)
		if ((int)strlen(c->all[i].name) > width)
			width = (int)strlen(c->all[i].name);
	print_set("before", before, to);
	print_set("after", after, to);
	fprintf(to, "\n  %-8s %-*s %12s %12s %9s   %-17s %8s\n", "", width, "median of", "before",
		"after", "change", "P(after > before)", "p");
	for (size_t i = 0; i < c->n; i++)
		print_one(&c->all[i], width, to);
	if (c->few)
		fprintf(to, "\nFewer than %d runs of each are too few to tell (--repeat).\n",
			FEWEST_RUNS);
	else if (c->n > 1 && least_p(before->n, after->n, c->n) >= ALPHA)
		fprintf(to,
			"\nOf so few runs (%zu and %zu) no change of one value alone can be shown, "
			"only of several.\n",
			before->n, after->n);
}

/* Names may come from an import. */
void comparison_print(
	const struct differences *c, const struct runs *before, const struct runs *after, FILE *to)
{
	_cleanup_free_ char *text = NULL, *shown = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	print_all(c, before, after, f);
	if (!fclose(f) && (shown = printable_copy(text, "\n")))
		fputs(shown, to);
}

static json_t *ids(const struct runs *r)
{
	json_t *all = json_array();

	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(all, json_string(r->all[i].id));
	return all;
}

json_t *comparison_json(
	const struct differences *c, const struct runs *before, const struct runs *after)
{
	json_t *all = json_array();

	for (size_t i = 0; i < c->n; i++) {
		const struct compared *one = &c->all[i];

		json_array_append_new(all,
			json_pack("{s:o, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:[o, o]}", "name",
				json_foreign(one->name), "outcome", outcome_names[one->outcome],
				"n_before", (json_int_t)one->n_before, "n_after",
				(json_int_t)one->n_after, "before", json_finite(one->before),
				"after", json_finite(one->after), "change",
				json_finite(one->change), "p", json_finite(one->p), "superiority",
				json_finite(one->superiority), "interval", json_finite(one->low),
				json_finite(one->high)));
	}
	return json_pack(
		"{s:o, s:o, s:o}", "before", ids(before), "after", ids(after), "values", all);
}
