// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes what is read of containers' runtimes: the input becomes one of their files after the
 * other, and the names of containers found there are only looked at. Its first byte says which.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/remove_tree.h"
#include "base/cleanup.h"
#include "target/container_names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {
	"etc/containers/storage.conf",
	"etc/docker/daemon.json",
	"var/lib/containers/storage/overlay-containers/containers.json",
	"var/lib/docker/containers/0123/config.v2.json",
	"var/lib/nerdctl/1935db59/names/default/web",
};

static char top[] = "/dev/shm/jinx-fuzz.XXXXXX";

static void clean_up(void)
{
	remove_tree(top);
}

static void set_up(void)
{
	if (!mkdtemp(top))
		abort();
	atexit(clean_up);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", top, files[i]);
		for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
			*p = '\0';
			mkdir(path, 0755);
			*p = '/';
		}
	}
}

static void look(const char *id, const char *name, void *context)
{
	size_t *total = context;

	*total += strlen(id) + strlen(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	char file[128];
	size_t total = 0;
	int fd;

	if (!ready)
		set_up();
	ready = true;
	if (!size)
		return 0;
	snprintf(file, sizeof(file), "%s/%s", top,
		files[(uint8_t)(data[0] - '0') % ARRAY_SIZE(files)]);
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)size - 1)
		abort();
	close(fd);
	container_names(top, look, &total);
	unlink(file);
	return 0;
}
