// SPDX-License-Identifier: GPL-2.0
/* jinx list points: what there is to name of system calls, functions, tracepoints and probes. */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "kernel/kernel_points.h"
#include "scenario/code.h"
#include "scenario/names.h"
#include "target/functions.h"
#include "target/instruction.h"
#include "target/roots.h"
#include "target/usdt.h"
#include "verbs/lists.h"

/* What is listed, while it is. */
struct listing {
	const char *kind, *file;
	int fd;
	json_t *all;
};

/* JSON of text from outside. */
static json_t *shown(const char *text)
{
	_cleanup_free_ char *copy = printable_copy(text, "");

	return json_string(copy ?: "");
}

static json_t *hexadecimal(uint64_t n)
{
	return json_sprintf("0x%llx", (unsigned long long)n);
}

/* As it stands in a scenario, if one takes it. */
static bool write_point(const struct listing *l, const char *name, char ret[8192])
{
	snprintf(ret, 8192, "%s:%s%s%s", l->kind, l->file ?: "", l->file ? ":" : "", name);
	return code_can_name(ret);
}

static json_t *point_text(const struct listing *l, const char *name)
{
	char text[8192];

	(void)write_point(l, name, text);
	return shown(text);
}

/* By its address where its name is too long, or has signs that a scenario doesn't take. */
static json_t *point_of_function(const struct listing *l, const char *name, uint64_t address)
{
	char text[8192], number[32];

	if (write_point(l, name, text))
		return shown(text);
	snprintf(number, sizeof(number), "0x%llx", (unsigned long long)address);
	return point_text(l, number);
}

static void set_if(json_t *row, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(row, key, shown(text));
}

/*
 * A path below /proc/PID/root is one of that process: its symbolic links lead to where they do for
 * it.
 */
static int open_path(const char *path)
{
	int n = 0;
	pid_t pid;

	if (sscanf(path, "/proc/%d/root%n", &pid, &n) == 1 && n && pid > 0 && path[n] == '/')
		return root_open_file(pid, path + n);
	return root_open_file(0, path);
}

static int open_file(const char *path, struct error *why)
{
	int fd = open_path(path);

	if (fd == -ENOENT && !strchr(path, '/'))
		return error_set(why, fd,
			"\"%s\": no such file here; a library's path is in `ldconfig -p`, a "
			"program's in `command -v %s`",
			path, path);
	return fd < 0 ? error_set(why, fd, "\"%s\": %s", path, open_error(fd)) : fd;
}

static bool add_function(const struct listed_function *f, void *context)
{
	struct listing *l = context;
	const char *name = f->demangled ?: f->symbol;
	struct error why = {};
	json_t *row = json_object();

	json_object_set_new(row, "name", shown(name));
	json_object_set_new(row, "point", point_of_function(l, name, f->address));
	json_object_set_new(row, "symbol", shown(f->symbol));
	json_object_set_new(row, "address", hexadecimal(f->address));
	json_object_set_new(row, "offset", hexadecimal(f->offset));
	json_object_set_new(row, "size", json_integer((json_int_t)f->size));
	if (f->chosen_at_start)
		set_if(row, "refused", "IFUNC: another function does its work");
	else if (instruction_eligible(l->fd, f->offset, name, &why))
		set_if(row, "refused", why.message);
	json_array_append_new(l->all, row);
	return false;
}

static const char *text_of(const struct listing *l, size_t row, const char *key)
{
	return json_string_value(json_object_get(json_array_get(l->all, row), key)) ?: "";
}

static bool share_name(const struct listing *l, size_t one, size_t other)
{
	return !strcmp(text_of(l, one, "name"), text_of(l, other, "name")) &&
	       strcmp(text_of(l, one, "address"), text_of(l, other, "address"));
}

/* Several of one name stand beside each other: they are named by their addresses. */
static void tell_apart(struct listing *l)
{
	size_t n = json_array_size(l->all);

	for (size_t i = 0; i < n; i++)
		if ((i && share_name(l, i - 1, i)) || (i + 1 < n && share_name(l, i, i + 1)))
			json_object_set_new(json_array_get(l->all, i), "point",
				point_text(l, text_of(l, i, "address")));
}

static bool add_probe(const struct usdt_place *p, void *context)
{
	struct listing *l = context;
	json_t *row = json_object();

	json_object_set_new(row, "name", shown(p->place.name));
	json_object_set_new(row, "point", point_text(l, p->place.name));
	json_object_set_new(row, "address", hexadecimal(p->place.address));
	json_object_set_new(row, "offset", hexadecimal(p->place.offset));
	if (p->place.semaphore)
		json_object_set_new(row, "semaphore", hexadecimal(p->place.semaphore));
	json_object_set_new(row, "arguments", shown(p->arguments));
	json_array_append_new(l->all, row);
	return false;
}

static int list_functions(struct listing *l, const char *pattern, struct error *why)
{
	int err = functions_each(l->fd, l->file, pattern, add_function, l, why);

	if (!err)
		tell_apart(l);
	return err;
}

/* FILE:PATTERN, or FILE alone. There may be colons in the pattern, and none in the file's name. */
static int list_file(struct listing *l, const char *rest, struct error *why)
{
	size_t length = strcspn(rest, ":");
	_cleanup_free_ char *file = strndup(rest, length);
	const char *pattern = rest[length] && rest[length + 1] ? rest + length + 1 : "*";
	int err;

	if (!file || !*file)
		return error_set(why, -EINVAL, "%s: is followed by a file: %s:/usr/bin/python3:*",
			l->kind, l->kind);
	l->fd = open_file(file, why);
	if (l->fd < 0)
		return l->fd;
	l->file = file;
	if (!strcmp(l->kind, "user"))
		err = list_functions(l, pattern, why);
	else
		err = usdt_each(l->fd, file, pattern, add_probe, l, why);
	close(l->fd);
	return err;
}

static int list_kernel(struct listing *l, const char *pattern, struct error *why)
{
	bool functions = !strcmp(l->kind, "kernel");
	struct kernel_points found;
	int err = (functions ? kernel_functions : kernel_tracepoints)(
		*pattern ? pattern : "*", &found, why);

	for (size_t i = 0; !err && i < found.n; i++) {
		const struct kernel_point *p = &found.all[i];
		json_t *row = json_object();

		json_object_set_new(row, "name", shown(p->name));
		json_object_set_new(row, "point", point_text(l, p->name));
		set_if(row, "module", p->module);
		if (p->places > 1)
			json_object_set_new(row, "places", json_integer(p->places));
		set_if(row, "fail", p->fail);
		set_if(row, "arguments", p->arguments);
		json_array_append_new(l->all, row);
	}
	if (!err && found.unknown.message[0])
		log_warning("%s", found.unknown.message);
	kernel_points_free(&found);
	return err;
}

static json_t *groups_of(const struct point_row *p)
{
	json_t *all = json_array();

	for (size_t g = 0; g < n_groups; g++)
		if (p->groups & groups[g].bit)
			json_array_append_new(all, json_string(groups[g].name));
	return all;
}

json_t *calls_matching(const char *pattern)
{
	json_t *all = json_array();

	for (size_t i = 0; i < NR_POINTS; i++) {
		const struct point_row *p = &points[i];

		if (p->kind == KIND_CODE || fnmatch(pattern, p->name, 0))
			continue;
		json_array_append_new(
			all, json_pack("{s:s, s:o?, s:o, s:s?}", "name", p->name, "syscall",
				     p->syscall_nr < 0 ? NULL : json_integer(p->syscall_nr),
				     "groups", groups_of(p), "security_hook",
				     p->hook == HOOK_none ? NULL : hooks[p->hook].name));
	}
	return all;
}

static const struct columns call_columns = {{"name", "syscall", "groups", "security_hook"}};

/* What there is of each kind, and what tables show of it. */
static const struct {
	const char *kind;
	int (*list)(struct listing *l, const char *rest, struct error *why);
	struct columns columns;
} kinds[] = {
	{"user", list_file, {{"name", "address", "size", "refused"}}},
	{"usdt", list_file, {{"name", "address", "semaphore", "arguments"}}},
	{"kernel", list_kernel, {{"name", "module", "places", "fail", "arguments"}}},
	{"tracepoint", list_kernel, {{"name", "arguments"}}},
};

int points_matching(
	const char *pattern, json_t **ret, const struct columns **ret_columns, struct error *why)
{
	size_t length = strcspn(pattern, ":");

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct listing l = {.kind = kinds[i].kind};
		int err;

		if (strlen(l.kind) != length || strncmp(pattern, l.kind, length))
			continue;
		l.all = json_array();
		err = kinds[i].list(&l, pattern + length + (pattern[length] == ':'), why);
		if (err) {
			json_decref(l.all);
			return err;
		}
		*ret = l.all;
		*ret_columns = &kinds[i].columns;
		return 0;
	}
	if (pattern[length] && code_called_elsewhere(pattern))
		return error_set(why, -EINVAL, "\"%s\": did you mean '%s%s'?", pattern,
			code_called_elsewhere(pattern), pattern + length + 1);
	if (pattern[length])
		return error_set(why, -EINVAL,
			"\"%s\": points are user:FILE:NAMES, usdt:FILE:NAMES, kernel:NAMES, "
			"tracepoint:NAMES, and the names of system calls",
			pattern);
	*ret = calls_matching(pattern);
	*ret_columns = &call_columns;
	if (json_array_size(*ret))
		return 0;
	json_decref(*ret);
	return error_set(why, -ENOENT,
		"no system call matches \"%s\"; functions are user:FILE:NAMES and kernel:NAMES",
		pattern);
}
