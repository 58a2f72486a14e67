// SPDX-License-Identifier: GPL-2.0
#include "suite/item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "run/neighbours.h"
#include "target/cgroup.h"

/* Loading everything, on a host that is busy or emulated. */
#define BESIDES_NS 180000000000ull

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* From the root of the hierarchy on, which is "", however it is spelled. */
static void plain_path(const char *cgroup, char *ret, size_t size)
{
	const char *mount = cgroup_mount();
	size_t length = mount ? strlen(mount) : 0, used = 0;

	if (length && !strncmp(cgroup, mount, length) && strchr("/", cgroup[length]))
		cgroup += length;
	while (*cgroup && used + 2 < size) {
		size_t name;

		cgroup += strspn(cgroup, "/");
		name = strcspn(cgroup, "/");
		if (name)
			used += snprintf(ret + used, size - used, "/%.*s", (int)name, cgroup);
		cgroup += name;
	}
	ret[used < size ? used : size - 1] = '\0';
}

static bool shares_cgroup(const char *a, const char *b)
{
	char one[CGROUP_PATH_MAX], other[CGROUP_PATH_MAX];

	plain_path(a, one, sizeof(one));
	plain_path(b, other, sizeof(other));
	return !*one || !*other || neighbours_share(one, other);
}

/* What jinx makes for the scenario is its own. */
static bool is_same_target(const struct target_spec *a, const struct target_spec *b)
{
	if (same(a->unit, b->unit) || same(a->container, b->container) || same(a->pod, b->pod))
		return true;
	if (a->kind == TARGET_PID && b->kind == TARGET_PID && a->pid == b->pid)
		return true;
	if (a->cgroup && b->cgroup && shares_cgroup(a->cgroup, b->cgroup))
		return true;
	/* As far as the names tell; where a process is nobody knows before. */
	return (a->cgroup && b->unit && same(last_part(a->cgroup), b->unit)) ||
	       (b->cgroup && a->unit && same(last_part(b->cgroup), a->unit));
}

bool shares_target(const struct scenario *a, const struct scenario *b)
{
	for (unsigned int i = 0; i < a->n_targets; i++)
		for (unsigned int k = 0; k < b->n_targets; k++)
			if (is_same_target(&a->targets[i], &b->targets[k]))
				return true;
	return false;
}

static void look(const struct metric *m, void *context)
{
	bool *judges = context;

	*judges |= m->row->dimension == DIMENSION_TIME || m->row->dimension == DIMENSION_RATE;
}

bool wants_to_be_alone(const struct scenario *s)
{
	const struct judging *j = &s->judging;
	bool judges = standing_has_tag(&s->standing, "alone");

	for (unsigned int i = 0; i < j->n_expectations; i++)
		if (j->expectations[i].that.condition)
			condition_metrics(j->expectations[i].that.condition, look, &judges);
	for (unsigned int i = 0; i < j->n_guards; i++)
		condition_metrics(j->guards[i].stop.condition, look, &judges);
	for (unsigned int i = 0; i < j->steady.n; i++)
		condition_metrics(j->steady.bounds[i].condition, look, &judges);
	return judges;
}

static uint64_t time_of_steps(const struct steps *all)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < all->n; i++)
		sum += all->all[i].timeout_ns;
	return sum;
}

/* Some of them at each phase. */
static uint64_t time_of_hooks(const struct scenario *s)
{
	uint64_t sum = 0;

	for (int h = 0; h < NR_RUN_HOOKS; h++)
		sum += time_of_steps(&s->standing.hooks[h]) *
		       (h == HOOK_BEFORE_PHASE || h == HOOK_AFTER_PHASE ? s->n_phases : 1);
	return sum;
}

uint64_t longest_time_ns(const struct scenario *s)
{
	uint64_t sum = BESIDES_NS + time_of_steps(&s->standing.setup) +
		       time_of_steps(&s->standing.teardown) + s->standing.ready.within_ns +
		       time_of_hooks(s);

	for (unsigned int i = 0; i < s->n_phases; i++)
		sum += s->phases[i].duration_ns;
	for (unsigned int i = 0; i < s->n_workloads; i++)
		sum += s->workloads[i].ask.timeout_ns + s->workloads[i].verify.timeout_ns;
	for (unsigned int i = 0; i < s->n_probes; i++)
		sum += s->probes[i].ask.timeout_ns;
	return sum;
}

int schedule_next(const struct items *items, unsigned int jobs)
{
	unsigned int running = 0;

	for (unsigned int i = 0; i < items->n; i++) {
		if (items->all[i].state != ITEM_RUNS)
			continue;
		running++;
		if (items->all[i].alone)
			return -1;
	}
	for (unsigned int i = 0; i < items->n && running < jobs; i++) {
		const struct item *it = &items->all[i];
		bool beside = it->state == ITEM_WAITS && !(it->alone && running);

		for (unsigned int k = 0; k < items->n && beside; k++)
			if (items->all[k].state == ITEM_RUNS)
				beside = !shares_target(it->s, items->all[k].s);
		if (beside)
			return i;
	}
	return -1;
}

/* The worst first. */
static const enum verdict order[] = {
	VERDICT_FAILED, VERDICT_DEVIATED, VERDICT_ABORTED, VERDICT_INCONCLUSIVE};

int worst_exit_code(const struct items *items)
{
	bool any = false;

	for (size_t v = 0; v < ARRAY_SIZE(order); v++)
		for (unsigned int i = 0; i < items->n; i++)
			if (items->all[i].state == ITEM_ENDED &&
				items->all[i].verdict == order[v] && !items->all[i].pardoned)
				return verdict_exit(order[v]);
	for (unsigned int i = 0; i < items->n; i++)
		any |= items->all[i].state == ITEM_ENDED &&
		       items->all[i].verdict != VERDICT_UNSUPPORTED;
	return any ? 0 : VERDICT_UNSUPPORTED;
}

/* It says where the scratch directory is, whatever came of the run. */
#define KEPT_LINE "jinx: kept: "

/* A line of what it has printed, without what jinx puts before its own: the first or the last one.
 */
static void line_of(const char *printed, bool first, char *ret, size_t size)
{
	const char *kept = strstr(printed, "\n" KEPT_LINE);
	const char *at = printed, *end = kept ?: printed + strlen(printed);

	while (end > at && end[-1] == '\n')
		end--;
	if (first)
		end = at + strcspn(at, "\n");
	for (const char *c = at; c < end && !first; c++)
		if (*c == '\n')
			at = c + 1;
	if (!strncmp(at, "jinx: ", 6))
		at += 6;
	snprintf(ret, size, "%.*s", at < end ? (int)(end - at) : 0, at);
}

static unsigned int count_false(const json_t *report, const char **ret_first)
{
	const json_t *all = json_object_get(report, "expectations");
	unsigned int n = 0;

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *e = json_array_get(all, i);
		const char *result = json_string_value(json_object_get(e, "result"));

		if (!result || strcmp(result, "false"))
			continue;
		if (!n++)
			*ret_first = json_string_value(json_object_get(e, "name"));
	}
	return n;
}

/* Without its fault it must not be as expected. */
static void prove(struct item *it)
{
	const char *first = NULL,
		   *ill = json_string_value(json_object_get(it->report, "not_steady"));
	unsigned int n = count_false(it->report, &first);

	if (it->verdict == VERDICT_FAILED || it->verdict == VERDICT_UNSUPPORTED ||
		it->verdict == VERDICT_ABORTED)
		return;
	if (ill) {
		it->verdict = VERDICT_INCONCLUSIVE;
		snprintf(it->reason, sizeof(it->reason), "%s", ill);
		return;
	}
	it->verdict = n ? VERDICT_HELD : VERDICT_DEVIATED;
	if (n)
		snprintf(it->reason, sizeof(it->reason), "false without its fault: %s",
			first ?: "?");
	else
		snprintf(it->reason, sizeof(it->reason),
			"no expectation is false without its fault");
}

void item_judge(struct item *it, int exit_code, const char *printed, bool without_faults)
{
	const char *reason = json_string_value(json_object_get(it->report, "reason"));
	const char *verdict = json_string_value(json_object_get(it->report, "verdict"));

	it->verdict = verdict_of_exit(exit_code);
	it->pardoned = verdict && !strcmp(verdict, verdict_name(VERDICT_INCONCLUSIVE)) &&
		       it->verdict == VERDICT_HELD;
	if (it->pardoned)
		it->verdict = VERDICT_INCONCLUSIVE;
	/* What failed besides, as teardown, is in no report. */
	if (reason && (it->verdict != VERDICT_FAILED ||
			      (verdict && !strcmp(verdict, verdict_name(VERDICT_FAILED)))))
		snprintf(it->reason, sizeof(it->reason), "%s", reason);
	else
		line_of(printed, it->verdict == VERDICT_UNSUPPORTED, it->reason,
			sizeof(it->reason));
	if (!*it->reason && it->verdict == VERDICT_FAILED)
		snprintf(it->reason, sizeof(it->reason), "exit %d, and no word", exit_code);
	if (without_faults)
		prove(it);
}

void items_free(struct items *items)
{
	for (unsigned int i = 0; i < items->n; i++) {
		struct item *it = &items->all[i];

		free(it->file);
		free(it->category);
		free(it->name);
		scenario_free(it->s);
		json_decref(it->report);
	}
	free(items->all);
	*items = (struct items){};
}
