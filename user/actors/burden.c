// SPDX-License-Identifier: GPL-2.0
#include "actors/burden.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"

#define NS 1000000000ull
/* So much at a time; then it looks at the host and at the clock. */
#define STEP (4ull << 20)
#define DISK_STEP (64ull << 20)
/* How often it looks when it has what it wants. */
#define LOOK_NS 50000000ull
/* A core is busy for its share of such a time. */
#define PERIOD_NS 10000000ull
/* What it could not get it makes up for, if it is no more than this. */
#define MOST_OWED_NS 1000000000ll

static uint64_t read_memory(const char *key)
{
	_cleanup_fd_ int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	char text[1024] = "";
	const char *found;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0 || !(found = strstr(text, key)))
		return 0;
	return strtoull(found + strlen(key), NULL, 10) << 10;
}

uint64_t host_memory(void)
{
	return read_memory("MemTotal:");
}

uint64_t host_memory_available(void)
{
	return read_memory("MemAvailable:");
}

uint64_t burden_due(const struct burden *b, uint64_t whole, uint64_t elapsed_ns)
{
	if (elapsed_ns >= b->ramp_ns)
		return whole;
	return (double)whole * elapsed_ns / b->ramp_ns;
}

/* What has begun it may be gone, or say no more that it lives. */
static void end_if_due(const struct burden *b, uint64_t now)
{
	if (now >= __atomic_load_n(&b->word->until_ns, __ATOMIC_RELAXED) ||
		now > b->deadline(b->context))
		_exit(0);
}

static void rest(uint64_t ns)
{
	struct timespec t = {ns / NS, ns % NS};

	(void)nanosleep(&t, NULL);
}

/* Each page differs from all others: nobody can merge them, or keep them as nothing. */
static void fill(char *base, uint64_t from, uint64_t to, uint64_t page)
{
	for (uint64_t at = from; at < to; at += page) {
		uint64_t *word = (uint64_t *)(base + at);

		for (size_t i = 0; i < page / sizeof(*word); i += 8)
			word[i] = (at + i + 1) * 0x9e3779b97f4a7c15ull;
	}
}

/* Bytes of it that are in memory, and not elsewhere. */
static uint64_t resident(uint64_t page)
{
	_cleanup_fd_ int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[128] = "", *end;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		return 0;
	(void)strtoull(text, &end, 10);
	return strtoull(end, NULL, 10) * page;
}

static void touch(const char *base, uint64_t held, uint64_t page)
{
	for (uint64_t at = 0; at < held; at += page)
		(void)*(volatile const char *)(base + at);
}

/*
 * More or less by one step: towards what is due, but the host keeps what it is to have. Returns
 * how much it holds then.
 */
static uint64_t step(const struct burden *b, char *base, uint64_t held, uint64_t due, uint64_t page)
{
	uint64_t available = host_memory_available(), most = STEP / b->sharers, less;

	if (available <= b->leave) {
		if (!held)
			return 0;
		less = (b->leave - available) / b->sharers;
		less = less < held ? (less + page - 1) / page * page : held;
		(void)madvise(base + held - less, less, MADV_DONTNEED);
		b->word->backed_off++;
		return held - less;
	}
	if (due <= held)
		return held;
	if ((available - b->leave) / 2 / b->sharers < most)
		most = (available - b->leave) / 2 / b->sharers;
	most = (due - held < most ? due - held : most) / page * page;
	fill(base, held, held + most, page);
	return held + most;
}

static _Noreturn void hold_memory(const struct burden *b)
{
	uint64_t page = sysconf(_SC_PAGESIZE), began = monotonic_ns(), held = 0;
	uint64_t size = (b->bytes + page - 1) / page * page, own = resident(page);
	char *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		_exit(1);
	/* Page by page, so that it has what it should, and can give back any part. */
	(void)madvise(base, size, MADV_NOHUGEPAGE);
	for (;;) {
		uint64_t now = monotonic_ns(), was = held, due;

		end_if_due(b, now);
		due = burden_due(b, size, now - began);
		held = step(b, base, held, due, page);
		__atomic_store_n(&b->word->held, held, __ATOMIC_RELAXED);
		if (held > was && held + page <= due)
			continue;
		if (resident(page) < own + held / 100 * 99)
			touch(base, held, page);
		rest(LOOK_NS);
	}
}

static uint64_t used_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

/* Until it has used so much CPU time, or the period is over. */
static void burn(uint64_t until_used_ns, uint64_t until_ns)
{
	while (used_ns() < until_used_ns && monotonic_ns() < until_ns)
		for (volatile int i = 0; i < 1000; i++)
			;
}

static _Noreturn void keep_busy(const struct burden *b)
{
	uint64_t began = monotonic_ns(), last = began, used = used_ns();
	double owed = 0, due; /* of CPU time: up to now, and up to the end of the period */

	for (;;) {
		uint64_t now = monotonic_ns(), share, end = now + PERIOD_NS, left;

		end_if_due(b, now);
		share = burden_due(b, b->load_ppm, now - began);
		owed += (double)(now - last) * share / 1000000 - (double)(used_ns() - used);
		used = used_ns();
		last = now;
		if (owed > MOST_OWED_NS)
			owed = MOST_OWED_NS;
		/* What this period asks for is paid in it. */
		due = owed + (double)PERIOD_NS * share / 1000000;
		if (due > 0)
			burn(used + (uint64_t)due, end);
		left = monotonic_ns();
		if (left < end)
			rest(end - left);
	}
}

/* What others than root may still write there. */
static uint64_t free_on_disk(int file)
{
	struct statvfs st;

	return fstatvfs(file, &st) ? 0 : (uint64_t)st.f_bavail * st.f_frsize;
}

/* Its space is the host's memory. */
static bool is_in_memory(int file)
{
	struct statfs st;

	return !fstatfs(file, &st) && st.f_type == TMPFS_MAGIC;
}

/* How much the file may grow now, towards what is due. */
static uint64_t room(const struct burden *b, uint64_t held, uint64_t due)
{
	uint64_t now_free = free_on_disk(b->file), most = DISK_STEP;

	if (due <= held || now_free <= b->leave)
		return 0;
	if (is_in_memory(b->file) && host_memory_available() < host_memory() / 10 + DISK_STEP)
		return 0;
	if (now_free - b->leave < most)
		most = now_free - b->leave;
	return due - held < most ? due - held : most;
}

/*
 * What is due is set when it begins: what others write or delete afterwards is theirs. The file has
 * no name, so the kernel removes it when this process ends, however that happens.
 */
static _Noreturn void hold_space(const struct burden *b)
{
	uint64_t began = monotonic_ns(), held = 0, had = free_on_disk(b->file);
	uint64_t whole = had > b->leave ? had - b->leave : 0;

	for (;;) {
		uint64_t now = monotonic_ns(), more;

		end_if_due(b, now);
		more = room(b, held, burden_due(b, whole, now - began));
		if (more && !fallocate(b->file, 0, held, more)) {
			held += more;
			__atomic_store_n(&b->word->held, held, __ATOMIC_RELAXED);
			if (now - began >= b->ramp_ns)
				continue;
		}
		rest(LOOK_NS);
	}
}

void burden_carry(const struct burden *b)
{
	if (b->bytes)
		hold_memory(b);
	if (b->file >= 0)
		hold_space(b);
	keep_busy(b);
}
