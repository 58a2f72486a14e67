// SPDX-License-Identifier: GPL-2.0
/* jinx list points | faults | groups | mechanisms: what there is. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "report/report.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

static json_t *groups_of(const struct point_row *p)
{
	json_t *all = json_array();

	for (size_t g = 0; g < n_groups; g++)
		if (p->groups & groups[g].bit)
			json_array_append_new(all, json_string(groups[g].name));
	return all;
}

static json_t *list_points(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < NR_POINTS; i++) {
		const struct point_row *p = &points[i];

		json_array_append_new(
			all, json_pack("{s:s, s:i, s:o, s:s?}", "name", p->name, "syscall",
				     p->syscall_nr, "groups", groups_of(p), "security_hook",
				     p->hook == HOOK_none ? NULL : hooks[p->hook].name));
	}
	return all;
}

static json_t *list_faults(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < NR_FAULTS; i++)
		json_array_append_new(all,
			json_pack("{s:s, s:s}", "name", fault_names[i], "about", fault_abouts[i]));
	return all;
}

static json_t *list_groups(void)
{
	json_t *all = json_array();

	for (size_t g = 0; g < n_groups; g++) {
		json_t *members = json_array();

		for (size_t i = 0; i < NR_POINTS; i++)
			if (points[i].groups & groups[g].bit)
				json_array_append_new(members, json_string(points[i].name));
		json_array_append_new(
			all, json_pack("{s:s, s:o}", "name", groups[g].name, "points", members));
	}
	return all;
}

static json_t *privileges_json(privileges set)
{
	json_t *all = json_array();
	char name[32];

	for (int c = 0; c <= CAP_LAST_CAP; c++)
		if (set & 1ull << c)
			json_array_append_new(
				all, json_string(privileges_text(1ull << c, name, sizeof(name))));
	return all;
}

static json_t *list_mechanisms(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < NR_MECHANISMS; i++)
		json_array_append_new(
			all, json_pack("{s:s, s:o, s:s, s:s}", "name", mechanisms[i].name, "needs",
				     privileges_json(mechanisms[i].needs), "attaches_to",
				     mechanisms[i].attach, "about", mechanisms[i].about));
	return all;
}

/* A row a line: the name, then its values; lists in brackets. */
static void print_row(json_t *row)
{
	const char *key;
	json_t *value, *item;
	size_t i;

	printf("%-20s", json_string_value(json_object_get(row, "name")));
	json_object_foreach(row, key, value)
	{
		if (!strcmp(key, "name") || json_is_null(value))
			continue;
		if (json_is_integer(value))
			printf("  %4lld", (long long)json_integer_value(value));
		else if (json_is_string(value))
			printf("  %s", json_string_value(value));
		json_array_foreach(value, i, item)
			printf("%s%s", i ? " " : "  ", json_string_value(item));
	}
	printf("\n");
}

static void print(json_t *all, bool as_json)
{
	json_t *row;
	size_t i;

	if (as_json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		printf("\n");
	} else {
		json_array_foreach(all, i, row) print_row(row);
	}
	json_decref(all);
}

int verb_list(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {}};
	static const struct {
		const char *name;
		json_t *(*make)(void);
	} lists[] = {{"points", list_points}, {"faults", list_faults}, {"groups", list_groups},
		{"mechanisms", list_mechanisms}};
	bool json = false;
	int c;

	while ((c = usage_next_option(argc, argv, ":", options)) != -1) {
		if (c != 'j')
			return usage_point_to(argv[0]);
		json = true;
	}
	for (size_t i = 0; optind + 1 == argc && i < ARRAY_SIZE(lists); i++) {
		if (strcmp(argv[optind], lists[i].name))
			continue;
		print(lists[i].make(), json);
		return 0;
	}
	return usage_wrong_operands(argv[0]);
}
