// SPDX-License-Identifier: GPL-2.0
#include "target/container.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/container_names.h"

#define LEAST_PREFIX 4 /* digits of an id that may stand for it */
#define HEX_DIGITS "0123456789abcdef"
#define NAMED 5 /* candidates that a message lists */

struct container {
	char id[CONTAINER_ID_LENGTH + 1];
	char *path;
	char name[128]; /* the last of its names; empty when no runtime tells */
	bool fits;
};

struct containers {
	unsigned int n, room;
	struct container *all;
	const char *wanted;
	bool known; /* the name is that of a container, running or not */
	int err;
};

bool container_id(const char *name, char ret[CONTAINER_ID_LENGTH + 1])
{
	/* By runtime; docker's and containerd's own cgroup driver uses the bare id. */
	static const char *const prefixes[] = {
		"libpod-", "docker-", "cri-containerd-", "crio-", "nerdctl-"};
	size_t length;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i]))) {
			name += strlen(prefixes[i]);
			break;
		}
	length = strspn(name, HEX_DIGITS);
	if (length != CONTAINER_ID_LENGTH || (name[length] && strcmp(name + length, ".scope")))
		return false;
	snprintf(ret, CONTAINER_ID_LENGTH + 1, "%.*s", CONTAINER_ID_LENGTH, name);
	return true;
}

static bool is_below(const char *path, const char *outer)
{
	size_t length = strlen(outer);

	return !strncmp(path, outer, length) && path[length] == '/';
}

/* Some runtimes repeat the id inside of the container's cgroup: the outer one is the container. */
static bool repeats(const struct containers *c, const char *id, const char *path)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!strcmp(c->all[i].id, id) && is_below(path, c->all[i].path))
			return true;
	return false;
}

static int add_running(const char *path, const char *name, void *containers)
{
	struct containers *c = containers;
	char id[CONTAINER_ID_LENGTH + 1];
	struct container *one;

	if (!container_id(name, id) || repeats(c, id, path))
		return 0;
	if (c->n == c->room) {
		unsigned int room = c->room ? 2 * c->room : 32;
		struct container *all = realloc(c->all, room * sizeof(*all));

		if (!all)
			return c->err = -ENOMEM;
		c->all = all;
		c->room = room;
	}
	one = &c->all[c->n];
	*one = (struct container){.path = strdup(path)};
	if (!one->path)
		return c->err = -ENOMEM;
	memcpy(one->id, id, sizeof(id));
	c->n++;
	return 0;
}

static void add_name(const char *id, const char *name, void *containers)
{
	struct containers *c = containers;
	bool wanted = !strcmp(name, c->wanted);

	c->known |= wanted;
	for (unsigned int i = 0; i < c->n; i++) {
		struct container *one = &c->all[i];

		if (strcmp(one->id, id))
			continue;
		/* Of several names, the one that was asked for is told. */
		if (!one->fits)
			snprintf(one->name, sizeof(one->name), "%s", name);
		one->fits |= wanted;
	}
}

static unsigned int count_fitting(const struct containers *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->n; i++)
		n += c->all[i].fits;
	return n;
}

/* As docker does: the whole id, else the name, else how the id begins. */
static unsigned int select_fitting(struct containers *c)
{
	size_t length = strlen(c->wanted);
	unsigned int n = count_fitting(c);
	bool whole = false;

	for (unsigned int i = 0; i < c->n; i++)
		whole |= !strcmp(c->all[i].id, c->wanted);
	if (whole)
		for (unsigned int i = 0; i < c->n; i++)
			c->all[i].fits = !strcmp(c->all[i].id, c->wanted);
	else if (!n && !c->known && length >= LEAST_PREFIX)
		for (unsigned int i = 0; i < c->n; i++)
			c->all[i].fits = !strncmp(c->all[i].id, c->wanted, length);
	return count_fitting(c);
}

static void list_fitting(const struct containers *c, char *ret, size_t size)
{
	size_t length = 0;
	int listed = 0;

	for (unsigned int i = 0; i < c->n && length < size && listed <= NAMED; i++) {
		const struct container *one = &c->all[i];

		if (!one->fits)
			continue;
		if (listed++ == NAMED)
			length += snprintf(ret + length, size - length, ", ...");
		else
			length += snprintf(ret + length, size - length, "%s%.12s%s%s%s",
				listed > 1 ? ", " : "", one->id, one->name[0] ? " (" : "",
				one->name, one->name[0] ? ")" : "");
	}
}

static int tell(const struct containers *c, unsigned int n, struct error *why)
{
	char list[320] = "";

	if (c->err)
		return error_errno(why, c->err, "looking for containers");
	if (n > 1) {
		list_fitting(c, list, sizeof(list));
		return error_set(
			why, -EEXIST, "several containers are \"%.128s\": %s", c->wanted, list);
	}
	if (c->known)
		return error_set(why, -ENOENT, "container \"%.128s\" is not running", c->wanted);
	return error_set(why, -ENOENT,
		"there is no container \"%.128s\": %s, and no runtime's files have that name",
		c->wanted, c->n ? "no running one has that id" : "none is running");
}

int container_find(const struct container_places *places, const char *wanted,
	char ret_path[CGROUP_PATH_MAX], struct error *why)
{
	struct containers c = {.wanted = wanted};
	unsigned int n;
	int err = 0;

	cgroup_walk(places->cgroups, add_running, &c);
	if (!c.err)
		container_names(places->root, add_name, &c);
	n = select_fitting(&c);
	if (c.err || n != 1)
		err = tell(&c, n, why);
	for (unsigned int i = 0; i < c.n; i++) {
		if (!err && c.all[i].fits)
			snprintf(ret_path, CGROUP_PATH_MAX, "%s", c.all[i].path);
		free(c.all[i].path);
	}
	free(c.all);
	return err;
}

struct pods {
	const char *uid;
	char *path, other[CGROUP_PATH_MAX];
	unsigned int n;
};

/* systemd has no '-' in a slice's own name, as that stands for the levels. */
static bool same_uid(const char *in_cgroup, const char *uid)
{
	for (; *uid; uid++, in_cgroup++)
		if (*in_cgroup != *uid && !(*in_cgroup == '_' && *uid == '-'))
			return false;
	return !*in_cgroup || !strcmp(in_cgroup, ".slice");
}

static int visit_pod(const char *path, const char *name, void *pods)
{
	const char *begin = strncmp(name, "pod", 3) ? strstr(name, "-pod") : name - 1;
	struct pods *p = pods;

	if (!begin || !strstr(path, "kubepods") || !same_uid(begin + strlen("-pod"), p->uid) ||
		(p->n && is_below(path, p->path)))
		return 0;
	snprintf(p->n++ ? p->other : p->path, CGROUP_PATH_MAX, "%s", path);
	return 0;
}

int pod_find(
	const char *cgroups, const char *uid, char ret_path[CGROUP_PATH_MAX], struct error *why)
{
	struct pods p = {.uid = uid, .path = ret_path};

	cgroup_walk(cgroups, visit_pod, &p);
	if (p.n == 1)
		return 0;
	if (!p.n)
		return error_set(why, -ENOENT,
			"there is no pod \"%.64s\": no cgroup below kubepods has its UID", uid);
	return error_set(why, -EEXIST,
		"several cgroups are pod \"%.64s\": %.160s, %.160s: use cgroup: with the path of "
		"the one",
		uid, p.path, p.other);
}
