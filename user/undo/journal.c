// SPDX-License-Identifier: GPL-2.0
#include "undo/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/brief.h"
#include "base/cleanup.h"
#include "undo/folder.h"
#include "undo/vdso.h"

/* Files that a process keeps open: one a target, or a rule. */
#define MAX_KEPT 64

enum { RECORD_FREE, RECORD_WRITTEN };

struct record {
	uint32_t state;	 /* written last, so that a record is there whole or not at all */
	uint64_t number; /* the higher, the newer */
	uint64_t sum;	 /* of what follows and of the number */
	struct undo undo;
};

struct pages {
	uint64_t last_number, until_ns;
	struct record records[JOURNAL_RECORDS];
};

struct journal {
	struct pages *pages;
	int reading; /* a descriptor by which they can be read, until journal_protect(); else -1 */
	unsigned int n_kept;
	struct kept {
		uint64_t inode;
		char file[JOURNAL_NAME_MAX];
		int fd;
	} kept[MAX_KEPT];
};

/* By a descriptor that can't write nothing can be mapped that can (mm/mmap.c: do_mmap). */
static int open_for_reading(int memory)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int map(struct journal *j)
{
	_cleanup_fd_ int memory = memfd_create("jinx-journal", MFD_CLOEXEC);

	if (memory < 0 || ftruncate(memory, sizeof(*j->pages)))
		return -errno;
	j->pages = mmap(NULL, sizeof(*j->pages), PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	if (j->pages == MAP_FAILED)
		return -errno;
	j->reading = open_for_reading(memory);
	return j->reading < 0 ? j->reading : 0;
}

struct journal *journal_new(void)
{
	struct journal *j = calloc(1, sizeof(*j));
	int err;

	if (!j)
		return NULL;
	j->pages = MAP_FAILED;
	j->reading = -1;
	err = map(j);
	if (!err)
		return j;
	journal_free(j);
	errno = -err;
	return NULL;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	while (j->n_kept)
		close(j->kept[--j->n_kept].fd);
	if (j->pages != MAP_FAILED)
		munmap(j->pages, sizeof(*j->pages));
	if (j->reading >= 0)
		close(j->reading);
	free(j);
}

int journal_protect(struct journal *j)
{
	struct pages *pages;

	if (j->reading < 0)
		return 0;
	pages = mmap(NULL, sizeof(*pages), PROT_READ, MAP_SHARED, j->reading, 0);
	if (pages == MAP_FAILED)
		return -errno;
	munmap(j->pages, sizeof(*j->pages));
	j->pages = pages;
	close(j->reading);
	j->reading = -1;
	return 0;
}

/* FNV-1a */
static uint64_t mix(uint64_t sum, const void *bytes, size_t n)
{
	for (const unsigned char *p = bytes; n; n--)
		sum = (sum ^ *p++) * 0x100000001b3ull;
	return sum;
}

static uint64_t sum_of(const struct record *r)
{
	uint64_t sum = mix(0xcbf29ce484222325ull, &r->number, sizeof(r->number));

	return mix(sum, &r->undo, sizeof(r->undo));
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

static bool is_sound(const struct undo *u)
{
	if (u->kind == UNDO_STOP)
		return u->n_stopped <= STOPPED_MAX;
	return u->kind < NR_UNDO_KINDS && ends(u->directory, sizeof(u->directory)) &&
	       ends(u->file, sizeof(u->file)) && ends(u->line, sizeof(u->line)) &&
	       ends(u->before, sizeof(u->before)) && ends(u->ours, sizeof(u->ours)) &&
	       u->directory[0] == '/' && u->file[0] && !strchr(u->file, '/');
}

int journal_add(struct journal *j, const struct undo *u, unsigned int *ret)
{
	struct record *r = j->pages->records;

	if (!is_sound(u))
		return -EINVAL;
	while (r < j->pages->records + JOURNAL_RECORDS && r->state != RECORD_FREE)
		r++;
	if (r == j->pages->records + JOURNAL_RECORDS)
		return -ENOSPC;
	r->undo = *u;
	r->number = ++j->pages->last_number;
	r->sum = sum_of(r);
	__atomic_store_n(&r->state, RECORD_WRITTEN, __ATOMIC_SEQ_CST);
	*ret = r - j->pages->records;
	return 0;
}

void journal_remove(struct journal *j, unsigned int number)
{
	__atomic_store_n(&j->pages->records[number].state, RECORD_FREE, __ATOMIC_SEQ_CST);
}

static bool is_written(const struct journal *j, unsigned int i)
{
	return __atomic_load_n(&j->pages->records[i].state, __ATOMIC_SEQ_CST) == RECORD_WRITTEN;
}

bool journal_has(const struct journal *j, uint64_t inode, const char *file, const char *line)
{
	for (unsigned int i = 0; i < JOURNAL_RECORDS; i++) {
		const struct undo *u = &j->pages->records[i].undo;

		if (is_written(j, i) && u->inode == inode && !strcmp(u->file, file) &&
			(!line || !strcmp(u->line, line)))
			return true;
	}
	return false;
}

unsigned int journal_count(const struct journal *j)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < JOURNAL_RECORDS; i++)
		n += is_written(j, i);
	return n;
}

/* It has the path now and is the one that was meant. */
static int open_directory(const struct undo *u)
{
	_cleanup_fd_ int dir = open(u->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (dir < 0 || fstat(dir, &st))
		return -errno;
	return st.st_ino == u->inode ? take_fd(&dir) : -ENOENT;
}

static int open_file(const struct undo *u)
{
	_cleanup_fd_ int dir = open_directory(u);
	int fd;

	if (dir < 0)
		return dir;
	fd = openat(dir, u->file, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* One that was kept is the caller's as well. */
static int find_file(const struct journal *j, const struct undo *u)
{
	for (unsigned int i = 0; i < j->n_kept; i++)
		if (j->kept[i].inode == u->inode && !strcmp(j->kept[i].file, u->file)) {
			int fd = fcntl(j->kept[i].fd, F_DUPFD_CLOEXEC, 0);

			return fd < 0 ? -errno : fd;
		}
	return open_file(u);
}

/* Nothing to be put back into. */
static bool is_gone(int err)
{
	return err == -ENOENT || err == -ENODEV || err == -ENOTDIR;
}

int journal_read_value(int fd, const char *line, char ret[JOURNAL_VALUE_MAX])
{
	char all[4096], *next = all, *one;
	ssize_t n = pread(fd, all, sizeof(all) - 1, 0);
	size_t length = strlen(line);

	if (n < 0)
		return -errno;
	all[n] = '\0';
	ret[0] = '\0';
	while ((one = strsep(&next, "\n")))
		if (!length || (!strncmp(one, line, length) && one[length] == ' ')) {
			snprintf(ret, JOURNAL_VALUE_MAX, "%.*s", JOURNAL_VALUE_MAX - 1, one);
			break;
		}
	return 0;
}

/* 1: put back. */
static int put_back(const struct journal *j, const struct undo *u)
{
	_cleanup_fd_ int fd = find_file(j, u);
	char now[JOURNAL_VALUE_MAX] = "";
	int err;

	if (fd < 0)
		return is_gone(fd) ? 0 : fd;
	err = journal_read_value(fd, u->line, now);
	if (err)
		return is_gone(err) ? 0 : err;
	if (strcmp(now, u->ours))
		return 0;
	err = write_briefly(fd, u->before);
	if (err)
		return is_gone(err) ? 0 : err;
	return 1;
}

/* 1: removed. */
static int remove_folder(const struct undo *u)
{
	_cleanup_fd_ int dir = open_directory(u);

	if (dir < 0)
		return is_gone(dir) ? 0 : dir;
	return folder_remove(dir, u->file);
}

/* 1: one was put back. */
static int restore_clocks(const struct undo *u)
{
	_cleanup_fd_ int dir = open_directory(u);

	if (dir < 0)
		return is_gone(dir) ? 0 : dir;
	return vdso_restore_all(u->directory);
}

/* A copy, as the writer may go on meanwhile. 1: put back. */
static int execute(const struct journal *j, unsigned int i)
{
	struct record r;

	if (!is_written(j, i))
		return 0;
	memcpy(&r, &j->pages->records[i], sizeof(r));
	if (!is_written(j, i))
		return 0;
	if (r.sum != sum_of(&r) || !is_sound(&r.undo))
		return -EBADMSG;
	if (r.undo.kind == UNDO_STOP)
		return stopped_continue(r.undo.stopped, r.undo.n_stopped);
	if (r.undo.kind == UNDO_CLOCKS)
		return restore_clocks(&r.undo);
	return r.undo.kind == UNDO_FOLDER ? remove_folder(&r.undo) : put_back(j, &r.undo);
}

int journal_undo_one(const struct journal *j, unsigned int number)
{
	int ret = execute(j, number);

	return ret < 0 ? ret : 0;
}

/* The newest one that is not in `done`, a bit each; JOURNAL_RECORDS: none. */
static unsigned int newest_but(const struct journal *j, uint64_t done)
{
	unsigned int found = JOURNAL_RECORDS;

	for (unsigned int i = 0; i < JOURNAL_RECORDS; i++)
		if (is_written(j, i) && !(done >> i & 1) &&
			(found == JOURNAL_RECORDS ||
				j->pages->records[i].number > j->pages->records[found].number))
			found = i;
	return found;
}

unsigned int journal_undo(const struct journal *j)
{
	_Static_assert(JOURNAL_RECORDS <= 64, "a bit each");
	unsigned int n = 0, i;
	uint64_t done = 0;

	while ((i = newest_but(j, done)) < JOURNAL_RECORDS) {
		done |= 1ull << i;
		n += execute(j, i) == 1;
	}
	return n;
}

int journal_keep(struct journal *j, uint64_t inode, const char *file, int fd)
{
	struct kept *k = &j->kept[j->n_kept];

	if (j->n_kept == MAX_KEPT || strlen(file) >= sizeof(k->file)) {
		close(fd);
		return -ENOSPC;
	}
	*k = (struct kept){.inode = inode, .fd = fd};
	snprintf(k->file, sizeof(k->file), "%s", file);
	j->n_kept++;
	return 0;
}

void journal_renew(struct journal *j, uint64_t until_ns)
{
	__atomic_store_n(&j->pages->until_ns, until_ns, __ATOMIC_SEQ_CST);
}

bool journal_is_due(const struct journal *j, uint64_t now_ns)
{
	return journal_count(j) && now_ns > __atomic_load_n(&j->pages->until_ns, __ATOMIC_SEQ_CST);
}
