// SPDX-License-Identifier: GPL-2.0
#include "target/where.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "target/disks.h"
#include "target/roots.h"
#include "target/symbols.h"

static int complain_of(struct error *why, const struct fault_spec *f, int err)
{
	why->place = f->place;
	return err;
}

static bool has_directory(const struct target *t, const char *path)
{
	int fd = target_open(t, path, O_PATH | O_DIRECTORY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int check_paths(const struct scenario *s, const struct fault_spec *f, const struct where *w,
	const struct target *t, struct error *why)
{
	for (unsigned int i = 0; i < w->n_paths; i++) {
		const char *path = w->paths[i].directory;

		if (!path || has_directory(t, path) || standing_is_to_make(&s->standing, path))
			continue;
		error_set(why, -EINVAL, "where: there is no directory \"%.400s\"", path);
		return complain_of(why, f, -EINVAL);
	}
	return 0;
}

static int find_function(
	const struct stack_spec *s, const struct target *t, struct function *ret, struct error *why)
{
	ret->fd = -1;
	if (!s->file)
		return symbol_find_kernel(s->symbol, &ret->low, &ret->high, why);
	ret->fd = target_open_file(t, s->file);
	if (ret->fd >= 0)
		return symbol_find(ret->fd, s->file, s->symbol, &ret->low, &ret->high, why);
	return error_set(why, ret->fd, "\"%s\": %s", s->file, open_error(ret->fd));
}

static int find_functions(
	const struct fault_spec *f, const struct where *w, struct targets *t, struct error *why)
{
	for (unsigned int i = 0; i < w->n_stacks; i++) {
		struct error function = {};

		if (!find_function(&w->stacks[i], &t->all[f->target],
			    &t->functions[t->n_functions++], &function))
			continue;
		error_set(why, -EINVAL, "where: %.400s", function.message);
		return complain_of(why, f, -EINVAL);
	}
	return 0;
}

static int find_hosts(
	const struct fault_spec *f, const struct where *w, struct targets *t, struct error *why)
{
	for (unsigned int i = 0; i < w->n_hosts; i++) {
		struct error host = {};

		if (!host_resolve(w->hosts[i], &t->hosts[t->n_hosts++], &host))
			continue;
		error_set(why, -EINVAL, "where: %.400s", host.message);
		return complain_of(why, f, -EINVAL);
	}
	return 0;
}

/* In the target's root, or else in jinx's own. */
static int find_device(const struct target *t, const char *path, uint32_t *ret, struct error *why)
{
	_cleanup_fd_ int fd = target_open(t, path, O_PATH);
	char type[DISK_TYPE_MAX];
	int err;

	if (fd < 0)
		fd = open(path, O_PATH | O_CLOEXEC);
	err = fd < 0 ? -errno : disk_of(fd, type, ret);
	if (err == -ENODEV)
		return error_set(why, err,
			"device: \"%.400s\" is on %s, which is on no block device", path, type);
	return err ? error_set(why, err, "device: \"%.400s\": %s", path, strerror(-err)) : 0;
}

/* Everyone's bios are also those of jinx and of the host. */
static int check_everyone(
	const struct scenario *s, const char *path, uint32_t disk, struct error *why)
{
	const char *needed = s->host ? NULL : disk_is_needed(disk);

	return needed ? error_set(why, -EINVAL,
				"%s is on the device \"%.400s\", and \"everyone\" would hit the "
				"whole host: --host allows it",
				needed, path)
		      : 0;
}

static int find_devices(const struct scenario *s, const struct fault_spec *f, const struct where *w,
	struct targets *t, struct error *why)
{
	for (unsigned int i = 0; i < w->n_devices; i++) {
		uint32_t *to = &t->devices[t->n_devices++];
		int err;

		*to = 0;
		if (standing_is_to_make(&s->standing, w->devices[i]))
			continue;
		err = find_device(&t->all[f->target], w->devices[i], to, why);
		if (!err && f->everyone && w == &f->where)
			err = check_everyone(s, w->devices[i], *to, why);
		if (err)
			return complain_of(why, f, -EINVAL);
	}
	return 0;
}

int where_find(const struct scenario *s, struct targets *t, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < s->n_faults; i++)
		for (const struct where *w = &s->faults[i].where; w && !err; w = w->barred)
			err = check_paths(s, &s->faults[i], w, &t->all[s->faults[i].target], why)
				      ?: find_functions(&s->faults[i], w, t, why)
				      ?: find_hosts(&s->faults[i], w, t, why)
				      ?: find_devices(s, &s->faults[i], w, t, why);
	return err;
}

void where_close(struct targets *t)
{
	while (t->n_functions)
		if (t->functions[--t->n_functions].fd >= 0)
			close(t->functions[t->n_functions].fd);
}
