// SPDX-License-Identifier: GPL-2.0
#include "target/container_names.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"

/* Where runtimes keep things unless they are configured otherwise. */
#define PODMAN_STORAGE "/var/lib/containers/storage"
#define DOCKER_DATA "/var/lib/docker"
#define NERDCTL_DATA "/var/lib/nerdctl"

struct names {
	const char *root;
	container_name_function f;
	void *context;
};

typedef void (*file_function)(const char *path, const struct names *n);

static void each_file(const struct names *n, const char *base, const char *pattern, file_function f)
{
	char path[PATH_MAX];
	glob_t found = {};

	if (snprintf(path, sizeof(path), "%s%s%s", n->root, base, pattern) >= (int)sizeof(path))
		return;
	if (!glob(path, GLOB_NOSORT, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			f(found.gl_pathv[i], n);
	globfree(&found);
}

/* containers/storage: [{"id": ..., "names": [...]}, ...] */
static void read_storage(const char *path, const struct names *n)
{
	json_t *all = json_load_file(path, 0, NULL), *one, *name;
	size_t i, k;

	json_array_foreach(all, i, one)
	{
		const char *id = json_string_value(json_object_get(one, "id"));

		json_array_foreach(json_object_get(one, "names"), k, name)
		{
			if (id && json_is_string(name))
				n->f(id, json_string_value(name), n->context);
		}
	}
	json_decref(all);
}

/* docker: {"ID": ..., "Name": "/web"} */
static void read_docker(const char *path, const struct names *n)
{
	json_t *all = json_load_file(path, 0, NULL);
	const char *id = json_string_value(json_object_get(all, "ID"));
	const char *name = json_string_value(json_object_get(all, "Name"));

	if (id && name)
		n->f(id, name + (*name == '/'), n->context);
	json_decref(all);
}

/* nerdctl: a file with the name, whose content is the id */
static void read_nerdctl(const char *path, const struct names *n)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	char id[80] = "";

	if (!f || !fgets(id, sizeof(id), f))
		return;
	id[strcspn(id, "\n")] = '\0';
	n->f(id, strrchr(path, '/') + 1, n->context);
}

/* graphroot = "PATH" of storage.conf, which is TOML. */
static void podman_storage(const char *root, char *ret, size_t size)
{
	char path[PATH_MAX], line[PATH_MAX + 64];
	_cleanup_file_ FILE *f = NULL;

	snprintf(ret, size, "%s", PODMAN_STORAGE);
	snprintf(path, sizeof(path), "%s/etc/containers/storage.conf", root);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		char value[PATH_MAX];

		if (sscanf(line, " graphroot = \"%4095[^\"]\"", value) == 1)
			snprintf(ret, size, "%s", value);
	}
}

/* "data-root" of daemon.json. */
static void docker_data(const char *root, char *ret, size_t size)
{
	char path[PATH_MAX];
	const char *value;
	json_t *all;

	snprintf(path, sizeof(path), "%s/etc/docker/daemon.json", root);
	all = json_load_file(path, 0, NULL);
	value = json_string_value(json_object_get(all, "data-root"));
	snprintf(ret, size, "%s", value ?: DOCKER_DATA);
	json_decref(all);
}

void container_names(const char *root, container_name_function f, void *context)
{
	const struct names n = {.root = root, .f = f, .context = context};
	char base[PATH_MAX];

	podman_storage(root, base, sizeof(base));
	/* One folder a storage driver; those that vanish at a reboot have a file of their own. */
	each_file(&n, base, "/*-containers/containers.json", read_storage);
	each_file(&n, base, "/*-containers/volatile-containers.json", read_storage);
	docker_data(root, base, sizeof(base));
	each_file(&n, base, "/containers/*/config.v2.json", read_docker);
	each_file(&n, NERDCTL_DATA, "/*/names/*/*", read_nerdctl);
}
