// SPDX-License-Identifier: GPL-2.0
/* Lines for the host's journal, as its socket gets them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/journald.h"

static char folder[] = "/tmp/jinx-test-XXXXXX";
static char journal[64], syslog_path[64];
static struct journal_sockets sockets = {journal, syslog_path};

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(journal, sizeof(journal), "%s/journal", folder);
	snprintf(syslog_path, sizeof(syslog_path), "%s/log", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int listen_at(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(a.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void receive(int fd, char ret[1024])
{
	ssize_t n = recv(fd, ret, 1023, 0);

	assert_true(n > 0);
	ret[n] = '\0';
}

/* A value has no line of its own: what somebody names an experiment adds no field. */
static void entries(void **state)
{
	const struct journal_field fields[] = {
		{"JINX_ID", "5a93de"}, {"JINX_FILE", NULL}, {"JINX_SCENARIO", "a\nPRIORITY=0\xff"}};
	char got[1024], wanted[1024];
	int fd = listen_at(journal);

	(void)state;
	assert_int_equal(journal_send(&sockets, LOG_NOTICE, "start: a\nb", fields, 3), 0);
	receive(fd, got);
	snprintf(wanted, sizeof(wanted),
		"MESSAGE=start: a\\x0ab\nPRIORITY=5\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=jinx\n"
		"SYSLOG_PID=%d\nJINX_ID=5a93de\nJINX_SCENARIO=a\\x0aPRIORITY=0\\xff\n",
		getpid());
	assert_string_equal(got, wanted);
	close(fd);
	unlink(journal);
}

/* Also where a journal was, and nobody listens any more. */
static void without_a_journal(void **state)
{
	char got[1024], end[64];
	int fd = listen_at(syslog_path);

	(void)state;
	snprintf(end, sizeof(end), " jinx[%d]: end: held", getpid());
	assert_int_equal(journal_send(&sockets, LOG_WARNING, "end: held", NULL, 0), 0);
	receive(fd, got);
	assert_int_equal(strncmp(got, "<28>", 4), 0);
	assert_string_equal(got + strlen(got) - strlen(end), end);
	close(listen_at(journal));
	assert_int_equal(journal_send(&sockets, LOG_WARNING, "end: held", NULL, 0), 0);
	receive(fd, got);
	close(fd);
	unlink(journal);
	unlink(syslog_path);
	assert_int_equal(journal_send(&sockets, LOG_WARNING, "end: held", NULL, 0), -ENOENT);
}

/* Nobody takes what comes. */
static void never_waits(void **state)
{
	int err = 0, fd = listen_at(journal);

	(void)state;
	for (int i = 0; i < 10000 && !err; i++)
		err = journal_send(&sockets, LOG_NOTICE, "start", NULL, 0);
	assert_int_equal(err, -EAGAIN);
	close(fd);
	unlink(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries),
		cmocka_unit_test(without_a_journal),
		cmocka_unit_test(never_waits),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
