// SPDX-License-Identifier: GPL-2.0
#include "kernel/wrappers.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "kernel/arch.h"
#include "kernel/mapping.h"
#include "kernel/uprobe.h"
#include "target/processes.h"
#include "target/symbols.h"

enum library { GLIBC = 1 << 0, MUSL = 1 << 1 };

static const struct wrapper {
	enum point point;
	const char *function;
	enum wrapper_layout layout;
	unsigned int libraries; /* enum library bits */
} wrappers[] = {
#define WRAPPER(point, function, layout, libraries) \
	{POINT_##point, function, WRAPS_##layout, libraries},
#include "kernel/wrappers.def"
};

/* Those that are told the call's number. Go's has had two names. */
static const struct {
	const char *function;
	enum wrapper_layout layout;
} by_number[] = {
	{"syscall", WRAPS_NUMBER},
	{"internal/runtime/syscall.Syscall6", WRAPS_GO},
	{"runtime/internal/syscall.Syscall6", WRAPS_GO},
};

#define MAX_PLACES 1024 /* in one file */

/*
 * A file that processes execute: by the names that the mappings have for it, and as the kernel
 * numbers it, which below overlays is the same for all that share it. Of one that has nothing to
 * offer, or has it under another name already, all of `links` are -1.
 */
struct file {
	uint64_t device, inode;
	struct file_id id;
	int links[WRAPPER_PROGRAMS];
};

struct wrappers {
	const struct plan *plan;
	struct wrapper_fds fds;
	enum mechanism mechanisms[WRAPPER_PROGRAMS]; /* whose the programs are */
	unsigned int n_programs, n, room;
	struct file *files;
};

/* What is found in a file. */
struct look {
	const struct plan *plan;
	enum mechanism mechanism; /* at whose points */
	int fd;
	unsigned int libraries; /* what it is: enum library bits */
	bool go;
	unsigned int n;
	uint64_t offsets[MAX_PLACES], cookies[MAX_PLACES];
};

const char *wrappers_lack(enum point p)
{
	static const char *const lacks[NR_POINTS] = {
#define NO_WRAPPER(point, why) [POINT_##point] = why,
#include "kernel/wrappers.def"
	};

	return lacks[p];
}

static bool is_wanted_point(const struct look *l, enum point p, unsigned int *ret_number)
{
	for (unsigned int i = 0; i < l->plan->n_bindings; i++) {
		const struct binding *b = &l->plan->bindings[i];

		if (b->point == p && b->mechanism == l->mechanism) {
			*ret_number = b->number;
			return true;
		}
	}
	return false;
}

static bool has_row(enum point p)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrappers); i++)
		if (wrappers[i].point == p)
			return true;
	return wrappers_lack(p);
}

/* The cookie for a function of this name, if it makes a call that the mechanism is to have. */
static bool cookie_of(const struct look *l, const char *function, uint64_t *ret)
{
	const struct plan *plan = l->plan;
	unsigned int number;

	for (size_t i = 0; i < ARRAY_SIZE(by_number); i++)
		if (!strcmp(function, by_number[i].function)) {
			*ret = WRAPPER_COOKIE(by_number[i].layout, NO_POINT);
			return true;
		}
	for (size_t i = 0; i < ARRAY_SIZE(wrappers); i++)
		if (wrappers[i].libraries & l->libraries &&
			!strcmp(function, wrappers[i].function) &&
			is_wanted_point(l, wrappers[i].point, &number)) {
			*ret = WRAPPER_COOKIE(wrappers[i].layout, number);
			return true;
		}
	for (unsigned int i = 0; i < plan->n_points; i++)
		if (!strcmp(function, points[plan->points[i]].name) && !has_row(plan->points[i]) &&
			is_wanted_point(l, plan->points[i], &number)) {
			*ret = WRAPPER_COOKIE(WRAPS_SAME, number);
			return true;
		}
	return false;
}

/* What tells a C library from others that have a function "read", and one from the other. */
static bool tells_library(const char *name, void *context)
{
	struct look *l = context;

	if (!strcmp(name, "__libc_fatal") || !strcmp(name, "gnu_get_libc_version"))
		l->libraries |= GLIBC;
	else if (!strcmp(name, "__libc_start_main"))
		l->libraries |= MUSL;
	for (size_t i = 0; i < ARRAY_SIZE(by_number); i++)
		l->go |= by_number[i].layout == WRAPS_GO && !strcmp(name, by_number[i].function);
	return false;
}

static bool is_wrapper(const char *name, void *context)
{
	uint64_t cookie;

	return cookie_of(context, name, &cookie);
}

/*
 * Where in a function the breakpoint costs those least who map the file: the kernel carries jumps
 * out itself, where another instruction is stepped over, for which the processor traps once more
 * (arch/x86/kernel/uprobes.c: branch_setup_xol_ops).
 */
static uint64_t cheap_place(int fd, uint64_t low)
{
	unsigned char code[CODE_BYTES];

	return pread(fd, code, sizeof(code), low) == sizeof(code) ? low + bytes_to_jump(code) : low;
}

/* Many functions have several names. */
static bool take_place(const char *name, uint64_t low, uint64_t high, void *context)
{
	struct look *l = context;

	(void)high;
	low = cheap_place(l->fd, low);
	for (unsigned int i = 0; i < l->n; i++)
		if (l->offsets[i] == low)
			return false;
	l->offsets[l->n] = low;
	cookie_of(l, name, &l->cookies[l->n]);
	return ++l->n == MAX_PLACES;
}

static bool take_nothing(const char *name, uint64_t low, uint64_t high, void *context)
{
	(void)name;
	(void)low;
	(void)high;
	(void)context;
	return false;
}

/* Rules leave 32-bit processes alone. */
static bool is_native(int fd)
{
	unsigned char head[EI_NIDENT] = {};

	return pread(fd, head, sizeof(head), 0) == sizeof(head) && head[EI_CLASS] == ELFCLASS64;
}

/* Whether it has functions that make calls. */
static bool makes_calls(struct look *l)
{
	if (!is_native(l->fd) || symbols_each(l->fd, tells_library, take_nothing, l))
		return false;
	/* Every C library has what tells musl. */
	if (l->libraries & GLIBC)
		l->libraries = GLIBC;
	return l->libraries || l->go;
}

static void find_places(struct look *l, enum mechanism mechanism)
{
	l->mechanism = mechanism;
	l->n = 0;
	symbols_each(l->fd, is_wrapper, take_place, l);
}

static struct file *add_file(struct wrappers *w, uint64_t device, uint64_t inode)
{
	if (w->n == w->room) {
		unsigned int room = w->room ? 2 * w->room : 64;
		struct file *files = realloc(w->files, room * sizeof(*files));

		if (!files)
			return NULL;
		w->files = files;
		w->room = room;
	}
	w->files[w->n] = (struct file){.device = device, .inode = inode};
	for (unsigned int i = 0; i < WRAPPER_PROGRAMS; i++)
		w->files[w->n].links[i] = -1;
	return &w->files[w->n++];
}

static bool is_known(const struct wrappers *w, uint64_t device, uint64_t inode)
{
	for (unsigned int i = 0; i < w->n; i++)
		if (w->files[i].device == device && w->files[i].inode == inode)
			return true;
	return false;
}

static bool has_link(const struct file *file)
{
	for (unsigned int i = 0; i < WRAPPER_PROGRAMS; i++)
		if (file->links[i] >= 0)
			return true;
	return false;
}

static bool is_attached(const struct wrappers *w, const struct file_id *id)
{
	for (unsigned int i = 0; i < w->n; i++)
		if (has_link(&w->files[i]) && !memcmp(&w->files[i].id, id, sizeof(*id)))
			return true;
	return false;
}

struct visit {
	struct wrappers *w;
	int new, err;
};

/* Two breakpoints of one program at one place would be two delays. */
static int attach(const struct wrappers *w, int fd, const char *path, struct file *file)
{
	_cleanup_free_ struct look *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->plan = w->plan;
	l->fd = fd;
	if (!makes_calls(l) || mapping_resolve(w->fds.resolver, fd, &file->id) ||
		is_attached(w, &file->id))
		return 0;
	for (unsigned int i = 0; i < w->n_programs; i++) {
		find_places(l, w->mechanisms[i]);
		if (!l->n)
			continue;
		file->links[i] =
			uprobe_attach(w->fds.programs[i], path, l->offsets, l->cookies, l->n);
		log_debug("%s: %u functions by %s: %d", path, l->n,
			mechanisms[w->mechanisms[i]].name, file->links[i]);
		if (file->links[i] < 0)
			return file->links[i];
	}
	return has_link(file);
}

/* A file that is mapped for execution; `mapping` leads to it, in whichever mount namespace. */
static void visit_file(struct visit *v, const char *mapping, struct file *file)
{
	_cleanup_fd_ int found = open(mapping, O_PATH | O_CLOEXEC), fd = -1;
	char path[48];
	struct stat st;
	int n;

	if (found < 0 || fstat(found, &st) || !S_ISREG(st.st_mode))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : attach(v->w, fd, path, file);
	if (n < 0)
		v->err = n;
	else
		v->new += n;
}

static void visit_mappings(const char *process, struct visit *v)
{
	char path[96], line[4200], access[8];
	_cleanup_file_ FILE *maps = NULL;
	unsigned int major, minor;
	uint64_t low, high, inode;

	snprintf(path, sizeof(path), "/proc/%s/maps", process);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps)) {
		struct file *file;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %*s %x:%x %" SCNu64, &low, &high,
			    access, &major, &minor, &inode) != 6 ||
			!strchr(access, 'x') || !inode)
			continue;
		if (is_known(v->w, (uint64_t)major << 32 | minor, inode))
			continue;
		file = add_file(v->w, (uint64_t)major << 32 | minor, inode);
		if (!file)
			return;
		snprintf(path, sizeof(path), "/proc/%s/map_files/%" PRIx64 "-%" PRIx64, process,
			low, high);
		visit_file(v, path, file);
	}
}

static bool visit_process(pid_t pid, const void *context)
{
	char process[16];

	snprintf(process, sizeof(process), "%d", pid);
	visit_mappings(process, (struct visit *)context);
	return false;
}

int wrappers_look(struct wrappers *w, const struct target *t)
{
	struct visit v = {.w = w};

	if (!t)
		visit_mappings("self", &v);
	else if (!t->gone)
		target_find(t, visit_process, &v);
	return v.err ?: v.new;
}

int wrappers_add(struct wrappers *w, enum mechanism mechanism, int program)
{
	if (w->n_programs == WRAPPER_PROGRAMS)
		return -ENOSPC;
	w->mechanisms[w->n_programs] = mechanism;
	w->fds.programs[w->n_programs++] = program;
	return 0;
}

void wrappers_use(struct wrappers *w, const struct wrapper_fds *fds)
{
	w->fds = *fds;
}

struct wrapper_fds wrappers_fds(const struct wrappers *w)
{
	struct wrapper_fds none = {.resolver = -1};

	for (unsigned int i = 0; i < WRAPPER_PROGRAMS; i++)
		none.programs[i] = -1;
	return w ? w->fds : none;
}

struct wrappers *wrappers_new(const struct plan *plan, int resolver)
{
	struct wrappers *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->plan = plan;
	w->fds = wrappers_fds(NULL);
	w->fds.resolver = resolver;
	return w;
}

void wrappers_free(struct wrappers *w)
{
	if (!w)
		return;
	for (unsigned int i = 0; i < w->n; i++)
		for (unsigned int k = 0; k < WRAPPER_PROGRAMS; k++)
			if (w->files[i].links[k] >= 0)
				close(w->files[i].links[k]);
	free(w->files);
	free(w);
}
