// SPDX-License-Identifier: GPL-2.0
#include "kernel/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "target/roots.h"

int file_resolve(int resolver, int fd, struct resolve_file *ret)
{
	/* Programs of this type answer in ctx_in (net/bpf/test_run.c: bpf_prog_test_run_syscall).
	 */
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = ret, .ctx_size_in = sizeof(*ret));
	int err;

	*ret = (struct resolve_file){.fd = fd};
	err = bpf_prog_test_run_opts(resolver, &opts);
	return err ?: ret->file.inode ? 0 : -ENOENT;
}

/* What is being looked up, and what has been found so far. */
struct looking {
	int resolver;
	unsigned int n;
	struct path_test tests[MAX_TESTS];
};

static int resolve_path(
	int resolver, pid_t root, const char *path, struct resolve_file *ret, bool *ret_directory)
{
	_cleanup_fd_ int fd = root_open(root, path, O_PATH);
	struct stat st;

	if (fd < 0)
		return fd;
	*ret_directory = !fstat(fd, &st) && S_ISDIR(st.st_mode);
	return file_resolve(resolver, fd, ret);
}

static bool same(const struct file_id *a, const struct file_id *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/*
 * What a name leads to, if not to the file of that name in that directory: the end of a symbolic
 * link, a file mounted over it. A directory means what is in it, too.
 */
static int resolve_name(
	struct looking *l, pid_t root, const struct path_spec *p, struct path_test *t)
{
	_cleanup_free_ char *path = NULL;
	struct resolve_file r;
	bool directory;

	if (asprintf(&path, "%s/%s", p->directory, p->name) < 0)
		return -ENOMEM;
	/* What is not there yet will be told by its name. */
	if (resolve_path(l->resolver, root, path, &r, &directory))
		return 0;
	if (directory)
		t->tree = r.file;
	if (directory || !same(&r.directory, &t->directory) ||
		strncmp(r.name, p->name, sizeof(r.name)))
		t->file = r.file;
	return 0;
}

/* -ENOENT: there is no such directory in that root. */
static int resolve(struct looking *l, pid_t root, const struct path_spec *p, struct path_test *t)
{
	struct resolve_file r;
	bool directory;

	t->kind = p->kind;
	t->length = strlen(p->name);
	memcpy(t->name, p->name, sizeof(t->name));
	if (!p->directory)
		return 0;
	if (resolve_path(l->resolver, root, p->directory, &r, &directory) || !directory)
		return -ENOENT;
	if (p->kind == PATH_SUBTREE)
		t->tree = r.file;
	else
		t->directory = r.file;
	return p->kind == PATH_NAME ? resolve_name(l, root, p, t) : 0;
}

/* Two roots may share the directory. */
static void keep(struct looking *l, const struct path_test *t)
{
	for (unsigned int i = 0; i < l->n; i++)
		if (!memcmp(&l->tests[i], t, sizeof(*t)))
			return;
	if (l->n < MAX_TESTS)
		l->tests[l->n++] = *t;
}

static int look_for_rule(
	struct looking *l, const struct where *w, const struct target *target, struct askers by)
{
	struct roots roots = {.n = 1};

	if (w->n_paths)
		roots_of(target, &roots);
	for (unsigned int i = 0; i < w->n_paths; i++)
		for (unsigned int r = 0; r < roots.n; r++) {
			struct path_test t = {.by = by};
			int err = resolve(l, roots.pids[r], &w->paths[i], &t);

			if (err == -ENOMEM)
				return err;
			if (!err)
				keep(l, &t);
		}
	return 0;
}

/* While it is being written nobody asks for it. */
static void publish_test(const struct path_test *from, struct path_test *to)
{
	__atomic_store_n(&to->by.rules, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&to->by.barred, 0, __ATOMIC_SEQ_CST);
	memcpy(to, from, offsetof(struct path_test, by));
	__atomic_store_n(&to->by.barred, from->by.barred, __ATOMIC_SEQ_CST);
	__atomic_store_n(&to->by.rules, from->by.rules, __ATOMIC_SEQ_CST);
}

static bool publish(const struct looking *l, struct path_test *tests, __u32 *n)
{
	bool changed = false;

	for (unsigned int i = 0; i < MAX_TESTS; i++) {
		if (!memcmp(&tests[i], &l->tests[i], sizeof(tests[i])))
			continue;
		changed = true;
		publish_test(&l->tests[i], &tests[i]);
	}
	__atomic_store_n(n, l->n, __ATOMIC_SEQ_CST);
	return changed;
}

int paths_look(const struct plan *plan, const struct targets *t, int resolver,
	struct path_test *tests, __u32 *n)
{
	_cleanup_free_ struct looking *l = calloc(1, sizeof(*l));
	int err = l ? 0 : -ENOMEM;

	if (l)
		l->resolver = resolver;
	for (unsigned int i = 0; i < plan->n_rules && !err; i++) {
		const struct fault_spec *f = plan->rules[i].fault;

		const struct target *target = &t->all[f->target];

		if (plan->rules[i].refused)
			continue;
		err = look_for_rule(l, &f->where, target, (struct askers){.rules = 1ull << i});
		if (!err && f->where.barred)
			err = look_for_rule(
				l, f->where.barred, target, (struct askers){.barred = 1ull << i});
	}
	return err ?: publish(l, tests, n);
}
