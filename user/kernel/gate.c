// SPDX-License-Identifier: GPL-2.0
#include "kernel/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "gate.skel.h"
#include "kernel/core_types.h"
#include "kernel/gate_server.h"
#include "kernel/holder.h"
#include "kernel/kfuncs.h"

#define START_MS 20000
#define END_MS 1000
#define STARVED_TIMES 15 /* a server that waits for a CPU has so many times longer */
#define HEARTBEAT_NS 2000000000ull
#define MAX_PATIENCE_NS 5000000ull
#define SHORTEST_PER_PATIENCE 4
#define SHORTEST_WITH_PATIENCE_NS 10000000ull
/* Passages to measure, and sleeps to find the lead. */
#define PASSAGES 9
#define SLEEPS 16
#define SLEEP_NS 300000
#define LAST_FD 16384 /* no experiment has so many descriptors; where the limit allows */

struct gate {
	struct gate_bpf *skel;
	struct gate_shared *shared;
	struct gate_slot *slots;
	pid_t pid;
	int pidfd, wake;
	int life;	   /* the end of a pipe that only jinx holds */
	uint64_t asked_ns; /* when the server was last told to show its life; 0: it needn't */
	char no_resume[160];
	struct holder *holder; /* NULL: nobody has asked for it, or it can't be had */
};

static size_t page_up(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

static void *map_memory(const struct bpf_map *map, size_t size)
{
	void *p =
		mmap(NULL, page_up(size), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	return p == MAP_FAILED ? NULL : p;
}

/* What the kernel lacks, before libbpf would say it in its own way. */
static int look_at_kernel(struct gate *g, const struct btf *btf, struct error *why)
{
	bool resume = kfunc_exists(btf, "bpf_task_work_schedule_resume") ||
		      kfunc_exists(btf, "bpf_task_work_schedule_resume_impl");

	if (!kfunc_exists(btf, "bpf_task_from_pid"))
		return error_errno(why, -EOPNOTSUPP, "no bpf_task_from_pid (Linux 6.2)");
	if (!resume)
		snprintf(g->no_resume, sizeof(g->no_resume), "no bpf_task_work (Linux 6.18)");
	return 0;
}

static int load_once(struct gate *g, bool resume)
{
	int err;

	g->skel = gate_bpf__open_opts(core_types_options());
	if (!g->skel)
		return -errno;
	kfuncs_adapt(g->skel->obj);
	bpf_program__set_autoload(g->skel->progs.gate_resume, resume);
	bpf_map__set_max_entries(g->skel->maps.slots, MAX_SLEEPERS);
	bpf_map__set_max_entries(g->skel->maps.works, MAX_SLEEPERS);
	err = gate_bpf__load(g->skel);
	if (err) {
		gate_bpf__destroy(g->skel);
		g->skel = NULL;
	}
	return err;
}

static int load(struct gate *g, struct error *why)
{
	int err = load_once(g, !g->no_resume[0]);

	if (err && !g->no_resume[0]) {
		snprintf(g->no_resume, sizeof(g->no_resume), "bpf_task_work: loading: %s",
			strerror(-err));
		err = load_once(g, false);
	}
	if (err)
		return error_errno(why, err, "loading the gate's programs");
	g->shared = map_memory(g->skel->maps.gate, sizeof(*g->shared));
	g->slots = map_memory(g->skel->maps.slots, sizeof(*g->slots) * MAX_SLEEPERS);
	if (!g->shared || !g->slots)
		return error_errno(why, -errno, "mapping the gate's maps");
	g->shared->page_size = sysconf(_SC_PAGESIZE);
	return 0;
}

static int wait_ready(int ready, struct error *why)
{
	struct pollfd fd = {.fd = ready, .events = POLLIN};
	char text[160];
	ssize_t n;

	if (poll(&fd, 1, START_MS) != 1)
		return error_errno(why, -ETIMEDOUT, "starting the gate");
	n = read(ready, text, sizeof(text) - 1);
	if (n == 1 && text[0] == 'r')
		return 0;
	text[n > 0 ? n : 0] = '\0';
	return error_set(why, -EOPNOTSUPP, "the gate: %s", n > 0 ? text : "its server died");
}

static int start_server(struct gate *g, struct error *why)
{
	struct gate_server args = {.shared = g->shared,
		.slots = g->slots,
		.server_prog = bpf_program__fd(g->skel->progs.gate_server),
		.mapper_prog = bpf_program__fd(g->skel->progs.gate_mapper),
		.look_prog = bpf_program__fd(g->skel->progs.gate_look),
		.parent = getpid()};
	_cleanup_fd_ int ready = -1;
	_cleanup_fd_ int its_life = -1;
	int pipe_ends[2], life[2];

	g->wake = args.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (g->wake < 0 || pipe2(pipe_ends, O_CLOEXEC))
		return error_errno(why, -errno, "a descriptor for the gate");
	ready = pipe_ends[0];
	args.ready = pipe_ends[1];
	if (pipe2(life, O_CLOEXEC)) {
		close(args.ready);
		return error_errno(why, -errno, "a descriptor for the gate");
	}
	its_life = life[0];
	args.life = its_life;
	g->life = args.our_life = life[1];
	g->pid = fork();
	if (g->pid == 0)
		gate_serve(&args);
	close(args.ready);
	if (g->pid < 0)
		return error_errno(why, -errno, "starting the gate");
	g->pidfd = syscall(SYS_pidfd_open, g->pid, 0);
	if (g->pidfd < 0)
		return error_errno(why, -errno, "starting the gate");
	return wait_ready(ready, why);
}

static int run(int prog, struct gate_call *call)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = call, .ctx_size_in = sizeof(*call));

	return bpf_prog_test_run_opts(prog, &opts);
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* -EFAULT is what the gate's answer looks like: anything else is no passage. */
static int pass(struct gate *g, uint64_t wanted_ns, uint64_t *ret_took_ns)
{
	struct gate_call call = {.wanted_ns = wanted_ns};
	int err = run(bpf_program__fd(g->skel->progs.gate_pass), &call);

	*ret_took_ns = call.took_ns;
	return err ?: call.result == -EFAULT ? 0 : (int)call.result ?: -EPROTO;
}

/* What a passage takes, in the middle of several. */
static int typical(struct gate *g, uint64_t wanted_ns, uint64_t *ret_took_ns)
{
	uint64_t took[PASSAGES];

	for (int i = 0; i < PASSAGES; i++) {
		int err;

		g->shared->lead_ns = 0;
		err = pass(g, wanted_ns, &took[i]);
		if (err)
			return err;
	}
	qsort(took, PASSAGES, sizeof(took[0]), ascending);
	*ret_took_ns = took[PASSAGES / 2];
	return 0;
}

/*
 * The shortest sleep there is: one for which the server has to wait at all. Below what that takes
 * spinning is as cheap, and exact. Then some sleeps for the lead to settle.
 */
static int measure(struct gate *g, struct error *why)
{
	uint64_t at_once, asleep = 0, took;
	int err = typical(g, 0, &at_once);

	if (!err)
		err = typical(g, 2 * at_once, &asleep);
	for (int i = 0; i < SLEEPS && !err; i++)
		err = pass(g, SLEEP_NS, &took);
	g->shared->spin_below_ns = asleep;
	return err ? error_errno(why, err, "passing through the gate") : 0;
}

/* The work is done when the system call that scheduled it returns. */
static void try_resume(struct gate *g)
{
	struct gate_call call = {.wanted_ns = SLEEP_NS};
	int err;

	if (g->no_resume[0])
		return;
	g->shared->resumed = 0;
	err = run(bpf_program__fd(g->skel->progs.gate_resume), &call);
	if (err || call.result || g->shared->resumed != -EFAULT)
		snprintf(g->no_resume, sizeof(g->no_resume), "bpf_task_work: %s",
			err || call.result ? strerror(err ? -err : (int)-call.result)
					   : "scheduled, but never run");
}

static int start(const struct btf *btf, struct gate **ret, struct error *why)
{
	struct gate *g = calloc(1, sizeof(*g));
	int err;

	if (!g)
		return error_errno(why, -ENOMEM, "the gate");
	g->pidfd = g->wake = g->life = -1;
	err = look_at_kernel(g, btf, why);
	if (!err)
		err = load(g, why);
	if (!err)
		err = start_server(g, why);
	if (!err) {
		gate_renew(g, monotonic_ns() + HEARTBEAT_NS);
		err = measure(g, why);
	}
	if (err) {
		gate_stop(g);
		return err;
	}
	try_resume(g);
	gate_close(g);
	*ret = g;
	return 0;
}

/* It ends by itself and buries the mapper, or is ended. */
static void end_server(struct gate *g)
{
	__atomic_store_n(&g->shared->over, 1, __ATOMIC_RELEASE);
	gate_close(g);
	process_end(g->pid, g->pidfd, END_MS);
}

/* The probes want it and later the engine; what failed once is not tried again. */
static struct {
	struct gate *gate;
	int err;
	struct error why;
} the;

int gate_start(const struct btf *btf, struct gate **ret, struct error *why)
{
	if (!the.gate && !the.err)
		the.err = start(btf, &the.gate, &the.why);
	*ret = the.gate;
	*why = the.why;
	return the.err;
}

void gate_stop(struct gate *g)
{
	if (!g)
		return;
	if (g == the.gate)
		the.gate = NULL;
	if (g->pid > 0)
		end_server(g);
	if (g->pidfd >= 0)
		close(g->pidfd);
	if (g->wake >= 0)
		close(g->wake);
	if (g->life >= 0)
		close(g->life);
	if (g->slots)
		munmap(g->slots, page_up(sizeof(*g->slots) * MAX_SLEEPERS));
	if (g->shared)
		munmap(g->shared, page_up(sizeof(*g->shared)));
	holder_free(g->holder);
	gate_bpf__destroy(g->skel);
	free(g);
}

const char *gate_no_resume(const struct gate *g)
{
	return g->no_resume[0] ? g->no_resume : NULL;
}

int gate_hold(struct gate *g, const struct btf *btf, struct error *why)
{
	return g->holder ? 0 : holder_new(g, btf, &g->holder, why);
}

int gate_try(struct gate *g, uint64_t wanted_ns, void (*function)(void))
{
	g->slots[0].wanted_ns = wanted_ns;
	g->shared->resumed = 0;
	function();
	return g->shared->resumed;
}

int gate_map_fd(const struct gate *g, const char *name)
{
	if (!strcmp(name, "holders"))
		return g->holder ? holder_map_fd(g->holder) : -ENOENT;
	return bpf_object__find_map_fd_by_name(g->skel->obj, name);
}

/*
 * What is closed last at a process's end is released first (fs/file_table.c: __fput runs as task
 * work, which is taken from the newest on), and closing goes by number.
 */
void gate_outlive(struct gate *g)
{
	int last = -1;

	for (int from = LAST_FD; last < 0 && from > g->life; from /= 2)
		last = fcntl(g->life, F_DUPFD_CLOEXEC, from);
	if (last < 0)
		return; /* as it is: the heartbeat's end does it as well */
	close(g->life);
	g->life = last;
}

void gate_open(struct gate *g)
{
	__atomic_store_n(&g->shared->closed, 0, __ATOMIC_RELEASE);
}

static void wake_server(struct gate *g)
{
	uint64_t one = 1;

	while (write(g->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

void gate_close(struct gate *g)
{
	/* In this order: who comes after the server has looked finds the gate closed. */
	__atomic_fetch_add(&g->shared->phase, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&g->shared->closed, 1, __ATOMIC_SEQ_CST);
	wake_server(g);
}

void gate_expect(struct gate *g, uint64_t shortest_ns)
{
	uint64_t patience = shortest_ns / SHORTEST_PER_PATIENCE;

	if (shortest_ns < SHORTEST_WITH_PATIENCE_NS)
		patience = 0;
	if (patience > MAX_PATIENCE_NS)
		patience = MAX_PATIENCE_NS;
	__atomic_store_n(&g->shared->patience_ns, patience, __ATOMIC_RELAXED);
}

void gate_renew(struct gate *g, uint64_t deadline_ns)
{
	__atomic_store_n(&g->shared->deadline_ns, deadline_ns, __ATOMIC_RELEASE);
}

uint64_t gate_sleepers(const struct gate *g)
{
	/* Who leaves in between makes it too high, never too low. */
	uint64_t left = __atomic_load_n(&g->shared->left, __ATOMIC_SEQ_CST);

	return __atomic_load_n(&g->shared->entered, __ATOMIC_SEQ_CST) - left;
}

void gate_left(const struct gate *g, gate_left_function f, void *context)
{
	for (unsigned int i = 0; i < MAX_SLEEPERS; i++)
		if (g->slots[i].owner && g->slots[i].rules)
			f(g->slots[i].rules, g->slots[i].point, context);
}

uint64_t gate_spin_below(const struct gate *g)
{
	return g->shared->spin_below_ns;
}

uint64_t gate_resume_cost(const struct gate *g)
{
	return g->shared->resume_ns;
}

int gate_pidfd(const struct gate *g)
{
	return g->pidfd;
}

static uint64_t last_beat(const struct gate *g)
{
	return __atomic_load_n(&g->shared->beat_ns, __ATOMIC_ACQUIRE);
}

bool gate_check(struct gate *g, uint64_t now_ns, uint64_t timeout_ns)
{
	uint64_t silent;

	if (!gate_sleepers(g)) {
		g->asked_ns = 0;
		return false;
	}
	if (last_beat(g) >= g->asked_ns) {
		g->asked_ns = now_ns;
		wake_server(g);
		return false;
	}
	silent = now_ns - g->asked_ns;
	/* One that waits for a CPU is late, but not stuck. */
	if (silent < timeout_ns ||
		(silent < STARVED_TIMES * timeout_ns && process_state(g->pid) == 'R'))
		return false;
	/* It may have run since, and sleep again by now. */
	if (last_beat(g) >= g->asked_ns)
		return false;
	kill(g->pid, SIGKILL);
	return true;
}

bool gate_is_outside(const struct gate *g)
{
	return g->shared->outside;
}
