// SPDX-License-Identifier: GPL-2.0
#include "run/experiment.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/process.h"
#include "report/recording.h"
#include "run/control.h"
#include "run/follow.h"
#include "run/neighbours.h"
#include "run/timeline.h"
#include "target/where.h"

/* In thousandths of the memory there is, added to what jinx uses. */
#define OOM_SCORE 100

static void judge_observed(struct report *r)
{
	unsigned long long observed = 0;

	for (unsigned int i = 0; i < r->plan->n_bindings; i++)
		observed += r->counters[i].by_reason[REASON_OBSERVED];
	if (!observed)
		r->verdict = VERDICT_INCONCLUSIVE;
	snprintf(r->reason, sizeof(r->reason),
		"observed only: %llu calls or packets would have been hit", observed);
}

/* The last phase before the first fault; those before it may be there to warm up. */
static const struct phase_report *baseline(const struct report *r)
{
	const struct phase_report *last = NULL;

	for (unsigned int i = 0; i < r->scenario->n_phases; i++)
		if (r->phases[i].role == ROLE_BASELINE && r->phases[i].reached)
			last = &r->phases[i];
	return last;
}

/* Where nothing worked before the faults, nothing can be said of what they did. */
static bool judge_baseline(struct report *r)
{
	const struct phase_report *p = baseline(r);
	char text[32];

	if (!p || !p->operations || p->failed < p->operations)
		return false;
	r->verdict = VERDICT_INCONCLUSIVE;
	snprintf(r->reason, sizeof(r->reason),
		"every operation of phase %s failed, before any fault: the last with %s",
		r->scenario->phases[p - r->phases].name,
		failure_text(&p->failures.last, text, sizeof(text)));
	return true;
}

static void judge(struct experiment *x)
{
	struct report *r = x->report;

	if (r->verdict != VERDICT_HELD || judge_baseline(r))
		return;
	if (x->options->observe) {
		judge_observed(r);
		return;
	}
	if (!report_injected(r)) {
		r->verdict = VERDICT_INCONCLUSIVE;
		snprintf(r->reason, sizeof(r->reason), "no fault fired");
		return;
	}
	snprintf(r->reason, sizeof(r->reason), "%llu injection%s; no expectations defined",
		(unsigned long long)report_injected(r), report_injected(r) == 1 ? "" : "s");
}

static void do_nothing(int signal)
{
	(void)signal;
}

/* Who writes is told by the error. Unlike SIG_IGN a handler is not passed on by execve(). */
static int outlive(int signal)
{
	const struct sigaction act = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};
	struct sigaction now;

	if (sigaction(signal, NULL, &now))
		return -errno;
	return now.sa_handler == SIG_IGN || !sigaction(signal, &act, NULL) ? 0 : -errno;
}

/* Those that end an experiment. What was ignored from the start, as by nohup, stays so. */
static int open_signals(struct experiment *x)
{
	static const int all[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (sigaction(all[i], NULL, &now) || now.sa_handler != SIG_IGN)
			sigaddset(&set, all[i]);
	if (outlive(SIGPIPE) || outlive(SIGXFSZ) || sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	x->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	x->epoll = epoll_create1(EPOLL_CLOEXEC);
	return x->signals < 0 || x->epoll < 0 ? -errno : 0;
}

/* The second time that somebody wants an end, it is that of waiting for slow readers. */
static void forget_signals(const struct experiment *x)
{
	struct signalfd_siginfo info;

	while (read(x->signals, &info, sizeof(info)) == sizeof(info))
		;
}

static void raise_limits(void)
{
	struct rlimit files, memory = {RLIM_INFINITY, RLIM_INFINITY};

	/* Hundreds of links are hundreds of descriptors; before 5.11 maps are locked memory. */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setrlimit(RLIMIT_MEMLOCK, &memory);
}

/* What is left to a clone is not numbered. */
static bool can_number(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (plan->bindings[i].mechanism == MECHANISM_CLONES)
			return false;
	return true;
}

static int open_engine(struct experiment *x, const struct recorded_call *calls, size_t n)
{
	const struct experiment_options *o = x->options;
	const struct engine_options options = {.seed = x->report->seed,
		.events_size = o->events_path || o->record_path ? o->events_size : 0,
		.observe = o->observe,
		.record = o->record_path,
		.replay = n};
	struct error why = {};
	int err = engine_open(x->report->plan, &x->targets, &options, &x->engine, &why);

	if (err) {
		privileges missing = privileges_to_attach(x->report->plan) & ~privileges_held();
		char names[128];

		if (missing)
			log_error("needs %s: %s", privileges_text(missing, names, sizeof(names)),
				why.message);
		else
			log_error("%s%s", why.message, err == -EMFILE ? " (ulimit -n)" : "");
		return err;
	}
	for (size_t i = 0; i < n && !err; i++)
		err = engine_replay(x->engine, &calls[i].call, calls[i].result);
	if (err)
		log_error("loading the recording: %s", strerror(-err));
	return err;
}

/* The files of --json, --events, --record and --replay, then everything is attached. */
static int attach(struct experiment *x)
{
	const struct experiment_options *o = x->options;
	_cleanup_free_ struct recorded_call *calls = NULL;
	_cleanup_free_ char *head = NULL;
	struct error why = {};
	size_t n = 0;

	if ((o->record_path || o->replay_path) && !can_number(x->report->plan)) {
		log_error("delays by clones can't be recorded or replayed");
		return VERDICT_UNSUPPORTED;
	}
	if (o->replay_path && recording_read(o->replay_path, x->report->plan, &calls, &n, &why)) {
		log_error("%s", why.message);
		return EXIT_USAGE;
	}
	if (outputs_open(&x->out, o, x->report->plan))
		return EXIT_USAGE;
	if (x->out.record) {
		head = recording_head(x->report->plan);
		if (!head)
			return VERDICT_FAILED;
		output_put(x->out.record, head);
	}
	return open_engine(x, calls, n) ? VERDICT_FAILED : 0;
}

/* By descriptor it takes no privilege since 5.19 (kernel/bpf/syscall.c: __sys_bpf). */
static bool can_read_without(const struct experiment *x)
{
	privileges held = privileges_held();
	struct counters counters;
	int err = privileges_use(0);

	if (!err)
		err = engine_counters(x->engine, 0, &counters);
	return privileges_use(held) == 0 && err != -EPERM;
}

/* Everything is attached: what remains to be done takes little. */
static int drop_privileges(struct experiment *x)
{
	privileges keep = privileges_needed(x->report->plan);
	privileges look = PRIVILEGE(SYS_PTRACE) | PRIVILEGE(DAC_READ_SEARCH);
	int err;

	/* Only the gate takes it. */
	if (privileges_to_attach(x->report->plan) & PRIVILEGE(SYS_ADMIN) &&
		!(privileges_held() & PRIVILEGE(SYS_NICE)))
		log_warning("without cap_sys_nice delays may be longer than asked for when the "
			    "host is busy");
	if (look & ~privileges_held())
		report_note(x->report, "without cap_sys_ptrace and cap_dac_read_search an io_uring "
				       "of another user's process is not seen");
	x->helper = helper_start(x->s, &x->targets, x->engine, x->oom_score);
	if (!x->helper) {
		log_error("starting the helper: %s", strerror(errno));
		return VERDICT_FAILED;
	}
	process_hurry(); /* the commands and the helper are there, and don't inherit it */
	if (!can_read_without(x))
		keep |= PRIVILEGE(BPF);
	err = privileges_drop(keep);
	if (err)
		log_error("dropping privileges: %s", strerror(-err));
	return err ? VERDICT_FAILED : 0;
}

/*
 * When memory runs out it is jinx that is to go, and the faults with it, not one of the processes
 * that clean up after it: forked from it, they look as large. They and the commands are there.
 */
static void prefer_for_oom(struct experiment *x)
{
	x->oom_score = process_oom_score();
	if (x->oom_score < OOM_SCORE)
		process_set_oom_score(OOM_SCORE);
}

static int prepare(struct experiment *x)
{
	struct error why = {};
	int err = targets_resolve(x->s, &x->targets, &why), code;

	if (err) {
		if (why.place.line)
			log_error("%s:%u:%u: %s", x->s->file, why.place.line, why.place.column,
				why.message);
		else
			log_error("%s", why.message);
		return err == -EINVAL ? EXIT_USAGE : VERDICT_FAILED;
	}
	snprintf(x->report->id, sizeof(x->report->id), "%s", x->targets.id);
	prefer_for_oom(x);
	code = attach(x);
	where_close(&x->targets);
	if (code)
		return code;
	x->control = control_listen(x->targets.id);
	if (x->control < 0)
		log_warning("jinx ps and jinx stop won't see this: %s", strerror(-x->control));
	neighbours_ask(x);
	follow_tell_roots(x);
	return drop_privileges(x);
}

/* The command's exit code where that is asked for and it has one. */
static int exit_code(const struct experiment *x)
{
	int code = -1;

	if (!x->options->pass_exit_code || verdict_exit(x->report->verdict) == VERDICT_FAILED)
		return verdict_exit(x->report->verdict);
	for (unsigned int i = 0; i < x->s->n_targets; i++)
		if (x->s->targets[i].kind == TARGET_COMMAND)
			code = report_exit_code(&x->report->commands[i]);
	return code < 0 ? verdict_exit(x->report->verdict) : code;
}

static void release(struct experiment *x)
{
	helper_stop(x->helper);
	engine_close(x->engine);
	if (targets_release(&x->targets))
		log_warning("the cgroup jinx-%s could not be removed", x->targets.id);
	if (x->beside >= 0)
		close(x->beside);
}

int experiment_run(const struct scenario *s, const struct plan *plan, const struct caps *caps,
	const struct experiment_options *options)
{
	struct experiment x = {.s = s,
		.options = options,
		.epoll = -1,
		.signals = -1,
		.control = -1,
		.beside = -1};
	int code, err;

	x.report = report_new(s, plan, caps);
	if (!x.report) {
		log_error("out of memory");
		return VERDICT_FAILED;
	}
	raise_limits();
	err = open_signals(&x) ?: outputs_begin(&x.out, options);
	if (err) {
		log_error("%s", strerror(-err));
		return VERDICT_FAILED;
	}
	code = prepare(&x);
	if (!code)
		timeline_run(&x);
	release(&x);
	if (!code) {
		judge(&x);
		forget_signals(&x);
		err = outputs_publish(&x.out, options, x.engine, x.report, x.signals);
		code = err ? VERDICT_FAILED : exit_code(&x);
	}
	outputs_close(&x.out, x.signals);
	engine_free(x.engine);
	report_free(x.report);
	return code;
}
