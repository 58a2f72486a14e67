// SPDX-License-Identifier: GPL-2.0
#include "kernel/injectable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "scenario/code.h"

#define LIST "error_injection/list"

/* Mounted where it usually is; or else for a moment and nowhere. */
static int open_list(void)
{
	_cleanup_fd_ int context = -1, mount = -1;
	int fd = open("/sys/kernel/debug/" LIST, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	context = syscall(SYS_fsopen, "debugfs", FSOPEN_CLOEXEC);
	if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -errno;
	mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (mount < 0)
		return -errno;
	fd = openat(mount, LIST, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* lib/error-inject.c: error_type_string() */
static enum injectable injectable_of(const char *type)
{
	static const char *const types[] = {[INJECT_ERRNO] = "ERRNO",
		[INJECT_ERRNO_OR_NULL] = "ERRNO_NULL",
		[INJECT_NULL] = "NULL",
		[INJECT_TRUE] = "TRUE"};

	for (size_t i = INJECT_ERRNO; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i], type))
			return i;
	return INJECT_NOTHING;
}

static void note_line(struct caps *caps, const char *line)
{
	char name[CODE_TEXT_MAX], type[16];

	if (sscanf(line, "%255s %15s", name, type) != 2)
		return;
	for (enum point p = POINT_code_0; p < NR_POINTS; p++)
		if (is_kernel_code(p) && !strcmp(code_place(p)->name, name))
			caps->injectable[p] = injectable_of(type);
}

static bool names_any(void)
{
	for (enum point p = POINT_code_0; p < NR_POINTS; p++)
		if (is_kernel_code(p))
			return true;
	return false;
}

void injectable_note(struct caps *caps)
{
	_cleanup_file_ FILE *list = NULL;
	char line[512];
	int fd;

	if (!names_any())
		return;
	fd = open_list();
	list = fd < 0 ? NULL : fdopen(fd, "r");
	if (!list && fd >= 0)
		close(fd);
	if (!list && fd == -ENOENT)
		snprintf(caps->no_injection, sizeof(caps->no_injection),
			"this kernel lets nobody make its functions fail "
			"(CONFIG_FUNCTION_ERROR_INJECTION)");
	else if (!list)
		snprintf(caps->no_injection, sizeof(caps->no_injection),
			"reading which functions may fail (%s in debugfs): %s", LIST,
			strerror(-fd));
	while (list && fgets(line, sizeof(line), list))
		note_line(caps, line);
}
