// SPDX-License-Identifier: GPL-2.0
#include "report/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"

static json_t *rules_of(const struct plan *plan)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		char text[160];

		plan_describe(plan->rules[i].fault, text, sizeof(text));
		json_array_append_new(all, json_string(text));
	}
	return all;
}

static void write_line(json_t *line, FILE *to)
{
	if (!line)
		return;
	json_dumpf(line, to, JSON_COMPACT);
	fputc('\n', to);
	json_decref(line);
}

int recording_begin(FILE *to, const struct plan *plan)
{
	write_line(json_pack("{s:i, s:o}", "recording", 1, "rules", rules_of(plan)), to);
	return ferror(to) ? -EIO : 0;
}

void recording_add(FILE *to, const struct event *e)
{
	write_line(json_pack("{s:i, s:i, s:i, s:I}", "rule", (int)e->rule, "task", (int)e->task,
			   "call", (int)e->call, "result", (json_int_t)e->result),
		to);
}

static int complain(char *why, size_t size, const char *path, unsigned int line, const char *text)
{
	snprintf(why, size, "%s:%u: %s", path, line, text);
	return -EINVAL;
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

static int append(struct recorded_call **all, size_t *n, const struct recorded_call *one)
{
	/* Grows at powers of two. */
	if (!(*n & (*n - 1))) {
		struct recorded_call *more = realloc(*all, 2 * (*n ?: 1) * sizeof(**all));

		if (!more)
			return -ENOMEM;
		*all = more;
	}
	(*all)[(*n)++] = *one;
	return 0;
}

static int read_lines(FILE *f, const char *path, const struct plan *plan,
	struct recorded_call **ret, size_t *ret_n, char *why, size_t size)
{
	_cleanup_free_ char *text = NULL;
	struct recorded_call one;
	unsigned int number = 0;
	size_t room = 0;
	int err = 0;

	while (!err && getline(&text, &room, f) > 0) {
		json_t *line = json_loads(text, 0, NULL);

		if (!line)
			err = complain(why, size, path, ++number, "not a line of JSON");
		else if (!number++)
			err = same_rules(line, plan) ? 0
						     : complain(why, size, path, 1,
							       "not a recording of these rules");
		else if (!read_call(line, plan, &one))
			err = complain(why, size, path, number, "not a recorded call");
		else
			err = append(ret, ret_n, &one);
		json_decref(line);
	}
	if (!err && !*ret_n)
		err = complain(why, size, path, number, "nothing is recorded there");
	return err;
}

int recording_read(const char *path, const struct plan *plan, struct recorded_call **ret,
	size_t *ret_n, char *why, size_t size)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	int err;

	*ret = NULL;
	*ret_n = 0;
	if (!f) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return -errno;
	}
	err = read_lines(f, path, plan, ret, ret_n, why, size);
	if (err) {
		free(*ret);
		*ret = NULL;
	}
	return err;
}
