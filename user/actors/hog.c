// SPDX-License-Identifier: GPL-2.0
/*
 * hog: processes in a cgroup below the target's, made for them, so that what they use counts as the
 * target's. They are the keeper's children and die with it; the cgroup is in the journal.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/actor.h"
#include "actors/burden.h"
#include "base/cleanup.h"
#include "base/process.h"
#include "base/spawn.h"
#include "base/text.h"
#include "faults/kind.h"
#include "target/cgroup.h"
#include "undo/folder.h"

/* The kernel takes it before anything else; or only when there is nothing else. */
#define FIRST_TO_GO 1000
#define LAST_TO_GO (-1000)
#define DEFAULT_LEAVE (1ull << 30)
/*
 * Memory is shared out among so many. While one of them gives back what it had, 7.3's OOM killer
 * does not see it (kernel/cgroup/cgroup.c:css_task_iter_advance hides what exits), and takes
 * another process if somebody needs a page meanwhile: another one of these, not the target.
 */
#define HOLDERS 4
#define LEAST_TO_SHARE (16ull << 20)

struct hogs {
	struct burden_word *words; /* one each */
	int parent;		   /* the target's directory */
	int file;		   /* that fills a file system; -1 */
	unsigned int most, n;	   /* that there are to be, that there are */
	pid_t pids[];
};

static void name_of(const struct scene *s, char ret[JOURNAL_NAME_MAX])
{
	snprintf(ret, JOURNAL_NAME_MAX, HOG_CGROUP, s->id, s->rule);
}

/* It has the target's path, and is not one that was made there since. */
static int open_target(const struct target *t)
{
	int dir = open(t->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int err = dir < 0 || fstat(dir, &st) ? -errno : 0;

	if (!err && st.st_ino == t->cgroup_id)
		return dir;
	if (dir >= 0)
		close(dir);
	return err ?: -ENOENT;
}

/* Of the target's cgroup or one above it, whichever is lowest; that of the host if there is none.
 */
static uint64_t memory_limit(const struct target *t)
{
	uint64_t least = host_memory();
	char path[CGROUP_PATH_MAX + 16], text[32];

	snprintf(path, sizeof(path), "%s/", t->path);
	for (char *end; (end = strrchr(path, '/')) && end > path; *end = '\0') {
		_cleanup_fd_ int fd = -1;
		ssize_t n;

		snprintf(end, sizeof(path) - (size_t)(end - path), "/memory.max");
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		*end = '\0';
		if (n <= 0)
			continue; /* the root has none */
		text[n] = '\0';
		if (strncmp(text, "max", 3) && strtoull(text, NULL, 10) < least)
			least = strtoull(text, NULL, 10);
	}
	return least;
}

static uint64_t size_of_disk(int file)
{
	struct statvfs st;

	return fstatvfs(file, &st) ? 0 : (uint64_t)st.f_blocks * st.f_frsize;
}

static uint64_t memory_due(const struct scene *s)
{
	const struct exhaustion *e = &s->fault->exhaust;

	if (e->per_s)
		return host_memory();
	return e->bytes ?: (double)memory_limit(s->target) * e->share_ppm / PPM;
}

static unsigned int how_many(const struct scene *s)
{
	const struct exhaustion *e = &s->fault->exhaust;

	if (e->resource == RESOURCE_CPU)
		return e->cores ?: sysconf(_SC_NPROCESSORS_ONLN);
	return e->resource == RESOURCE_MEMORY && memory_due(s) >= LEAST_TO_SHARE ? HOLDERS : 1;
}

/* Of one of them. */
static struct burden burden_of(const struct scene *s, const struct hogs *h, unsigned int which)
{
	const struct exhaustion *e = &s->fault->exhaust;
	uint64_t tenth = (h->file < 0 ? host_memory() : size_of_disk(h->file)) / 10;
	struct burden b = {.ramp_ns = e->ramp_ns,
		.file = h->file,
		.sharers = h->most,
		.leave = e->leave
				 ?: tenth < DEFAULT_LEAVE ? tenth
							  : DEFAULT_LEAVE,
		.deadline = s->deadline,
		.context = s->context,
		.word = &h->words[which]};

	if (e->per_s)
		b.ramp_ns = (double)host_memory() * 1e9 / e->per_s;
	if (e->resource == RESOURCE_CPU)
		b.load_ppm = e->share_ppm;
	else if (e->resource == RESOURCE_MEMORY)
		b.bytes = memory_due(s) / h->most;
	return b;
}

/* On all CPUs of its cgroup, wherever jinx was told to stay (taskset). */
static void run_anywhere(void)
{
	unsigned char all[1024]; /* a bit each; those that are not there do not matter */

	memset(all, 0xff, sizeof(all));
	(void)sched_setaffinity(0, sizeof(all), (cpu_set_t *)all);
}

/* In the new process. What the keeper has open must end with the keeper. */
static _Noreturn void be_a_hog(struct burden *b, pid_t keeper, int oom_score)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != keeper)
		_exit(1);
	if (b->file >= 0)
		b->file = dup2(b->file, 0);
	syscall(SYS_close_range, b->file + 1, ~0u, 0);
	setsid(); /* a signal to jinx's group is not meant for it */
	run_anywhere();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, "jinx-hog");
	process_set_oom_score(oom_score);
	if (process_oom_score() != oom_score)
		_exit(1);
	burden_carry(b);
}

static int start(const struct scene *s, struct hogs *h, int cgroup)
{
	pid_t keeper = getpid();

	for (; h->n < h->most; h->n++) {
		struct burden b = burden_of(s, h, h->n);
		pid_t pid = spawn_child(cgroup);

		if (pid < 0)
			return pid;
		if (!pid)
			be_a_hog(&b, keeper, s->fault->exhaust.survive ? LAST_TO_GO : FIRST_TO_GO);
		h->pids[h->n] = pid;
	}
	return 0;
}

/* They end at once; what they have is the kernel's to take back, which takes it a moment. */
static void end(struct hogs *h)
{
	for (unsigned int i = 0; i < h->n; i++)
		kill(h->pids[i], SIGKILL);
	for (unsigned int i = 0; i < h->n; i++)
		while (waitpid(h->pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	h->n = 0;
}

static void hogs_free(struct hogs *h)
{
	if (!h)
		return;
	end(h);
	if (h->words != MAP_FAILED)
		munmap(h->words, h->most * sizeof(*h->words));
	if (h->parent >= 0)
		close(h->parent);
	free(h);
}

static int write_record(struct scene *s, const char *name)
{
	struct undo u = {.kind = UNDO_FOLDER, .inode = s->target->cgroup_id};

	snprintf(u.directory, sizeof(u.directory), "%s", s->target->path);
	snprintf(u.file, sizeof(u.file), "%s", name);
	return journal_add(s->journal, &u, &s->record);
}

static int make_folder(struct scene *s, int parent, int *ret)
{
	char name[JOURNAL_NAME_MAX];
	int err;

	name_of(s, name);
	err = write_record(s, name);
	if (!err && mkdirat(parent, name, 0755))
		err = -errno;
	if (err)
		return err;
	*ret = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret < 0 ? -errno : 0;
}

static void disarm(struct scene *s)
{
	hogs_free(s->own);
	s->own = NULL;
	if (s->record != NO_RECORD && !journal_undo_one(s->journal, s->record))
		journal_remove(s->journal, s->record);
	s->record = NO_RECORD; /* one that could not be executed stays, for the janitor */
}

static void let_live(struct hogs *h, uint64_t until_ns)
{
	for (unsigned int i = 0; i < h->most; i++)
		__atomic_store_n(&h->words[i].until_ns, until_ns, __ATOMIC_RELAXED);
}

static struct hogs *hogs_new(unsigned int n, uint64_t until_ns)
{
	struct hogs *h = calloc(1, sizeof(*h) + n * sizeof(h->pids[0]));

	if (!h)
		return NULL;
	h->parent = h->file = -1;
	h->most = n;
	h->words = mmap(NULL, n * sizeof(*h->words), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (h->words == MAP_FAILED) {
		free(h);
		return NULL;
	}
	let_live(h, until_ns);
	return h;
}

/* A file without a name, that others can't open either. */
static int open_file(const struct exhaustion *e)
{
	int fd = open(e->disk, O_TMPFILE | O_WRONLY | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

static int begin(struct scene *s, uint64_t until_ns)
{
	_cleanup_fd_ int folder = -1;
	struct hogs *h = hogs_new(how_many(s), until_ns);
	int err;

	if (!h)
		return -ENOMEM;
	s->own = h;
	h->parent = open_target(s->target);
	err = h->parent < 0 ? h->parent : 0;
	if (!err && s->fault->exhaust.disk)
		err = (h->file = open_file(&s->fault->exhaust)) < 0 ? h->file : 0;
	err = err ?: make_folder(s, h->parent, &folder) ?: start(s, h, folder);
	/* The hog's alone: it is to end with it, even if this process stands still. */
	if (h->file >= 0)
		close(h->file);
	h->file = -1;
	return err;
}

static int arm(struct scene *s, uint64_t until_ns)
{
	struct hogs *h = s->own;
	int err;

	if (h) {
		let_live(h, until_ns);
		return 0;
	}
	err = begin(s, until_ns);
	if (err)
		disarm(s);
	return err;
}

/* One that was killed is not started again: that it was may be what was to be shown. */
static bool has_ended(struct scene *s)
{
	const struct hogs *h = s->own;
	siginfo_t info = {};

	for (unsigned int i = 0; h && i < h->n; i++)
		if (!waitid(P_PID, h->pids[i], &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid)
			return true;
	return false;
}

static void look(const struct scene *s, struct taken *ret)
{
	const struct hogs *h = s->own;
	uint64_t held = 0, backed_off = 0;

	for (unsigned int i = 0; h && i < h->n; i++) {
		held += __atomic_load_n(&h->words[i].held, __ATOMIC_RELAXED);
		backed_off += __atomic_load_n(&h->words[i].backed_off, __ATOMIC_RELAXED);
	}
	if (held > ret->held)
		ret->held = held;
	if (backed_off > ret->backed_off)
		ret->backed_off = backed_off;
}

/* What would be found out too late otherwise. */
static int admit(const struct fault_spec *f, struct error *why)
{
	_cleanup_fd_ int file = -1;

	if (f->exhaust.survive && !(privileges_held() & PRIVILEGE(SYS_RESOURCE)))
		return error_set(why, -EPERM, "\"survive\" needs cap_sys_resource");
	if (!f->exhaust.disk)
		return 0;
	file = open_file(&f->exhaust);
	if (file < 0)
		return error_errno(why, file, "a file without a name in %s", f->exhaust.disk);
	return fallocate(file, 0, 0, 4096)
		       ? error_errno(why, -errno, "space for a file in %s", f->exhaust.disk)
		       : 0;
}

static void foretell(const struct fault_spec *f, char *ret, size_t size)
{
	const struct exhaustion *e = &f->exhaust;
	char bytes[24];

	*ret = '\0';
	if (e->resource != RESOURCE_MEMORY)
		return;
	if (!has_controller("memory"))
		text_append(ret, size,
			"cgroup v2 has no memory controller here: the host's memory runs short, "
			"and nothing is charged to the target");
	if (e->bytes || e->per_s)
		return;
	describe_bytes((uint64_t)((double)host_memory() * e->share_ppm / PPM) >> 20 << 20, bytes,
		sizeof(bytes));
	text_append(ret, size, "%s%g%% of the host's memory are %s%s", *ret ? "; " : "",
		e->share_ppm * 100.0 / PPM, bytes,
		has_controller("memory") ? ", of a memory.max above the target less" : "");
}

static privileges also_needs(const struct fault_spec *f)
{
	return f->exhaust.survive ? PRIVILEGE(SYS_RESOURCE) : 0;
}

const struct actor actor_HOG = {
	.needs = PRIVILEGE(DAC_OVERRIDE),
	.also_needs = also_needs,
	.by_rule = true,
	.probe = probe_cgroups,
	.admit = admit,
	.arm = arm,
	.look = look,
	.has_ended = has_ended,
	.foretell = foretell,
	.disarm = disarm,
	.does = "processes of jinx in a cgroup below it, which end with the fault",
};
