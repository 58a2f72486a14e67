// SPDX-License-Identifier: GPL-2.0
#include "undo/vdso.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "undo/tracing.h"
#include "undo/vdso_code.h"

#define TRIES 8 /* until no thread is within what is written */
#define BETWEEN_NS 1000000
#define MOST_NS 50000000ull /* one that does not stop won't at once */
#define MOST_LOOKS 500	    /* for threads that were to stop, and had not */

const char *const unreached_texts[NR_UNREACHED] = {
	[UNREACHED_TRACED] = "it is being traced, or may not be",
	[UNREACHED_SECCOMP] = "it has filters of system calls (seccomp)",
	[UNREACHED_VDSO] = "it has another vDSO, or none: a 32-bit program",
	[UNREACHED_LATE] = "it came when clocks that never go backwards had begun",
	[UNREACHED_BUSY] = "a thread of it is not to be stopped, or comes back from a signal",
};

/* This process's own: all processes have the same bytes, wherever they are mapped. */
struct image {
	const char *base, *strings;
	const Elf64_Sym *symbols;
	uint32_t n; /* of symbols */
};

static void read_dynamic(struct image *v, const Elf64_Dyn *d)
{
	for (; d->d_tag; d++) {
		const void *p = v->base + d->d_un.d_ptr;

		if (d->d_tag == DT_SYMTAB)
			v->symbols = p;
		else if (d->d_tag == DT_STRTAB)
			v->strings = p;
		else if (d->d_tag == DT_HASH)
			v->n = ((const uint32_t *)p)[1];
		else if (d->d_tag == DT_GNU_HASH && !v->n)
			v->n = 0; /* counted below */
	}
}

/* Without DT_HASH the string table begins where the symbols end (it does, in all vDSOs). */
static uint32_t count_symbols(const struct image *v)
{
	return v->n ?: ((const char *)v->strings - (const char *)v->symbols) / sizeof(Elf64_Sym);
}

static bool open_image(struct image *v)
{
	const Elf64_Ehdr *e = (const void *)getauxval(AT_SYSINFO_EHDR);
	const Elf64_Phdr *p;

	if (!e)
		return false;
	*v = (struct image){.base = (const char *)e};
	p = (const void *)(v->base + e->e_phoff);
	for (int i = 0; i < e->e_phnum; i++)
		if (p[i].p_type == PT_DYNAMIC)
			read_dynamic(v, (const void *)(v->base + p[i].p_offset));
	if (!v->symbols || !v->strings)
		return false;
	v->n = count_symbols(v);
	return true;
}

static void prepare(struct spot *p, const struct image *v, uint64_t at)
{
	memcpy(p->before, v->base + at, p->n_words * 8);
	memcpy(p->after, p->code, sizeof(p->after));
	p->at = at;
}

static void prepare_function(const struct image *v, const Elf64_Sym *s)
{
	for (size_t k = 0; k < n_spots; k++)
		if (spots[k].name && !strcmp(v->strings + s->st_name, spots[k].name) &&
			!(s->st_value % 8) && s->st_size >= 8)
			prepare(&spots[k], v, s->st_value);
}

/* At the end of the last page, where nothing is. */
static void prepare_rest(struct spot *p, const struct image *v, uint64_t end)
{
	static const char nothing[CODE_WORDS * 8];
	uint64_t at = end - sizeof(nothing);

	if (!memcmp(v->base + at, nothing, sizeof(nothing)))
		prepare(p, v, at);
}

static struct mapping {
	uint64_t from, to;
	pid_t pid, tid; /* a thread by which it is read: the first one may have ended */
} find_vdso(pid_t pid);

static bool find_spots(void)
{
	static bool found;
	struct mapping m;
	struct image v;

	if (found || !open_image(&v))
		return found;
	m = find_vdso(getpid());
	if (!m.from)
		return false;
	for (uint32_t i = 0; i < v.n; i++)
		prepare_function(&v, &v.symbols[i]);
	prepare_rest(&spots[0], &v, m.to - m.from);
	for (size_t k = 1; k < n_spots; k++)
		vdso_code_lead(&spots[k], &spots[0]);
	found = true;
	for (size_t k = 0; k < n_spots; k++)
		found &= spots[k].at > 0;
	return found;
}

int vdso_probe(struct error *why)
{
	if (find_spots())
		return 0;
	return error_set(why, -EOPNOTSUPP,
		"this kernel's vDSO has no functions that can be changed, or none of them has "
		"room");
}

/* False: it has no memory, as it has ended. */
static bool find_vdso_of(pid_t pid, pid_t tid, struct mapping *ret)
{
	char path[64], line[4400], name[8];
	_cleanup_file_ FILE *maps = NULL;
	unsigned long long from, to;
	bool any = false;

	*ret = (struct mapping){};
	snprintf(path, sizeof(path), "/proc/%d/task/%d/maps", pid, tid);
	maps = fopen(path, "re");
	while (maps && !ret->from && fgets(line, sizeof(line), maps)) {
		any = true;
		/* Not a file that is named like it */
		if (sscanf(line, "%llx-%llx %*s %*s %*s %*s %7[^\n]", &from, &to, name) == 3 &&
			!strcmp(name, "[vdso]"))
			*ret = (struct mapping){from, to, pid, tid};
	}
	return any;
}

/* Calls it for each thread until it is true. */
static bool any_thread(
	pid_t pid, bool (*f)(pid_t pid, pid_t tid, struct mapping *ret), struct mapping *ret)
{
	char path[64];
	_cleanup_dir_ DIR *dir = NULL;
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	for (struct dirent *e; !found && dir && (e = readdir(dir));)
		found = atoi(e->d_name) > 0 && f(pid, atoi(e->d_name), ret);
	return found;
}

/* Where it is mapped; nowhere: zeros. False: the process has ended, or is about to. */
static bool look_for_vdso(pid_t pid, struct mapping *ret)
{
	*ret = (struct mapping){};
	return any_thread(pid, find_vdso_of, ret);
}

static struct mapping find_vdso(pid_t pid)
{
	struct mapping m;

	(void)look_for_vdso(pid, &m);
	return m;
}

/* By another thread, if this one has ended meanwhile. */
static bool read_words(const struct mapping *m, uint64_t at, uint64_t *words, unsigned int n)
{
	struct iovec here = {words, n * 8}, there = {(void *)(m->from + at), n * 8};
	struct mapping now = *m;

	for (int i = 0; i < TRIES && now.from; i++) {
		if (process_vm_readv(now.tid, &here, 1, &there, 1, 0) == (ssize_t)here.iov_len)
			return true;
		if (errno != ESRCH)
			return false;
		now = find_vdso(m->pid);
	}
	return false;
}

enum state { AS_MADE, OURS, OTHER };

/* They are written one after the other, and whoever does may be killed in between. */
static enum state state_of(const struct mapping *m, const struct spot *f)
{
	uint64_t words[CODE_WORDS];
	bool before = true, either = true;

	if (!read_words(m, f->at, words, f->n_words))
		return OTHER;
	for (unsigned int i = 0; i < f->n_words; i++) {
		before &= words[i] == f->before[i];
		either &= words[i] == f->before[i] || words[i] == f->after[i];
	}
	return before ? AS_MADE : either ? OURS : OTHER;
}

static bool is_all(const struct mapping *m, enum state wanted)
{
	for (size_t i = 0; i < n_spots; i++)
		if (state_of(m, &spots[i]) != wanted)
			return false;
	return true;
}

static bool has_other(const struct mapping *m)
{
	for (size_t i = 0; i < n_spots; i++)
		if (state_of(m, &spots[i]) == OTHER)
			return true;
	return false;
}

static int write_spot(
	const struct tracing *t, uint64_t vdso, const struct spot *p, const uint64_t *words)
{
	int err = 0;

	for (unsigned int i = 0; i < p->n_words && !err; i++)
		err = tracing_write(t, vdso + p->at + i * 8, words[i]);
	return err;
}

/* No thread may be about to return into the middle of a word that becomes a jump. */
static int patch(struct tracing *t, uint64_t vdso)
{
	struct stretch all[MAX_SPOTS];
	int err;

	for (size_t i = 1; i < n_spots; i++)
		all[i - 1] = (struct stretch){vdso + spots[i].at, vdso + spots[i].at + 8};
	err = tracing_outside(t, all, n_spots - 1);
	for (size_t i = 0; i < n_spots && !err; i++)
		err = write_spot(t, vdso, &spots[i], spots[i].after);
	return err;
}

/* A jump has no middle. */
static int restore(struct tracing *t, uint64_t vdso)
{
	struct stretch code = {vdso + spots[0].at - 1, vdso + spots[0].at + CODE_WORDS * 8};
	int err = 0;

	for (size_t i = 1; i < n_spots && !err; i++)
		err = write_spot(t, vdso, &spots[i], spots[i].before);
	err = err ?: tracing_change(t, vdso_code_leave, vdso);
	err = err ?: tracing_outside(t, &code, 1);
	return err ?: write_spot(t, vdso, &spots[0], spots[0].before);
}

static int change_once(pid_t pid, uint64_t vdso, int (*f)(struct tracing *t, uint64_t vdso))
{
	struct tracing t;
	int err = tracing_begin(&t, pid) ?: f(&t, vdso);

	tracing_end(&t);
	return err;
}

static int change(pid_t pid, uint64_t vdso, int (*f)(struct tracing *t, uint64_t vdso))
{
	struct timespec between = {.tv_nsec = BETWEEN_NS};
	uint64_t until = monotonic_ns() + MOST_NS;
	int err = -EBUSY;

	for (int i = 0; i < TRIES && err == -EBUSY && monotonic_ns() < until; i++) {
		if (i)
			nanosleep(&between, NULL);
		(void)tracing_tidy();
		err = change_once(pid, vdso, f);
	}
	/* One that gets no CPU time stops late, and would stand still. */
	for (int i = 0; i < MOST_LOOKS && tracing_tidy(); i++)
		nanosleep(&between, NULL);
	return err;
}

/* A number after the name of a line of a thread's status; -1: there is none. */
static long status_of(pid_t pid, pid_t tid, const char *name)
{
	char path[64], line[256];
	_cleanup_file_ FILE *f = NULL;
	size_t n = strlen(name);
	long value;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, n) && sscanf(line + n, ": %ld", &value) == 1)
			return value;
	return -1;
}

/* Each thread has its own. */
static bool has_filters(pid_t pid, pid_t tid, struct mapping *nothing)
{
	(void)nothing;
	return status_of(pid, tid, "Seccomp") > 0;
}

/*
 * With its parent, as after vfork(): the other's threads would have to stand still as well. It
 * executes a program soon, or ends.
 */
static bool shares_memory(pid_t pid)
{
	pid_t parent = status_of(pid, pid, "PPid");

	return parent > 0 && !syscall(SYS_kcmp, pid, parent, KCMP_VM, 0, 0);
}

static int unreached(enum unreached why, enum unreached *ret)
{
	*ret = why;
	return 1;
}

/* It has ended meanwhile, or executes a program; or so it is. */
static int without_vdso(const struct mapping *before, pid_t pid, enum unreached *ret)
{
	struct mapping now;

	if (!look_for_vdso(pid, &now))
		return -ESRCH;
	return unreached(now.from == before->from ? UNREACHED_VDSO : UNREACHED_BUSY, ret);
}

int vdso_patch(pid_t pid, enum unreached *ret)
{
	struct mapping m;
	long tracer;
	int err;

	if (!find_spots())
		return unreached(UNREACHED_VDSO, ret);
	if (!process_state(pid) || process_state(pid) == 'Z')
		return -ESRCH;
	tracer = status_of(pid, pid, "TracerPid");
	if (tracer > 0 && tracer != getpid())
		return unreached(UNREACHED_TRACED, ret);
	if (any_thread(pid, has_filters, NULL))
		return unreached(UNREACHED_SECCOMP, ret);
	m = find_vdso(pid);
	if (m.from && is_all(&m, OURS))
		return 0;
	if (shares_memory(pid))
		return unreached(UNREACHED_BUSY, ret);
	if (!m.from || has_other(&m))
		return without_vdso(&m, pid, ret);
	err = change(pid, m.from, patch);
	if (!err || err == -ESRCH)
		return err;
	return unreached(err == -EPERM ? UNREACHED_TRACED : UNREACHED_BUSY, ret);
}

int vdso_is_patched(pid_t pid)
{
	struct mapping m;

	if (!find_spots())
		return 0;
	if (!look_for_vdso(pid, &m))
		return -ESRCH;
	return m.from && is_all(&m, OURS);
}

int vdso_restore(pid_t pid)
{
	struct mapping m = find_spots() ? find_vdso(pid) : (struct mapping){};
	int err;

	if (!m.from || is_all(&m, AS_MADE) || has_other(&m))
		return 0;
	if (shares_memory(pid))
		return 0; /* it is the other's turn */
	err = change(pid, m.from, restore);
	return err == -ESRCH ? 0 : err ?: 1;
}
