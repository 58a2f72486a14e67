// SPDX-License-Identifier: GPL-2.0
#include "run/timeline.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "faults/kind.h"
#include "report/why_not.h"
#include "run/control.h"
#include "run/follow.h"
#include "run/kill_switch.h"
#include "run/neighbours.h"
#include "run/view.h"

#define TICK_NS 100000000ull
/* Without a renewal for this long nothing is injected: jinx is stopped or stuck. */
#define HEARTBEAT_NS 2000000000ull
/* Operations under way at the end may still finish. */
#define GRACE_NS 1000000000ull
/* For so long events are taken before everything else has its turn. */
#define DRAIN_NS 10000000ull

/* What the loop waits for; the number of a target is added to SOURCE_TARGET. */
enum source {
	SOURCE_SIGNAL,
	SOURCE_EVENTS,
	SOURCE_OUTPUT,
	SOURCE_CONTROL,
	SOURCE_LOAD,
	SOURCE_GATE,
	SOURCE_CGROUPS,
	SOURCE_HELPER,
	SOURCE_TARGET
};

static int watch(struct experiment *x, int fd, unsigned int source, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.u32 = source};

	if (fd < 0 || !epoll_ctl(x->epoll, EPOLL_CTL_ADD, fd, &event))
		return 0;
	return -errno;
}

static void end(struct experiment *x, enum verdict v, const char *reason)
{
	if (x->over)
		return;
	x->over = true;
	x->report->verdict = v;
	snprintf(x->report->reason, sizeof(x->report->reason), "%s", reason);
}

/* Even if it has ended in another way: what the report says would not be true. */
static void fail(struct experiment *x, const char *reason)
{
	if (x->report->verdict == VERDICT_FAILED)
		return;
	x->over = false;
	end(x, VERDICT_FAILED, reason);
}

/* What can't be read leaves the last numbers, and no verdict is made of those. */
static void read_counters(struct experiment *x)
{
	struct report *r = x->report;
	char reason[128];
	int err = 0;

	for (unsigned int i = 0; i < r->plan->n_bindings && !err; i++)
		err = engine_counters(x->engine, i, &r->counters[i]);
	for (unsigned int i = 0; i < r->plan->n_rules && !err; i++)
		if (makes_sleep(&x->s->faults[i]) && !r->plan->rules[i].refused)
			err = engine_sleeps(x->engine, i, &r->sleeps[i]);
	err = err ?: engine_missed(x->engine, &r->missed);
	r->events_lost = engine_events_lost(x->engine);
	if (!err)
		return;
	snprintf(reason, sizeof(reason), "the counters can't be read: %s", strerror(-err));
	fail(x, reason);
}

/*
 * An operation belongs to the phase in which it began, unless it lasted into an inject phase:
 * then it belongs there, as what it suffered came from there.
 */
static struct phase_report *phase_of(const struct experiment *x, const struct operation *o)
{
	for (unsigned int i = o->phase; i <= x->phase; i++)
		if (x->report->phases[i].role == ROLE_INJECT)
			return &x->report->phases[i];
	return &x->report->phases[o->phase];
}

static void on_operation(const struct operation *o, void *context)
{
	struct experiment *x = context;
	struct phase_report *p = phase_of(x, o);

	/* What jinx itself ended tells nothing of the target. */
	if (o->outcome == OPERATION_UNFINISHED) {
		p->unfinished++;
		return;
	}
	p->operations++;
	if (o->outcome != OPERATION_SUCCEEDED) {
		p->failed++;
		failures_add(&p->failures, o->outcome == OPERATION_TIMED_OUT, o->status);
	}
	histogram_add(&p->latency, o->ended_ns - o->began_ns);
	recovery_add(&x->recovery, o->ended_ns, o->outcome == OPERATION_SUCCEEDED);
}

static void drain(struct experiment *x)
{
	uint64_t until = monotonic_ns() + DRAIN_NS;

	x->backlog = engine_drain(x->engine, outputs_take, &x->out, until) && !x->out.full;
}

static uint64_t rules_of(const struct experiment *x, unsigned int phase)
{
	uint64_t rules = 0;

	for (unsigned int i = 0; i < x->s->n_faults; i++)
		if (x->s->faults[i].phase == phase && !x->report->plan->rules[i].refused)
			rules |= 1ull << i;
	return rules;
}

static void close_phase(struct experiment *x, uint64_t now)
{
	struct phase_report *p = &x->report->phases[x->phase];

	engine_arm(x->engine, 0);
	p->duration_ns = now - x->phase_began_ns;
	if (p->role == ROLE_INJECT)
		recovery_begin(&x->recovery, now);
	p->recovery_ns = recovery_time(&x->recovery);
}

/* Once a target. */
static void tell_notice(struct experiment *x, enum notice what, unsigned int target)
{
	static const char *const texts[] = {
		[NOTICE_URING] =
			"has an io_uring: its io_uring operations bypass system-call rules, only "
			"network and some permission checks see them",
		[NOTICE_AIO] = "has an AIO context: what it reads and writes by io_submit is no "
			       "read and no write",
		[NOTICE_32_BIT] = "runs a 32-bit program: its calls are left alone, but for "
				  "connect, bind and packets",
	};

	if (x->noticed[what] & 1u << target)
		return;
	x->noticed[what] |= 1u << target;
	report_note(x->report, "target %s %s", x->targets.all[target].spec->name, texts[what]);
}

/* What the kernel side saw begin. */
static void read_notices(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++)
		for (int what = 0; what < NR_NOTICES; what++)
			if (engine_noticed(x->engine, what, i))
				tell_notice(x, what, i);
}

/* What the helper saw that was there before. */
static void handle_helper(struct experiment *x)
{
	struct finding f;

	while (helper_read_note(x->helper, &f)) {
		for (int what = 0; what < NR_NOTICES; what++)
			if (f.found & 1u << what)
				tell_notice(x, what, f.target);
		if (f.incomplete)
			report_note(x->report,
				"target %s has too many processes and descriptors to look at "
				"them all for an io_uring",
				x->targets.all[f.target].spec->name);
	}
}

static void open_phase(struct experiment *x, unsigned int phase, uint64_t now)
{
	x->phase = phase;
	x->phase_began_ns = now;
	x->report->phases[phase].reached = true;
	if (x->load)
		load_phase(x->load, phase);
	engine_renew(x->engine, now + HEARTBEAT_NS);
	engine_arm(x->engine, rules_of(x, phase));
}

/* 0: the phase has no end of its own (a quick verb's, with a command). */
static uint64_t phase_end(const struct experiment *x)
{
	uint64_t duration = x->s->phases[x->phase].duration_ns;

	return duration ? x->phase_began_ns + duration : 0;
}

static void advance(struct experiment *x, uint64_t now)
{
	uint64_t planned = phase_end(x);

	if (!planned || now < planned)
		return;
	close_phase(x, now);
	if (x->phase + 1 < x->s->n_phases)
		open_phase(x, x->phase + 1, now);
	else
		end(x, VERDICT_HELD, "");
}

static void status(const struct experiment *x, struct status *ret)
{
	uint64_t now = monotonic_ns(), planned = phase_end(x);
	const char *target = x->s->targets[0].name;

	memset(ret, 0, sizeof(*ret));
	snprintf(ret->id, sizeof(ret->id), "%s", x->targets.id);
	snprintf(ret->name, sizeof(ret->name), "%s", x->s->name);
	snprintf(ret->phase, sizeof(ret->phase), "%s", x->s->phases[x->phase].name);
	snprintf(
		ret->target, sizeof(ret->target), "%s%s", target, x->s->n_targets > 1 ? ", …" : "");
	ret->left_ms = planned ? (long long)(planned - now) / 1000000 : -1;
	ret->started_ms = (now - x->began_ns) / 1000000;
	ret->injected = report_injected(x->report);
}

static void show(struct experiment *x, uint64_t now)
{
	struct view v = {
		.phase = x->s->phases[x->phase].name,
		.number = x->phase + 1,
		.of = x->s->n_phases,
		.left_ns = phase_end(x) ? phase_end(x) - now : 0,
		.endless = !phase_end(x),
		.injected = report_injected(x->report),
		.has_load = x->load,
		.operations = x->report->phases[x->phase].operations,
		.failed = x->report->phases[x->phase].failed,
	};

	if (!x->options->quiet)
		view_show(x->out.terminal, &v, now);
}

/* Nothing of it runs any more. */
static void command_is_over(struct experiment *x)
{
	if (--x->commands == 0 && !phase_end(x))
		end(x, VERDICT_HELD, "");
}

/* A command that has made itself a daemon is still the target. */
static void look_for_daemon(struct experiment *x, struct target *t)
{
	if (!t->lingers)
		return;
	if (!cgroup_is_populated(t->cgroup_fd)) {
		t->lingers = false;
		command_is_over(x);
	} else if (!t->told) {
		t->told = true;
		report_note(x->report,
			"target %s: processes that the command left running went on as the target",
			t->spec->name);
		if (!phase_end(x))
			log_info("the command has left processes running: the experiment goes on "
				 "until they end (jinx stop %s)",
				x->targets.id);
	}
}

static void tick(struct experiment *x, uint64_t now)
{
	x->ticked_ns = now;
	engine_renew(x->engine, now + HEARTBEAT_NS);
	if (x->load)
		load_expire(x->load, now);
	follow_look(x, now);
	for (unsigned int i = 0; i < x->targets.n; i++)
		look_for_daemon(x, &x->targets.all[i]);
	if (x->load && helper_is_gone(x->helper))
		end(x, VERDICT_FAILED, "the helper has died: the workload can't go on");
	x->backlog = true;
	outputs_flush(&x->out);
	read_counters(x);
	read_notices(x);
	if (kill_switch())
		end(x, VERDICT_ABORTED, "the kill switch exists: " KILL_SWITCH);
	if (engine_gate_stuck(x->engine, now))
		end(x, VERDICT_FAILED, "the delay server stalled; sleeping threads were released");
	show(x, now);
}

static void handle_control(struct experiment *x)
{
	char question[MAX_QUESTION];
	size_t size = sizeof(question);
	struct status s;
	int fd = control_accept(x->control, question, &size);

	if (fd < 0)
		return;
	if (question[0] == 'o' && x->n_stoppers < MAX_STOPPERS) {
		x->stoppers[x->n_stoppers++] = fd; /* closed by our exit, as a sign */
		if (write(fd, "o", 1) == 1)
			log_debug("told to stop");
		end(x, VERDICT_ABORTED, "ended by jinx stop");
		return;
	}
	if (question[0] == 's') {
		status(x, &s);
		control_answer(fd, &s);
	} else if (question[0] == 'n') {
		(void)send(fd, neighbours_answer(x, question, size) ? "y" : "n", 1,
			MSG_NOSIGNAL | MSG_DONTWAIT); /* who asked may have gone */
	}
	close(fd);
}

static void handle_target(struct experiment *x, unsigned int i)
{
	struct target *t = &x->targets.all[i];
	int state = 0;

	close(t->pidfd);
	t->pidfd = -1;
	if (t->spec->kind == TARGET_PID) {
		report_note(x->report, "target %s: process %d has ended", t->spec->name, t->pid);
		return;
	}
	waitpid(t->pid, &state, 0);
	x->report->commands[i] = (struct command_report){.ended = true, .status = state};
	if (WIFSIGNALED(state))
		report_note(x->report, "target %s: the command was ended by %s", t->spec->name,
			signal_name(WTERMSIG(state)));
	else
		report_note(x->report, "target %s: the command exited with %d", t->spec->name,
			WEXITSTATUS(state));
	if (cgroup_is_populated(t->cgroup_fd))
		t->lingers = true;
	else
		command_is_over(x);
}

static void handle(struct experiment *x, unsigned int source)
{
	struct signalfd_siginfo info;

	switch (source) {
	case SOURCE_SIGNAL:
		if (read(x->signals, &info, sizeof(info)) == sizeof(info))
			end(x, VERDICT_ABORTED, "interrupted by a signal");
		break;
	case SOURCE_OUTPUT:
		outputs_flush(&x->out);
		x->backlog = true;
		break;
	case SOURCE_EVENTS:
		x->backlog = true;
		break;
	case SOURCE_CONTROL:
		handle_control(x);
		break;
	case SOURCE_LOAD:
		load_handle(x->load);
		break;
	case SOURCE_GATE:
		end(x, VERDICT_FAILED,
			"the delay server has died: threads can't be delayed any more");
		break;
	case SOURCE_CGROUPS:
		follow_handle(x);
		break;
	case SOURCE_HELPER:
		handle_helper(x);
		break;
	default:
		handle_target(x, source - SOURCE_TARGET);
	}
}

static int timeout_ms(const struct experiment *x, uint64_t now)
{
	uint64_t next = x->ticked_ns + TICK_NS, planned = phase_end(x);

	if (x->backlog)
		return 0;
	if (planned && planned < next)
		next = planned;
	return next > now ? (next - now + 999999) / 1000000 : 0;
}

static void loop(struct experiment *x)
{
	while (!x->over) {
		struct epoll_event events[32];
		uint64_t now = monotonic_ns();
		int n = epoll_wait(x->epoll, events, 32, timeout_ms(x, now));

		if (n < 0 && errno != EINTR)
			end(x, VERDICT_FAILED, "waiting for events failed");
		for (int i = 0; i < n && !x->over; i++)
			handle(x, events[i].data.u32);
		now = monotonic_ns();
		if (!x->over)
			advance(x, now);
		if (!x->over && now >= x->ticked_ns + TICK_NS)
			tick(x, now);
		if (x->backlog)
			drain(x);
	}
}

/* Operations that began while the phases lasted belong to the result: let them finish. */
static void finish_load(struct experiment *x)
{
	uint64_t until = monotonic_ns() + GRACE_NS;
	struct pollfd ended = {.events = POLLIN};

	if (!x->load)
		return;
	ended.fd = load_fd(x->load);
	while (load_stop(x->load) && monotonic_ns() < until)
		if (poll(&ended, 1, 50) > 0)
			load_handle(x->load);
	load_free(x->load);
	x->load = NULL;
}

static void finish(struct experiment *x)
{
	struct report *r = x->report;
	struct phase_report *p = &r->phases[x->phase];
	struct status s;

	status(x, &s);
	if (control_attend(x->control, &s))
		log_debug("nobody answers while the experiment ends");
	if (!p->duration_ns)
		close_phase(x, monotonic_ns());
	handle_helper(x);
	read_notices(x);
	follow_tell(x);
	engine_detach(x->engine);
	finish_load(x);
	if (p->role == ROLE_RECOVER)
		p->recovery_ns = recovery_time(&x->recovery);
	read_counters(x);
	why_not(r);
	view_end(x->out.terminal);
}

static int start_load(struct experiment *x)
{
	const struct workload *w = &x->s->workload;
	int err;

	if (!x->s->has_workload)
		return 0;
	x->load = load_new(w, x->helper, x->targets.workload_cgroup, on_operation, x);
	err = x->load ? load_start(x->load, 0) : -errno;
	if (err)
		log_error("starting the workload: %s", strerror(-err));
	return err;
}

/* Regular files never make anybody wait, and can't be watched. */
static int watch_output(struct experiment *x, const struct output *o)
{
	int err = o ? watch(x, output_fd(o), SOURCE_OUTPUT, EPOLLOUT | EPOLLET) : 0;

	return err == -EPERM ? 0 : err;
}

static int watch_all(struct experiment *x)
{
	int err = watch(x, x->signals, SOURCE_SIGNAL, EPOLLIN)
			  ?: watch(x, x->control, SOURCE_CONTROL, EPOLLIN)
			  ?: watch(x, engine_events_fd(x->engine), SOURCE_EVENTS, EPOLLIN | EPOLLET)
			  ?: watch(x, engine_gate_fd(x->engine), SOURCE_GATE, EPOLLIN)
			  ?: watch(x, follow_open(x), SOURCE_CGROUPS, EPOLLIN)
			  ?: watch(x, helper_notes_fd(x->helper), SOURCE_HELPER, EPOLLIN)
			  ?: watch_output(x, x->out.events)
			  ?: watch_output(x, x->out.record);

	for (unsigned int i = 0; i < x->targets.n && !err; i++) {
		x->commands += x->targets.all[i].spec->kind == TARGET_COMMAND;
		err = watch(x, x->targets.all[i].pidfd, SOURCE_TARGET + i, EPOLLIN);
	}
	return err;
}

static void tell_ready(const struct experiment *x)
{
	if (!x->options->ready_fd)
		return;
	if (dprintf(x->options->ready_fd, "%s\n", x->report->id) < 0)
		log_warning("--ready-fd: %s", strerror(errno));
	close(x->options->ready_fd);
}

/* From here on things are attached: whatever happens, finish() follows. */
void timeline_run(struct experiment *x)
{
	/* With no baseline the first fault waits for the command, not the other way round. */
	uint64_t now = monotonic_ns();
	int err;

	x->report->ready_ns = now - x->options->started_ns;
	x->began_ns = x->ticked_ns = now;
	err = watch_all(x);
	open_phase(x, 0, now);
	tell_ready(x);
	targets_go(&x->targets);
	if (!err && start_load(x))
		end(x, VERDICT_FAILED, "the workload could not be started");
	if (!err && x->load)
		err = watch(x, load_fd(x->load), SOURCE_LOAD, EPOLLIN);
	if (err)
		end(x, VERDICT_FAILED, "preparing to wait for events failed");
	loop(x);
	finish(x);
}
