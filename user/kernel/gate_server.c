// SPDX-License-Identifier: GPL-2.0
#include "kernel/gate_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include "base/cleanup.h"
#include "base/privileges.h"
#include "base/process.h"
#include "kernel/deadlines.h"
#include "target/cgroup.h"

#define FILE_NAME "gate"
#define FILE_INODE 2
#define FOREVER 1e9 /* seconds */
/* While threads sleep the heartbeat is looked at this often. */
#define CHECK_NS 250000000ull

/* Those that sleep on after a signal are looked at this often: the next one may kill. */
#define LOOK_NS 3000000ull

enum { FUSE_FD = 3, WAKE_FD, MAPPER_FD, LOOK_FD, LIFE_FD, NR_FDS };

static struct {
	struct gate_shared *shared;
	const struct gate_slot *slots;
	size_t page;
	struct deadlines due;
	struct {
		fuse_req_t request;
		bool interrupted; /* got a signal, and sleeps on */
		bool listed;	  /* in `interrupted` */
	} sleeper[MAX_SLEEPERS];
	uint32_t n_interrupted;
	uint32_t interrupted[MAX_SLEEPERS]; /* slots; some may have been left since */
	uint64_t look_ns;		    /* when those are looked at next */
} server;

/* An error, never data: the page stays as good as unread, and the next read waits again. */
static void send_on(uint32_t slot)
{
	fuse_req_t request = server.sleeper[slot].request;

	deadlines_remove(&server.due, slot);
	server.sleeper[slot].request = NULL;
	server.sleeper[slot].interrupted = false;
	fuse_reply_err(request, EIO);
}

static void send_all(void)
{
	while (server.due.n)
		send_on(server.due.heap[server.due.n - 1]);
}

/* The gate is closed, or has been since the thread in this slot was found to have to sleep. */
static bool is_past(uint32_t slot)
{
	return __atomic_load_n(&server.shared->closed, __ATOMIC_ACQUIRE) ||
	       server.slots[slot].phase != __atomic_load_n(&server.shared->phase, __ATOMIC_ACQUIRE);
}

/*
 * Not those of a phase that has begun since. Of the sleepers alone: to look at all slots takes a
 * tenth of a millisecond, the first time two, in which nobody is woken.
 */
static void send_past(void)
{
	static uint32_t sleepers[MAX_SLEEPERS]; /* the heap changes as they go */
	uint32_t n = server.due.n;

	memcpy(sleepers, server.due.heap, n * sizeof(sleepers[0]));
	for (uint32_t i = 0; i < n; i++)
		if (is_past(sleepers[i]))
			send_on(sleepers[i]);
}

static uint64_t first_due(void)
{
	return server.due.slot[deadlines_first(&server.due)].until_ns;
}

static void send_due(uint64_t now)
{
	uint64_t lead = __atomic_load_n(&server.shared->lead_ns, __ATOMIC_RELAXED);

	while (server.due.n && first_due() <= now + lead)
		send_on(deadlines_first(&server.due));
}

/* When it can't be told, too. */
static bool must_let_go(uint32_t slot)
{
	struct gate_look look = {.slot = slot};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &look, .ctx_size_in = sizeof(look));

	return bpf_prog_test_run_opts(LOOK_FD, &opts) || look.let_go;
}

/* There is one interrupt a request: what comes after it the kernel does not tell. */
static void watch_signals(uint32_t slot)
{
	server.sleeper[slot].interrupted = true;
	if (server.sleeper[slot].listed)
		return;
	server.sleeper[slot].listed = true;
	if (!server.n_interrupted)
		server.look_ns = monotonic_ns() + LOOK_NS;
	server.interrupted[server.n_interrupted++] = slot;
}

static void look_at_signals(uint64_t now)
{
	uint32_t n = server.n_interrupted;

	if (!n || now < server.look_ns)
		return;
	server.n_interrupted = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t slot = server.interrupted[i];

		server.sleeper[slot].listed = false;
		if (!server.sleeper[slot].interrupted)
			continue;
		if (must_let_go(slot))
			send_on(slot);
		else
			watch_signals(slot);
	}
	server.look_ns = now + LOOK_NS;
}

/*
 * FUSE_INTERRUPT: the sleeper got a signal. If nobody answers it waits on, and then even for what
 * would kill it (fs/fuse/dev.c: request_wait_answer, 6.12).
 */
static void on_interrupt(fuse_req_t request, void *data)
{
	uint32_t slot = (uintptr_t)data;

	if (server.sleeper[slot].request != request || !deadlines_has(&server.due, slot))
		return;
	if (server.slots[slot].interruptible || must_let_go(slot))
		send_on(slot);
	else
		watch_signals(slot);
}

static void on_read(fuse_req_t r, fuse_ino_t i, size_t size, off_t offset, struct fuse_file_info *f)
{
	uint64_t slot = offset / server.page, until, now = monotonic_ns();

	(void)i;
	(void)f;
	if (size > server.page || slot >= MAX_SLEEPERS || deadlines_has(&server.due, slot)) {
		fuse_reply_err(r, EIO);
		return;
	}
	until = __atomic_load_n(&server.slots[slot].until_ns, __ATOMIC_ACQUIRE);
	if (until <= now || is_past(slot)) {
		fuse_reply_err(r, EIO);
		return;
	}
	server.sleeper[slot].request = r;
	deadlines_add(&server.due, slot, until);
	fuse_req_interrupt_func(r, on_interrupt, (void *)(uintptr_t)slot);
}

static void describe(fuse_ino_t inode, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = inode;
	st->st_mode = inode == FILE_INODE ? S_IFREG | 0400 : S_IFDIR | 0500;
	st->st_nlink = 1;
	st->st_size = inode == FILE_INODE ? (off_t)server.page * MAX_SLEEPERS : 0;
}

static void on_lookup(fuse_req_t r, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param e = {
		.ino = FILE_INODE, .attr_timeout = FOREVER, .entry_timeout = FOREVER};

	(void)parent;
	if (strcmp(name, FILE_NAME)) {
		fuse_reply_err(r, ENOENT);
		return;
	}
	describe(FILE_INODE, &e.attr);
	fuse_reply_entry(r, &e);
}

static void on_getattr(fuse_req_t r, fuse_ino_t inode, struct fuse_file_info *f)
{
	struct stat st;

	(void)f;
	describe(inode, &st);
	fuse_reply_attr(r, &st, FOREVER);
}

static void on_open(fuse_req_t r, fuse_ino_t inode, struct fuse_file_info *f)
{
	(void)inode;
	f->keep_cache = 1;
	fuse_reply_open(r, f);
}

static const struct fuse_lowlevel_ops operations = {
	.lookup = on_lookup, .getattr = on_getattr, .open = on_open, .read = on_read};

static _Noreturn void give_up(int ready, const char *format, ...)
{
	char text[160];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (write(ready, text, n) != n)
		_exit(2);
	_exit(1);
}

/* A FUSE mount that no mount namespace holds: it goes when the last file of it is closed. */
static int mount_detached(int fuse, int ready)
{
	int context = fsopen("fuse", FSOPEN_CLOEXEC), mount;
	char number[16], uid[16], gid[16];

	if (context < 0)
		give_up(ready, "fsopen(\"fuse\"): %s", strerror(errno));
	/* Only the user that is named here may open its files (fs/fuse/dir.c:
	 * fuse_allow_current_process). */
	snprintf(number, sizeof(number), "%d", fuse);
	snprintf(uid, sizeof(uid), "%u", getuid());
	snprintf(gid, sizeof(gid), "%u", getgid());
	if (fsconfig(context, FSCONFIG_SET_STRING, "source", "delay-gate", 0) ||
		fsconfig(context, FSCONFIG_SET_STRING, "fd", number, 0) ||
		fsconfig(context, FSCONFIG_SET_STRING, "rootmode", "40000", 0) ||
		fsconfig(context, FSCONFIG_SET_STRING, "user_id", uid, 0) ||
		fsconfig(context, FSCONFIG_SET_STRING, "group_id", gid, 0) ||
		fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		give_up(ready, "fsconfig(\"fuse\"): %s", strerror(errno));
	mount = fsmount(context, FSMOUNT_CLOEXEC, 0);
	if (mount < 0)
		give_up(ready, "fsmount(\"fuse\"): %s", strerror(errno));
	close(context);
	return mount;
}

static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

/*
 * From when it is ready on this process never runs: whatever changed its memory map would wait for
 * all sleepers, and new ones for it. So no huge pages, and no descriptor that anything depends on.
 */
static _Noreturn void mapper(const struct gate_server *args, int mount, pid_t parent)
{
	size_t size = server.page * MAX_SLEEPERS;
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	void *map;
	int fd;

	die_with(parent);
	prctl(PR_SET_NAME, "delay-gate-map");
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (bpf_prog_test_run_opts(args->mapper_prog, &opts))
		give_up(args->ready, "running a BPF program: %s", strerror(errno));
	if (privileges_drop(0))
		give_up(args->ready, "dropping privileges: %s", strerror(errno));
	fd = openat(mount, FILE_NAME, O_RDONLY | O_CLOEXEC);
	map = fd < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	/* Random: reads of one page each, by the thread that waits for it. */
	if (map == MAP_FAILED || madvise(map, size, MADV_RANDOM))
		give_up(args->ready, "mapping the gate: %s", strerror(errno));
	args->shared->address = (uintptr_t)map;
	if (write(args->ready, "r", 1) != 1)
		_exit(1);
	syscall(SYS_close_range, 0, ~0u, 0);
	for (;;)
		pause();
}

/* Everything else is closed: what jinx has open must end with jinx. */
static void keep_fds(int fuse, const struct gate_server *args, int mapper)
{
	int null = open("/dev/null", O_RDWR),
	    kept[] = {null, null, null, fuse, args->wake, mapper, args->look_prog, args->life};

	/* Out of the way first: one may have another's number. */
	for (int fd = 0; fd < NR_FDS; fd++)
		kept[fd] = fcntl(kept[fd], F_DUPFD, NR_FDS);
	for (int fd = 0; fd < NR_FDS; fd++)
		if (dup2(kept[fd], fd) < 0)
			_exit(1);
	syscall(SYS_close_range, NR_FDS, ~0u, 0);
}

/*
 * Out of jinx's cgroup: what freezes that one (cgroup.freeze, docker pause) must not keep threads
 * asleep. Where it may not leave it stays.
 */
static void leave_cgroup(void)
{
	const char *mount = cgroup_mount();

	server.shared->outside = mount && !cgroup_leave(mount);
}

/* Until the next sleeper is due; or, while requests wait to be read, until they are to be. */
static struct timespec until_next(uint64_t now, uint64_t read_ns)
{
	uint64_t due = first_due(), wait = 0;

	due -= __atomic_load_n(&server.shared->lead_ns, __ATOMIC_RELAXED);
	if (now < read_ns && read_ns < due)
		due = read_ns;
	if (server.n_interrupted && server.look_ns < due)
		due = server.look_ns;
	if (due > now)
		wait = due - now < CHECK_NS ? due - now : CHECK_NS;
	return (struct timespec){wait / 1000000000, wait % 1000000000};
}

/* Leaves no orphan for others to bury. */
static _Noreturn void finish(pid_t mapper)
{
	send_all();
	kill(mapper, SIGKILL);
	waitpid(mapper, NULL, 0);
	_exit(0);
}

/* One, or with patience all that have come. */
static void take_requests(struct fuse_session *session, bool all)
{
	static struct fuse_buf buffer;
	int n;

	do {
		n = fuse_session_receive_buf(session, &buffer);
		if (n > 0)
			fuse_session_process_buf(session, &buffer);
	} while (all && (n > 0 || n == -EINTR));
	if (n <= 0 && n != -EAGAIN && n != -EINTR)
		_exit(1);
}

static _Noreturn void loop(struct fuse_session *session, pid_t mapper)
{
	struct pollfd fds[] = {{.fd = FUSE_FD, .events = POLLIN}, {.fd = WAKE_FD, .events = POLLIN},
		{.fd = MAPPER_FD, .events = POLLIN}, {.fd = LIFE_FD, .events = POLLIN}};
	uint64_t now, read_ns = 0, patience, count;

	fcntl(FUSE_FD, F_SETFL, O_NONBLOCK);
	for (;;) {
		struct timespec wait;

		/* Not the time of the last round: what that did has taken some. */
		now = monotonic_ns();
		wait = until_next(now, read_ns);
		/* Nobody's delay ends before: they may pile up. */
		fds[0].fd = server.due.n && now < read_ns ? -1 : FUSE_FD;
		if (ppoll(fds, 4, server.due.n ? &wait : NULL, NULL) < 0)
			_exit(1);
		if (fds[2].revents)
			_exit(1); /* the mapper has died */
		if (fds[3].revents)
			finish(mapper); /* jinx has */
		patience = __atomic_load_n(&server.shared->patience_ns, __ATOMIC_RELAXED);
		if (fds[0].fd >= 0 && fds[0].revents)
			take_requests(session, patience);
		now = monotonic_ns();
		if (fds[0].fd >= 0 && fds[0].revents)
			read_ns = now + patience;
		__atomic_store_n(&server.shared->beat_ns, now, __ATOMIC_RELAXED);
		if (__atomic_load_n(&server.shared->over, __ATOMIC_ACQUIRE))
			finish(mapper);
		if (fds[1].revents && read(WAKE_FD, &count, sizeof(count)) > 0) {
			send_past();
			read_ns = 0; /* and those that nobody has seen yet */
		}
		if (now > __atomic_load_n(&server.shared->deadline_ns, __ATOMIC_ACQUIRE))
			send_all();
		send_due(now);
		look_at_signals(now);
	}
}

_Noreturn void gate_serve(const struct gate_server *args)
{
	char path[] = "/dev/fd/3", *argv[] = {"delay-gate", NULL};
	struct fuse_args fuse_args = FUSE_ARGS_INIT(1, argv);
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct fuse_session *session;
	int fuse, mount, ready = args->ready, mapper_fd;
	pid_t self = getpid(), pid;
	sigset_t all;

	die_with(args->parent);
	close(args->our_life);
	process_be_first();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "delay-gate");
	server.shared = args->shared;
	server.slots = args->slots;
	server.page = args->shared->page_size;
	leave_cgroup();
	if (bpf_prog_test_run_opts(args->server_prog, &opts))
		give_up(ready, "running a BPF program: %s", strerror(errno));
	fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fuse < 0)
		give_up(ready, "/dev/fuse: %s", strerror(errno));
	mount = mount_detached(fuse, ready);
	session = fuse_session_new(&fuse_args, &operations, sizeof(operations), NULL);
	if (!session)
		give_up(ready, "FUSE session: %s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		close(fuse);
		mapper(args, mount, self);
	}
	mapper_fd = pid < 0 ? -1 : syscall(SYS_pidfd_open, pid, 0);
	if (mapper_fd < 0)
		give_up(ready, "starting the mapper: %s", strerror(errno));
	keep_fds(fuse, args, mapper_fd);
	if (fuse_session_mount(session, path) || privileges_drop(0))
		_exit(1);
	loop(session, pid);
}
