// SPDX-License-Identifier: GPL-2.0
#include "report/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "report/json.h"

#define MAX_LINE 65536

/* Fowler, Noll and Vo's hash, FNV-1a of 64 bits. */
static void mix(uint64_t *hash, const void *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		*hash = (*hash ^ ((const unsigned char *)data)[i]) * 0x100000001b3ull;
}

static void mix_text(uint64_t *hash, const char *text)
{
	/* With its end, or "a", "bc" would be "ab", "c". */
	mix(hash, text ?: "", strlen(text ?: "") + 1);
}

static void mix_number(uint64_t *hash, uint64_t number)
{
	mix(hash, &number, sizeof(number));
}

static void mix_identities(uint64_t *hash, const struct identities *who)
{
	mix_number(hash, who->n_comm);
	for (unsigned int i = 0; i < who->n_comm; i++)
		mix_text(hash, who->comm[i]);
	mix_number(hash, who->n_thread_name);
	for (unsigned int i = 0; i < who->n_thread_name; i++)
		mix_text(hash, who->thread_name[i]);
	mix_number(hash, who->n_uid);
	for (unsigned int i = 0; i < who->n_uid; i++)
		mix_number(hash, who->uid[i]);
	mix_number(hash, who->n_exe);
	for (unsigned int i = 0; i < who->n_exe; i++)
		mix_text(hash, who->exe[i]);
	mix_number(hash, who->n_cmdline);
	for (unsigned int i = 0; i < who->n_cmdline; i++)
		mix_text(hash, who->cmdline[i]);
}

static void mix_where(uint64_t *hash, const struct where *w)
{
	mix(hash, &w->filter, sizeof(w->filter));
	mix_number(hash, w->direction);
	mix_number(hash, w->fd_kinds);
	mix_number(hash, w->protocols);
	mix_number(hash, w->n_ports);
	mix(hash, w->ports, w->n_ports * sizeof(w->ports[0]));
	mix_number(hash, w->n_networks);
	mix(hash, w->networks, w->n_networks * sizeof(w->networks[0]));
	mix_number(hash, w->n_paths);
	for (unsigned int i = 0; i < w->n_paths; i++) {
		mix_text(hash, w->paths[i].directory);
		mix_number(hash, w->paths[i].kind);
		mix_text(hash, w->paths[i].name);
	}
	mix_number(hash, w->n_stacks);
	for (unsigned int i = 0; i < w->n_stacks; i++) {
		mix_text(hash, w->stacks[i].file);
		mix_text(hash, w->stacks[i].symbol);
	}
	mix_number(hash, w->n_devices);
	for (unsigned int i = 0; i < w->n_devices; i++)
		mix_text(hash, w->devices[i]);
	mix_identities(hash, &w->who);
	mix_number(hash, w->barred != NULL);
	if (w->barred)
		mix_where(hash, w->barred);
}

/*
 * All that says which calls a rule meets, and thereby their numbers, and what becomes of them. Not
 * the trigger, in whose place the recording is, nor where the target is.
 */
static uint64_t fingerprint(const struct plan *plan, const struct fault_spec *f)
{
	const struct target_spec *t = &plan->scenario->targets[f->target];
	uint64_t hash = 0xcbf29ce484222325ull;

	mix_text(&hash, fault_names[f->fault]);
	mix_number(&hash, f->phase);
	mix_number(&hash, f->target);
	for (unsigned int i = 0; i < f->n_errors; i++)
		mix_number(&hash, f->errors[i]);
	mix_number(&hash, f->signal);
	mix_number(&hash, f->at);
	mix_number(&hash, f->direction);
	mix_number(&hash, f->visible);
	mix_number(&hash, f->everyone);
	mix_number(&hash, f->partition.isolates);
	mix_number(&hash, f->delay.mean_ns);
	mix_number(&hash, f->delay.jitter_ns);
	mix_number(&hash, f->delay.distribution);
	mix_number(&hash, f->interruptible);
	mix_number(&hash, f->n_points);
	for (unsigned int i = 0; i < f->n_points; i++)
		mix_text(&hash, points[f->points[i]].name);
	mix_where(&hash, &f->where);
	mix_identities(&hash, &t->only);
	mix_identities(&hash, &t->except);
	return hash;
}

static json_t *rules_of(const struct plan *plan)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		char text[160], identity[17];

		fault_describe(plan->rules[i].fault, text, sizeof(text));
		snprintf(identity, sizeof(identity), "%016llx",
			(unsigned long long)fingerprint(plan, plan->rules[i].fault));
		json_array_append_new(all,
			json_pack("{s:o, s:s}", "rule", json_foreign(text), "identity", identity));
	}
	return all;
}

char *recording_head(const struct plan *plan)
{
	json_t *line = json_pack("{s:i, s:o}", "recording", 1, "rules", rules_of(plan));
	_cleanup_free_ char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	char *ret = NULL;

	json_decref(line);
	return text && asprintf(&ret, "%s\n", text) >= 0 ? ret : NULL;
}

static int complain(struct error *why, const char *path, unsigned int line, const char *text)
{
	return error_set(why, -EINVAL, "%s:%u: %s", path, line, text);
}

static bool same_rules(const json_t *head, const struct plan *plan)
{
	json_t *rules = rules_of(plan);
	bool same = json_equal(rules, json_object_get(head, "rules"));

	json_decref(rules);
	return same;
}

static bool read_call(json_t *line, const struct plan *plan, struct recorded_call *ret)
{
	int rule, task, call;
	json_int_t result;

	if (json_unpack(line, "{s:i, s:i, s:i, s:I}", "rule", &rule, "task", &task, "call", &call,
		    "result", &result) ||
		rule < 0 || (unsigned int)rule >= plan->n_rules || task < 0 || call < 1)
		return false;
	*ret = (struct recorded_call){{rule, task, call}, result};
	return true;
}

static int append(
	struct recorded_call **all, size_t *n, const struct recorded_call *one, struct error *why)
{
	/* Grows at powers of two. */
	if (!(*n & (*n - 1))) {
		struct recorded_call *more = realloc(*all, 2 * (*n ?: 1) * sizeof(**all));

		if (!more)
			return error_set(why, -ENOMEM, "out of memory");
		*all = more;
	}
	(*all)[(*n)++] = *one;
	return 0;
}

static int read_lines(FILE *f, const char *path, const struct plan *plan,
	struct recorded_call **ret, size_t *ret_n, struct error *why)
{
	struct recorded_call one;
	unsigned int number = 0;
	_cleanup_free_ char *text = malloc(MAX_LINE);
	int err = text ? 0 : error_set(why, -ENOMEM, "out of memory");

	/* What is longer than any line of a recording is no JSON, cut off. */
	while (!err && fgets(text, MAX_LINE, f)) {
		json_t *line = json_loads(text, 0, NULL);

		if (!line)
			err = complain(why, path, ++number, "not a line of JSON");
		else if (!number++)
			err = same_rules(line, plan)
				      ? 0
				      : complain(why, path, 1, "not a recording of these rules");
		else if (!read_call(line, plan, &one))
			err = complain(why, path, number, "not a recorded call");
		else
			err = append(ret, ret_n, &one, why);
		json_decref(line);
	}
	if (!err && !*ret_n)
		err = complain(why, path, number, "nothing is recorded there");
	return err;
}

int recording_read(const char *path, const struct plan *plan, struct recorded_call **ret,
	size_t *ret_n, struct error *why)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	int err;

	*ret = NULL;
	*ret_n = 0;
	if (!f)
		return error_errno(why, -errno, "%s", path);
	err = read_lines(f, path, plan, ret, ret_n, why);
	if (err) {
		free(*ret);
		*ret = NULL;
	}
	return err;
}
