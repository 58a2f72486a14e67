// SPDX-License-Identifier: GPL-2.0
#include "keeper/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inherited.h"
#include "base/passing.h"
#include "base/privileges.h"
#include "base/process.h"
#include "keeper/stage.h"
#include "keeper/start.h"
#include "kernel/breakpoints.h"
#include "kernel/wrappers.h"
#include "target/processes.h"

#define CLEANUP_MS 10000

/* So long it looks at the targets' processes; some have millions of descriptors. */
#define LOOK_NS 5000000000ull

enum {
	SOCKET_FD = STDERR_FILENO + 1,
	NOTES_FD,
	RESOLVER_FD,
	JANITOR_FD,
	WRAPPER_FDS,
	MAPPING_FD = WRAPPER_FDS + WRAPPER_PROGRAMS,
	BREAKPOINT_FDS,
	BREAKPOINT_MAPPING_FD = BREAKPOINT_FDS + NR_BREAKPOINT_PROGRAMS,
	CGROUP_FDS,				   /* those of the programs */
	NETWORK_FD = CGROUP_FDS + MAX_EXECUTABLES, /* jinx's, and those of the nodes */
	NR_FDS = NETWORK_FD + 1 + MAX_NODES
};

/* What a process that starts operations, looks at targets and acts on them has at hand. */
struct work {
	struct targets *targets;
	const struct engine *engine;
	struct stage *stage; /* NULL: the plan has nothing for it */
	uint64_t stage_ns;   /* when that wants to be called */
};

/*
 * Everything else is closed: what jinx has open must end with jinx. The workload's command reads
 * nothing and writes to nowhere; both work.
 */
static int keep_fds(const struct service *sv)
{
	const struct targets *t = sv->o.targets;
	int null = open("/dev/null", O_RDWR);
	int kept[NR_FDS] = {null, null, null, sv->socket, sv->notes, engine_resolver(sv->o.engine),
		t->janitor.keeper};
	const struct wrapper_fds wrappers = wrappers_fds(engine_wrappers(sv->o.engine));

	for (unsigned int i = 0; i < WRAPPER_PROGRAMS; i++)
		kept[WRAPPER_FDS + i] = wrappers.programs[i];
	kept[MAPPING_FD] = wrappers.resolver;
	for (int i = 0; i < NR_BREAKPOINT_PROGRAMS; i++)
		kept[BREAKPOINT_FDS + i] = breakpoints_fd(engine_breakpoints(sv->o.engine), i);
	kept[BREAKPOINT_MAPPING_FD] = breakpoints_resolver(engine_breakpoints(sv->o.engine));
	for (unsigned int i = 0; i < MAX_EXECUTABLES; i++)
		kept[CGROUP_FDS + i] = i < t->n_executables ? t->executables[i].cgroup : -1;
	kept[NETWORK_FD] = t->n_nodes ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
	for (unsigned int i = 0; i < MAX_NODES; i++)
		kept[NETWORK_FD + 1 + i] = i < t->n_nodes ? t->nodes[i] : -1;
	for (int fd = 0; fd < NR_FDS; fd++)
		if (kept[fd] >= 0 && (kept[fd] = fcntl(kept[fd], F_DUPFD, NR_FDS)) < 0)
			return -errno;
	/* The workload's command is to have only the first three. */
	for (int fd = 0; fd < NR_FDS; fd++)
		if (kept[fd] < 0)
			close(fd);
		else if (dup3(kept[fd], fd, fd > STDERR_FILENO ? O_CLOEXEC : 0) < 0)
			return -errno;
	syscall(SYS_close_range, NR_FDS, ~0u, 0);
	return 0;
}

static void on_signal(int signal)
{
	(void)signal;
}

/*
 * A signal to jinx's group is for jinx. What is executed has the blocked and the ignored ones of
 * this process, so here they are handled, by nothing; an operation begins with none of the
 * handlers.
 */
static void disregard_signals(void)
{
	struct sigaction handle = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, was;

	sigfillset(&handle.sa_mask);
	for (int s = 1; s <= SIGRTMAX; s++)
		if (s != SIGSEGV && s != SIGBUS && s != SIGILL && s != SIGFPE && s != SIGABRT &&
			!sigaction(s, NULL, &was) && was.sa_handler == SIG_DFL)
			(void)sigaction(s, &handle, NULL); /* some can't be handled */
	inherited_restore();
}

/* As the janitor does, who may be gone by now. */
static _Noreturn void clean_up(const struct work *w)
{
	stage_free(w->stage);
	if (w->targets->janitor.pid > 0 && *w->targets->janitor.path)
		(void)cgroup_destroy(w->targets->janitor.path, CLEANUP_MS); /* the janitor tells */
	_exit(0);
}

/* Whoever waits for it looks at the clock only while there is something to undo. */
static void run_stage(struct work *w)
{
	unsigned int before = journal_count(w->targets->janitor.journal);

	w->stage_ns = stage_run(w->stage, monotonic_ns());
	/* That its pipe is full is as good. */
	if (journal_count(w->targets->janitor.journal) > before && write(JANITOR_FD, "", 1) < 0)
		return;
}

static struct target *asked_for(const struct work *w, struct request *r)
{
	struct target *t = &w->targets->all[r->number % MAX_TARGETS];

	r->path[sizeof(r->path) - 1] = '\0';
	memcpy(t->path, r->path, sizeof(t->path));
	return t;
}

static int look_up(const struct work *w, struct request *r)
{
	(void)asked_for(w, r);
	return engine_look_up(w->engine, w->targets, RESOLVER_FD);
}

/* What it attaches to is its own, and ends with it. */
static int look_in(const struct work *w, struct request *r)
{
	struct target *t = asked_for(w, r);
	int calls = 0, functions;
	struct error why = {};

	t->gone = r->gone;
	if (engine_wrappers(w->engine))
		calls = wrappers_look(engine_wrappers(w->engine), t);
	if (calls < 0 || !engine_breakpoints(w->engine))
		return calls;
	functions = breakpoints_look(
		engine_breakpoints(w->engine), w->targets, r->number % MAX_TARGETS, &why);
	return functions < 0 ? functions : calls + functions;
}

static int move(const struct work *w, struct request *r)
{
	struct target *t = asked_for(w, r);

	t->cgroup_id = r->cgroup_id;
	t->gone = r->gone;
	if (w->stage)
		stage_move(w->stage, r->number % MAX_TARGETS);
	return 0;
}

static int arm(struct work *w, const struct request *r)
{
	if (!w->stage)
		return 0;
	stage_arm(w->stage, r->rules, r->began_ns);
	run_stage(w);
	return 0;
}

static int carry_out(struct work *w, struct request *r, int output)
{
	switch (r->what) {
	case START:
		return start_executable(w->targets, &r->start, CGROUP_FDS, NETWORK_FD, output);
	case LOOK_UP:
		return look_up(w, r);
	case LOOK_IN:
		return look_in(w, r);
	case ARM:
		return arm(w, r);
	case MOVE:
		return move(w, r);
	}
	return -EINVAL;
}

/* Waits for a request, if none has come yet, and does it. */
static void answer(struct work *w)
{
	_cleanup_fd_ int output = -1;
	struct answer a = {};
	struct request r;
	uint64_t began;

	if (passing_receive(SOCKET_FD, &r, sizeof(r), &output) != sizeof(r))
		clean_up(w);
	began = monotonic_ns();
	a.id = r.id;
	a.result = carry_out(w, &r, output);
	a.took_ns = monotonic_ns() - began;
	if (send(SOCKET_FD, &a, sizeof(a), MSG_NOSIGNAL) != sizeof(a))
		clean_up(w);
}

struct looking {
	struct work *work;
	uint64_t until_ns;
};

/* Requests go first, and what is due. */
static bool go_on(void *context)
{
	const struct looking *l = context;
	struct pollfd question = {.fd = SOCKET_FD, .events = POLLIN};

	while (poll(&question, 1, 0) == 1)
		answer(l->work);
	if (monotonic_ns() >= l->work->stage_ns)
		run_stage(l->work);
	return monotonic_ns() < l->until_ns;
}

/* At what is there already; what comes later the kernel side sees. */
static void look(struct work *w)
{
	struct looking l = {w, monotonic_ns() + LOOK_NS};

	for (unsigned int i = 0; i < w->targets->n; i++) {
		struct finding f = {.target = i};

		f.found = target_look(&w->targets->all[i], go_on, &l);
		f.incomplete = monotonic_ns() >= l.until_ns;
		if ((f.found || f.incomplete) && write(NOTES_FD, &f, sizeof(f)) != sizeof(f))
			break;
	}
	close(NOTES_FD);
}

/* Until there is a request, or the stage wants to be called. */
static bool wait_for_request(const struct work *w)
{
	struct pollfd question = {.fd = SOCKET_FD, .events = POLLIN};
	uint64_t now = monotonic_ns(), left = w->stage_ns > now ? w->stage_ns - now : 0;
	struct timespec limit = {left / 1000000000, left % 1000000000};

	return ppoll(&question, 1, w->stage_ns == UINT64_MAX ? NULL : &limit, NULL) == 1;
}

/* What it does takes these and no others; a workload's command is to have all that jinx had. */
static int keep_privileges(const struct service *sv)
{
	privileges keep = PRIVILEGE(SYS_PTRACE) | PRIVILEGE(DAC_READ_SEARCH);

	if (sv->o.targets->n_executables)
		return 0;
	if (*sv->o.targets->janitor.path)
		keep |= PRIVILEGE(DAC_OVERRIDE);
	if (engine_breakpoints(sv->o.engine))
		keep |= PRIVILEGE(BPF) | privileges_for_events();
	if (engine_wrappers(sv->o.engine) || plan_uses(sv->o.plan, AT_WRAPPER))
		keep |= PRIVILEGE(SYS_ADMIN);
	return privileges_drop(keep | stage_privileges(sv->o.plan));
}

static void take_breakpoints(struct breakpoints *b)
{
	for (int i = 0; i < NR_BREAKPOINT_PROGRAMS; i++)
		if (breakpoints_fd(b, i) >= 0)
			breakpoints_use(b, i, BREAKPOINT_FDS + i);
	breakpoints_resolve_by(b, BREAKPOINT_MAPPING_FD);
}

/* The descriptors of keep_fds(). */
static void use_kept(struct wrappers *w)
{
	struct wrapper_fds fds = {.resolver = MAPPING_FD};

	for (unsigned int i = 0; i < WRAPPER_PROGRAMS; i++)
		fds.programs[i] = WRAPPER_FDS + i;
	wrappers_use(w, &fds);
}

_Noreturn void keeper_serve(const struct service *sv)
{
	struct work work = {sv->o.targets, sv->o.engine, NULL, UINT64_MAX};
	const struct answer ready = {};

	disregard_signals();
	prctl(PR_SET_NAME, "jinx-keeper");
	process_set_oom_score(sv->o.oom_score);
	if (engine_protect_keeper(sv->o.engine) || keep_fds(sv) || keep_privileges(sv))
		_exit(1);
	if (engine_wrappers(sv->o.engine))
		use_kept(engine_wrappers(sv->o.engine));
	if (engine_breakpoints(sv->o.engine))
		take_breakpoints(engine_breakpoints(sv->o.engine));
	if (stage_is_needed(sv->o.plan)) {
		const struct stage_options o = {sv->o.plan, sv->o.targets, sv->o.engine,
			sv->counters, sv->taken, sv->o.observe, sv->o.seed};

		work.stage = stage_new(&o);
		if (!work.stage)
			_exit(1);
	}
	send(SOCKET_FD, &ready, sizeof(ready), MSG_NOSIGNAL);
	look(&work);
	for (;;) {
		if (wait_for_request(&work))
			answer(&work);
		if (work.stage && monotonic_ns() >= work.stage_ns)
			run_stage(&work);
	}
}
