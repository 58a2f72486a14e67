// SPDX-License-Identifier: GPL-2.0
/* The undo journal: what is put back, in which order, and what is left as it is. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "undo/journal.h"

struct test {
	char folder[32];
	struct journal *journal;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	snprintf(t->folder, sizeof(t->folder), "/tmp/jinx-journal-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	t->journal = journal_new();
	assert_non_null(t->journal);
	*state = t;
	return 0;
}

static void path_of(const struct test *t, const char *file, char ret[64])
{
	snprintf(ret, 64, "%s/%s", t->folder, file);
}

static int tear_down(void **state)
{
	static const char *const files[] = {"a", "b", "elsewhere"};
	struct test *t = *state;
	char path[64];

	journal_free(t->journal);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		path_of(t, files[i], path);
		unlink(path);
	}
	rmdir(t->folder);
	free(t);
	return 0;
}

static void put(const struct test *t, const char *file, const char *text)
{
	_cleanup_file_ FILE *f = NULL;
	char path[64];

	path_of(t, file, path);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
}

static void has(const struct test *t, const char *file, const char *text)
{
	_cleanup_file_ FILE *f = NULL;
	char path[64], now[64] = "";

	path_of(t, file, path);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(now, sizeof(now), f));
	assert_string_equal(now, text);
}

static struct undo change(const struct test *t, const char *file, const char *from, const char *to)
{
	struct undo u = {};
	struct stat st;

	assert_int_equal(stat(t->folder, &st), 0);
	u.inode = st.st_ino;
	snprintf(u.directory, sizeof(u.directory), "%s", t->folder);
	snprintf(u.file, sizeof(u.file), "%s", file);
	snprintf(u.before, sizeof(u.before), "%s", from);
	snprintf(u.ours, sizeof(u.ours), "%s", to);
	return u;
}

/* Writes the record, then acts. */
static unsigned int act(const struct test *t, const char *file, const char *from, const char *to)
{
	struct undo u = change(t, file, from, to);
	unsigned int number;

	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	put(t, file, to);
	return number;
}

static void newest_first(void **state)
{
	struct test *t = *state;
	unsigned int first;

	put(t, "a", "1");
	first = act(t, "a", "1", "2");
	act(t, "a", "2", "3");
	journal_remove(t->journal, first);
	/* It takes the place of the first one, and is the newest all the same. */
	assert_int_equal(act(t, "a", "3", "4"), first);
	act(t, "a", "4", "5");
	assert_int_equal(journal_undo(t->journal), 3);
	has(t, "a", "2");
	/* Once more changes nothing. */
	assert_int_equal(journal_undo(t->journal), 0);
	assert_int_equal(journal_count(t->journal), 3);
	has(t, "a", "2");
}

/* Of the directory that was meant, and no other; once more changes nothing. */
static void folders(void **state)
{
	struct test *t = *state;
	struct undo u = change(t, "made", "", "");
	char path[64];
	unsigned int number;

	u.kind = UNDO_FOLDER;
	path_of(t, "made", path);
	assert_int_equal(mkdir(path, 0755), 0);
	u.inode++;
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo_one(t->journal, number), 0);
	assert_int_equal(access(path, F_OK), 0);
	journal_remove(t->journal, number);
	u.inode--;
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo(t->journal), 1);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(journal_undo(t->journal), 0);
	journal_remove(t->journal, number);
	u.kind = NR_UNDO_KINDS;
	assert_int_equal(journal_add(t->journal, &u, &number), -EINVAL);
}

static void until_state(pid_t pid, bool stopped)
{
	for (int i = 0; i < 2000 && (process_state(pid) == 'T') != stopped; i++)
		usleep(1000);
	assert_int_equal(process_state(pid) == 'T', stopped);
}

/* The one that was meant, and not another with its number. */
static void processes(void **state)
{
	struct test *t = *state;
	struct undo u = {.kind = UNDO_STOP, .n_stopped = 1};
	unsigned int number;
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	assert_int_equal(kill(pid, SIGSTOP), 0);
	until_state(pid, true);
	u.stopped[0] = (struct stopped){process_started(pid) + 1, pid};
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo(t->journal), 0);
	usleep(10000);
	until_state(pid, true);
	journal_remove(t->journal, number);
	u.stopped[0].started--;
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo(t->journal), 1);
	until_state(pid, false);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(journal_undo(t->journal), 0);
	journal_remove(t->journal, number);
	u.n_stopped = STOPPED_MAX + 1;
	assert_int_equal(journal_add(t->journal, &u, &number), -EINVAL);
}

/* As a file of a cgroup ends its values with a line. */
static void only_what_is_still_ours(void **state)
{
	struct test *t = *state;

	put(t, "a", "max\n");
	put(t, "b", "0\n");
	act(t, "a", "max", "1000");
	act(t, "b", "0", "1");
	put(t, "a", "2000\n");
	put(t, "b", "1\n");
	assert_int_equal(journal_undo(t->journal), 1);
	has(t, "a", "2000\n");
	has(t, "b", "0\n");
}

/* The record is there before the act: whoever dies in between has changed nothing. */
static void before_the_act(void **state)
{
	struct test *t = *state;
	struct undo u = change(t, "a", "0", "1");
	unsigned int number;

	put(t, "a", "0");
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo(t->journal), 0);
	has(t, "a", "0");
}

static void of_another_directory(void **state)
{
	struct test *t = *state;
	struct undo u = change(t, "a", "0", "1");
	unsigned int number;

	u.inode++;
	put(t, "a", "1");
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo_one(t->journal, number), 0);
	has(t, "a", "1");
	snprintf(u.directory, sizeof(u.directory), "/tmp/jinx-journal-is-not-there");
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo_one(t->journal, number), 0);
}

static void through_no_link(void **state)
{
	struct test *t = *state;
	struct undo u = change(t, "a", "0", "1");
	char from[64], to[64];
	unsigned int number;

	put(t, "elsewhere", "1");
	path_of(t, "a", from);
	path_of(t, "elsewhere", to);
	assert_int_equal(symlink(to, from), 0);
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo_one(t->journal, number), -ELOOP);
	has(t, "elsewhere", "1");
}

static void that_does_not_fit(void **state)
{
	struct test *t = *state;
	struct undo u = change(t, "a", "0", "1");
	unsigned int number = 7;

	snprintf(u.file, sizeof(u.file), "../a");
	assert_int_equal(journal_add(t->journal, &u, &number), -EINVAL);
	snprintf(u.file, sizeof(u.file), "a");
	snprintf(u.directory, sizeof(u.directory), "tmp");
	assert_int_equal(journal_add(t->journal, &u, &number), -EINVAL);
	snprintf(u.directory, sizeof(u.directory), "/tmp");
	memset(u.ours, '1', sizeof(u.ours));
	assert_int_equal(journal_add(t->journal, &u, &number), -EINVAL);
	assert_int_equal(number, 7);
	assert_int_equal(journal_count(t->journal), 0);
}

static void full(void **state)
{
	struct test *t = *state;
	struct undo u = change(t, "a", "0", "1");
	unsigned int number;

	put(t, "a", "1");
	for (int i = 0; i < JOURNAL_RECORDS; i++)
		assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_add(t->journal, &u, &number), -ENOSPC);
	journal_remove(t->journal, 5);
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(number, 5);
	assert_int_equal(journal_undo(t->journal), 1);
	has(t, "a", "0");
}

/* The journal's pages, as the kernel tells where they are. */
static void find_pages(char **ret, size_t *ret_size)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/maps", "r");
	unsigned long from, to;
	char line[512];

	*ret = NULL;
	assert_non_null(f);
	while (!*ret && fgets(line, sizeof(line), f))
		if (strstr(line, "/memfd:jinx-journal") &&
			sscanf(line, "%lx-%lx", &from, &to) == 2) {
			*ret = (char *)from;
			*ret_size = to - from;
		}
	assert_non_null(*ret);
}

/* Wherever a record is damaged it is not executed, and the others are. */
static void damaged(void **state)
{
	struct test *t = *state;
	unsigned int number = act(t, "a", "0", "1");
	char *pages, *at, *path;
	size_t size;

	act(t, "b", "0", "1");
	find_pages(&pages, &size);
	path = memmem(pages, size, t->folder, strlen(t->folder));
	assert_non_null(path);
	for (at = path - 16; at < path + 4096 + 64 + 32; at += at < path + 40 ? 1 : 997) {
		*at ^= 0x40;
		assert_int_equal(journal_undo_one(t->journal, number), -EBADMSG);
		has(t, "a", "1");
		*at ^= 0x40;
	}
	path[1] ^= 1;
	assert_int_equal(journal_undo(t->journal), 1);
	has(t, "a", "1");
	has(t, "b", "0");
	path[1] ^= 1;
	assert_int_equal(journal_undo(t->journal), 1);
	has(t, "a", "0");
}

/* Others see what the writer writes, and can't write themselves. */
static void of_several_processes(void **state)
{
	struct test *t = *state;
	char *pages;
	size_t size;
	int status;
	pid_t pid;

	put(t, "a", "0");
	pid = fork();
	if (pid == 0) {
		act(t, "a", "0", "1");
		_exit(0);
	}
	assert_int_equal(journal_protect(t->journal), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	find_pages(&pages, &size);
	assert_int_equal(mprotect(pages, size, PROT_READ | PROT_WRITE), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(journal_count(t->journal), 1);
	assert_int_equal(journal_undo(t->journal), 1);
	has(t, "a", "0");
}

/* By a descriptor from before, although it can't be opened now. */
static void kept_open(void **state)
{
	struct test *t = *state;
	struct undo u = change(t, "a", "0", "1");
	unsigned int number;
	char path[64];

	put(t, "a", "1");
	path_of(t, "a", path);
	assert_int_equal(journal_keep(t->journal, u.inode, "a", open(path, O_RDWR | O_CLOEXEC)), 0);
	snprintf(u.directory, sizeof(u.directory), "/tmp/jinx-journal-is-not-there");
	assert_int_equal(journal_add(t->journal, &u, &number), 0);
	assert_int_equal(journal_undo(t->journal), 1);
	has(t, "a", "0");
}

static void vouched_for(void **state)
{
	struct test *t = *state;

	put(t, "a", "0");
	journal_renew(t->journal, 1000);
	assert_false(journal_is_due(t->journal, 2000)); /* there is nothing */
	act(t, "a", "0", "1");
	assert_false(journal_is_due(t->journal, 1000));
	assert_true(journal_is_due(t->journal, 1001));
	journal_renew(t->journal, 3000);
	assert_false(journal_is_due(t->journal, 2000));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(newest_first),
		TEST(folders),
		TEST(processes),
		TEST(only_what_is_still_ours),
		TEST(before_the_act),
		TEST(of_another_directory),
		TEST(through_no_link),
		TEST(that_does_not_fit),
		TEST(full),
		TEST(damaged),
		TEST(of_several_processes),
		TEST(kept_open),
		TEST(vouched_for),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
