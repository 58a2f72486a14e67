// SPDX-License-Identifier: GPL-2.0
/*
 * By journald's own socket, to which a datagram is one entry (systemd,
 * docs/JOURNAL_NATIVE_PROTOCOL.md: "NAME=value\n"), and by /dev/log as syslog(3) does, which could
 * wait.
 */
#include "base/journald.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

#define IDENTIFIER "jinx"

const struct journal_sockets journal_sockets = {"/run/systemd/journal/socket", "/dev/log"};

static int send_to(const char *path, const char *text, size_t size)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof(a.sun_path))
		return -ENAMETOOLONG;
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (sendto(fd, text, size, MSG_NOSIGNAL, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -errno;
	return 0;
}

/* A line each, so a value has none of its own. */
static void put_field(FILE *to, const char *name, const char *value)
{
	_cleanup_free_ char *shown = value ? printable_copy(value, "") : NULL;

	if (shown)
		fprintf(to, "%s=%s\n", name, shown);
}

static char *entry(int priority, const char *message, const struct journal_field *fields, size_t n,
	size_t *ret_size)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, ret_size);

	if (!to)
		return NULL;
	put_field(to, "MESSAGE", message);
	fprintf(to,
		"PRIORITY=%d\nSYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=" IDENTIFIER
		"\nSYSLOG_PID=%d\n",
		priority, LOG_DAEMON >> 3, getpid());
	for (size_t i = 0; i < n; i++)
		put_field(to, fields[i].name, fields[i].value);
	if (!fclose(to))
		return text;
	free(text);
	return NULL;
}

static int send_to_syslog(const char *path, int priority, const char *message)
{
	_cleanup_free_ char *shown = printable_copy(message, ""), *text = NULL;
	time_t now = time(NULL);
	char when[32];
	struct tm local;
	int size;

	strftime(when, sizeof(when), "%h %e %T", localtime_r(&now, &local));
	size = asprintf(&text, "<%d>%s " IDENTIFIER "[%d]: %s", LOG_DAEMON | priority, when,
		getpid(), shown ?: "");
	if (size >= 0)
		return send_to(path, text, size);
	text = NULL;
	return -ENOMEM;
}

static bool is_missing(int err)
{
	return err == -ENOENT || err == -ECONNREFUSED;
}

int journal_send(const struct journal_sockets *to, int priority, const char *message,
	const struct journal_field *fields, size_t n)
{
	size_t size;
	_cleanup_free_ char *text = entry(priority, message, fields, n, &size);
	int err = text ? send_to(to->journal, text, size) : -ENOMEM;

	if (is_missing(err))
		err = send_to_syslog(to->syslog, priority, message);
	return is_missing(err) ? -ENOENT : err;
}
