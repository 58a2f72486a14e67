// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_points.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/prototypes.h"
#include "target/symbols.h"

#define MAX_LINE 1024
#define MAX_MODULES 512

static const char *const tracefs[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};

static int add(struct kernel_points *p, const char *name, const char *module)
{
	struct kernel_point *one;

	if (p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 256;
		struct kernel_point *all = realloc(p->all, room * sizeof(*all));

		if (!all)
			return -ENOMEM;
		p->all = all;
		p->room = room;
	}
	one = &p->all[p->n++];
	*one = (struct kernel_point){.name = strdup(name),
		.module = strdup(module),
		.places = 1,
		.fail = "",
		.arguments = strdup("")};
	return one->name && one->module && one->arguments ? 0 : -ENOMEM;
}

static void free_point(struct kernel_point *p)
{
	free(p->name);
	free(p->module);
	free(p->arguments);
}

void kernel_points_free(struct kernel_points *p)
{
	for (size_t i = 0; i < p->n; i++)
		free_point(&p->all[i]);
	free(p->all);
	*p = (struct kernel_points){};
}

static int compare(const void *a, const void *b)
{
	const struct kernel_point *one = a, *other = b;

	return strcmp(one->name, other->name);
}

/* What has the same name becomes one. */
static void sort(struct kernel_points *p)
{
	size_t n = 0;

	if (p->n)
		qsort(p->all, p->n, sizeof(*p->all), compare);
	for (size_t i = 0; i < p->n; i++) {
		if (n && !compare(&p->all[n - 1], &p->all[i])) {
			p->all[n - 1].places++;
			if (strcmp(p->all[n - 1].module, p->all[i].module))
				p->all[n - 1].module[0] = '\0';
			free_point(&p->all[i]);
		} else {
			p->all[n++] = p->all[i];
		}
	}
	p->n = n;
}

static struct kernel_point *find(struct kernel_points *p, const char *name)
{
	struct kernel_point key = {.name = (char *)name};

	return p->n ? bsearch(&key, p->all, p->n, sizeof(key), compare) : NULL;
}

struct search {
	const char *pattern;
	struct kernel_points *points;
};

/* What the compiler has made: copies and parts of functions, what stands before them. And programs
 * of BPF, trampolines. */
static bool is_made(const struct kernel_symbol *s)
{
	return strchr(s->name, '.') || !strncmp(s->name, "__pfx_", 6) ||
	       !strncmp(s->name, "__cfi_", 6) || !strcmp(s->module, "bpf") ||
	       !strncmp(s->module, "__builtin__", 11);
}

static int take_function(const struct kernel_symbol *s, void *context)
{
	struct search *search = context;

	if (is_made(s) || fnmatch(search->pattern, s->name, 0))
		return 0;
	return add(search->points, s->name, s->module);
}

static void set_arguments(
	struct kernel_point *p, const struct prototype *prototype, unsigned int skip)
{
	char text[MAX_LINE];

	prototype_arguments(prototype, skip, text, sizeof(text));
	if (!*text)
		snprintf(text, sizeof(text), "void");
	free(p->arguments);
	p->arguments = strdup(text);
}

static void take_arguments(const struct prototype *prototype, void *context)
{
	struct kernel_point *p = find(context, prototype->name);

	if (p && !*p->arguments)
		set_arguments(p, prototype, 0);
}

/* Those of modules are in types of their own, of which each is asked once. */
static void take_all_arguments(struct kernel_points *p)
{
	const char *asked[MAX_MODULES];
	size_t n = 0;

	prototypes_each(NULL, take_arguments, p);
	for (size_t i = 0; i < p->n && n < MAX_MODULES; i++) {
		const char *module = p->all[i].module;
		size_t k = 0;

		while (k < n && strcmp(asked[k], module))
			k++;
		if (!*module || k < n)
			continue;
		asked[n++] = module;
		prototypes_each(module, take_arguments, p);
	}
}

/* lib/error-inject.c: error_type_string() */
static const struct {
	const char *type, *fail;
} kinds[] = {
	{"ERRNO", "errno"}, {"NULL", "NULL"}, {"ERRNO_NULL", "errno or NULL"}, {"TRUE", "true"}};

static void take_failures(struct kernel_points *p)
{
	const char *path = "/sys/kernel/debug/error_injection/list";
	_cleanup_file_ FILE *file = fopen(path, "re");
	char line[MAX_LINE], name[512], type[64];

	if (!file) {
		error_errno(
			&p->unknown, -errno, "which of them may be failed is not known: %s", path);
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		char *tab = strrchr(line, '\t');
		struct kernel_point *one;

		if (!tab || sscanf(line, "%511s", name) != 1 || sscanf(tab, "%63s", type) != 1)
			continue;
		one = find(p, name);
		for (size_t k = 0; one && k < ARRAY_SIZE(kinds); k++)
			if (!strcmp(type, kinds[k].type))
				one->fail = kinds[k].fail;
	}
}

int kernel_functions(const char *pattern, struct kernel_points *ret, struct error *why)
{
	struct search s = {pattern, ret};
	int err;

	*ret = (struct kernel_points){};
	err = kernel_symbols_each(take_function, &s);
	if (err)
		return error_errno(why, err, "/proc/kallsyms");
	if (!ret->n)
		return error_set(why, -ENOENT, "the kernel has no function \"%s\"", pattern);
	sort(ret);
	take_all_arguments(ret);
	take_failures(ret);
	return 0;
}

static FILE *open_events(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(tracefs); i++) {
		char path[64];
		FILE *file;

		snprintf(path, sizeof(path), "%s/available_events", tracefs[i]);
		file = fopen(path, "re");
		if (file)
			return file;
	}
	return NULL;
}

/* GROUP:NAME lines; what a pattern is asked for without a group matches the name. */
static int take_events(FILE *file, const char *pattern, struct kernel_points *ret)
{
	char line[MAX_LINE];
	int err = 0;

	while (!err && fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');

		line[strcspn(line, "\n")] = '\0';
		if (!colon)
			continue;
		*colon = '/';
		if (!fnmatch(pattern, strchr(pattern, '/') ? line : colon + 1, 0))
			err = add(ret, line, "");
	}
	return err;
}

/* A tracepoint's arguments stand behind one of the kernel's own. */
static void take_event_arguments(const struct prototype *prototype, void *context)
{
	struct kernel_points *p = context;
	const char *stub = "__probestub_", *types = "btf_trace_", *name = prototype->name;
	size_t skip = !strncmp(name, stub, strlen(stub))     ? strlen(stub)
		      : !strncmp(name, types, strlen(types)) ? strlen(types)
							     : 0;

	for (size_t i = 0; skip && i < p->n; i++) {
		const char *slash = strchr(p->all[i].name, '/');
		bool is_stub = name[0] == '_';

		/* Stubs, where the kernel has them, have names of arguments. */
		if (!strcmp(slash ? slash + 1 : p->all[i].name, name + skip) &&
			(is_stub || !*p->all[i].arguments))
			set_arguments(&p->all[i], prototype, 1);
	}
}

static void take_name(const struct prototype *prototype, void *context)
{
	const char *types = "btf_trace_", *name = prototype->name + strlen(types);
	struct search *s = context;

	if (!strncmp(prototype->name, types, strlen(types)) && !fnmatch(s->pattern, name, 0))
		add(s->points, name, "");
}

static int take_names(const char *pattern, struct kernel_points *ret, int err, struct error *why)
{
	struct search s = {pattern, ret};

	if (strchr(pattern, '/'))
		return error_errno(why, err,
			"the groups of tracepoints are not known; ask for NAME instead of "
			"GROUP/NAME: %s/available_events",
			tracefs[0]);
	error_errno(&ret->unknown, err,
		"the groups of tracepoints are not known: %s/available_events", tracefs[0]);
	err = prototypes_each(NULL, take_name, &s);
	return err ? error_errno(why, err, "the kernel's types (/sys/kernel/btf/vmlinux)") : 0;
}

int kernel_tracepoints(const char *pattern, struct kernel_points *ret, struct error *why)
{
	_cleanup_file_ FILE *file = open_events();
	int err;

	*ret = (struct kernel_points){};
	if (file)
		err = take_events(file, pattern, ret);
	else
		err = take_names(pattern, ret, -errno, why);
	if (err)
		return err;
	if (!ret->n)
		return error_set(why, -ENOENT, "the kernel has no tracepoint \"%s\"", pattern);
	sort(ret);
	prototypes_each(NULL, take_event_arguments, ret);
	return 0;
}
