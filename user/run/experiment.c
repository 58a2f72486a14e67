// SPDX-License-Identifier: GPL-2.0
#include "run/experiment.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "report/why_not.h"
#include "run/audit.h"
#include "run/expectations.h"
#include "run/guards.h"
#include "run/heartbeat.h"
#include "run/judge.h"
#include "run/neighbours.h"
#include "run/parts.h"
#include "run/prepare.h"
#include "run/progress.h"
#include "run/ready.h"
#include "run/signals.h"
#include "run/starting.h"
#include "run/trace.h"

void experiment_end(struct experiment *x, enum verdict v, const char *reason)
{
	if (x->over)
		return;
	x->over = true;
	x->measure->judgement.verdict = v;
	snprintf(x->measure->judgement.reason, sizeof(x->measure->judgement.reason), "%s", reason);
	loop_stop(x->loop);
}

void experiment_fail(struct experiment *x, const char *reason)
{
	if (x->measure->judgement.verdict == VERDICT_FAILED)
		return;
	x->over = false;
	experiment_end(x, VERDICT_FAILED, reason);
}

static void on_signal(uint32_t events, void *context)
{
	struct experiment *x = context;

	(void)events;
	if (!signals_take(x->signals))
		return;
	audit_stop(x, "interrupted by a signal");
	experiment_end(x, VERDICT_ABORTED, "interrupted by a signal");
}

static void tell_status(struct status *ret, void *context)
{
	progress_status(context, ret);
}

static void on_stop(void *context)
{
	log_debug("told to stop");
	audit_stop(context, "jinx stop");
	experiment_end(context, VERDICT_ABORTED, "ended by jinx stop");
}

static bool is_neighbour(const char *question, size_t size, void *context)
{
	return neighbours_answer(context, question, size);
}

static int listen_to_control(struct experiment *x)
{
	static const struct control_functions functions = {tell_status, on_stop, is_neighbour};

	return x->control ? control_server_start(x->control, x->loop, &functions, x) : 0;
}

/* What is looked at every now and then is looked at in this order. */
static int watch_all(struct experiment *x)
{
	return loop_watch(x->loop, x->signals, EPOLLIN, on_signal, x, NULL)
		       ?: listen_to_control(x)
		       ?: heartbeat_begin(x)
		       ?: acts_begin(x)
		       ?: follow_begin(x)
		       ?: libraries_begin(x)
		       ?: hooks_begin(x)
		       ?: hosts_begin(x)
		       ?: commands_begin(x)
		       ?: outputs_start(&x->out, x->loop, x->engine)
		       ?: progress_begin(x)
		       ?: showing_begin(x)
		       ?: guards_begin(x)
		       ?: notices_begin(x)
		       ?: watch_begin(x)
		       ?: logs_begin(x)
		       ?: probes_begin(x)
		       ?: scrape_begin(x);
}

static void tell_ready(const struct experiment *x)
{
	if (!x->options->ready_fd)
		return;
	if (dprintf(x->options->ready_fd, "%s\n", x->id) < 0)
		log_warning("--ready-fd: %s", strerror(errno));
	close(x->options->ready_fd);
}

/* With no baseline the first fault waits for the command, not the other way round. */
static void begin(struct experiment *x)
{
	int err;

	x->began_ns = monotonic_ns();
	x->measure->began_ns = x->began_ns;
	x->measure->ready_ns = x->began_ns - x->options->started_ns;
	err = watch_all(x) ?: timeline_begin(x, x->began_ns);
	audit_start(x);
	tell_ready(x);
	targets_go(&x->targets);
	if (err) {
		experiment_end(x, VERDICT_FAILED, "preparing to wait for events failed");
		return;
	}
	err = operations_begin(x);
	if (!err)
		return;
	log_error("starting the workload: %s", strerror(-err));
	experiment_end(x, VERDICT_FAILED, "the workload could not be started");
}

static void finish(struct experiment *x)
{
	struct phase_report *p = &x->measure->phases[x->timeline.phase];
	bool open = x->timeline.open;
	struct status s;

	progress_status(x, &s);
	if (x->control && control_server_attend(x->control, &s))
		log_debug("nobody answers while the experiment ends");
	timeline_end(x);
	notices_end(x);
	commands_tell_running(x);
	follow_tell(x);
	engine_detach(x->engine);
	x->ended_ns = monotonic_ns();
	operations_finish(x);
	verification_finish(x);
	probes_finish(x);
	watch_end(x);
	logs_finish(x);
	if (p->role == ROLE_RECOVER)
		p->last_failure_ns = last_failure_time(&x->operations.last_failure);
	if (measure_steadiness(x->measure, monotonic_ns()))
		experiment_fail(x, "out of memory");
	progress_end(x);
	showing_end(x);
	hooks_finish(x, open);
	notices_count(x);
	why_not(x->measure);
}

/* From its begin on things are attached: whatever happens, finish() follows. */
static void carry_out(struct experiment *x)
{
	begin(x);
	if (!x->over && loop_run(x->loop))
		experiment_end(x, VERDICT_FAILED, "waiting for events failed");
	finish(x);
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

/* The last one's; --exit-code command takes a scenario with one. */
static int command_exit_code(const struct snapshot *s)
{
	double code = NAN;

	for (unsigned int i = 0; i < s->n_targets; i++)
		if (s->targets[i].is_command)
			code = snapshot_value(s, METRIC_exit_code, i);
	return isnan(code) ? -1 : code;
}

static void release(struct experiment *x)
{
	pid_t janitor;

	operations_release(x);
	probes_release(x);
	logs_release(x);
	keeper_stop(x->keeper);
	engine_close(x->engine);
	janitor = x->targets.janitor.pid;
	if (targets_release(&x->targets))
		log_warning("the cgroup jinx-%s could not be removed", x->id);
	else if (janitor > 0)
		log_debug(
			"undone: the cgroup jinx-%s is removed by the janitor %d", x->id, janitor);
	follow_end(x);
	hosts_end(x);
	scrape_end(x);
	loop_free(x->loop);
	x->loop = NULL;
}

/* The last snapshot, which has what was made of the one before. */
static struct snapshot *judged(struct experiment *x)
{
	struct snapshot *s = snapshot_take(x->measure);

	if (!s)
		return NULL;
	judge_expectations(x->s, s, x->measure->expectations);
	snapshot_free(s);
	s = snapshot_take(x->measure);
	if (s)
		judge(s, &x->measure->judgement);
	snapshot_free(s);
	return snapshot_take(x->measure);
}

static int publish(struct experiment *x, struct result *ret, struct error *why)
{
	struct snapshot *s = judged(x);

	if (!s)
		return error_set(why, -ENOMEM, "out of memory");
	audit_end(x, s);
	if (!trace_send(x, s)) {
		snapshot_free(s);
		s = snapshot_take(x->measure); /* with the note */
		if (!s)
			return error_set(why, -ENOMEM, "out of memory");
	}
	/* The second time that somebody wants an end, it is that of waiting for slow readers. */
	(void)signals_take(x->signals);
	ret->verdict = s->judgement.verdict;
	ret->command = command_exit_code(s);
	hooks_publish(x, s);
	remember_trend(&x->options->remembering, s);
	if (!outputs_publish(&x->out, x->options, s, x->signals))
		ret->verdict = VERDICT_FAILED;
	remember(&x->options->remembering, s);
	scrape_linger(x, s);
	snapshot_free(s);
	return 0;
}

static void choose_seed(struct experiment *x)
{
	x->seed = x->s->seed;
	if (!x->s->has_seed && getrandom(&x->seed, 4, 0) != 4)
		x->seed = getpid();
}

/* What it takes of this process. */
static int set_up(struct experiment *x)
{
	struct starting *begun = x->options->starting;

	if (begun)
		snprintf(x->id, sizeof(x->id), "%s", starting_id(begun));
	else
		starting_choose_id(x->id);
	choose_seed(x);
	raise_limits();
	x->signals = begun ? starting_take_signals(begun) : signals_open();
	if (x->signals < 0)
		return x->signals;
	return loop_new(&x->loop) ?: outputs_begin(&x->out, x->options);
}

/* Whoever told it to stop learns at the very last that it has. */
static void tear_down(struct experiment *x)
{
	scrape_close(x);
	outputs_close(&x->out, x->signals);
	engine_free(x->engine);
	measure_free(x->measure);
	control_server_free(x->control);
	if (x->signals >= 0)
		close(x->signals);
}

/* Not on the stack, which may be small. */
static struct experiment *experiment_new(
	const struct scenario *s, const struct experiment_options *options)
{
	struct experiment *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->s = s;
	x->options = options;
	x->signals = x->follow.beside = -1;
	return x;
}

int experiment_run(const struct scenario *s, const struct plan *plan,
	const struct experiment_options *options, struct result *ret, struct error *why)
{
	struct experiment *x = experiment_new(s, options);
	int err = x ? set_up(x) : -ENOMEM;

	if (!x)
		return error_errno(why, err, "beginning");
	if (!err)
		x->measure = measure_new(s, plan, x->id, x->seed);
	if (err || !x->measure) {
		err = error_errno(why, err ?: -ENOMEM, "beginning");
	} else {
		x->measure->observed = options->observe;
		x->measure->show_commands = options->show_commands;
		err = prepare(x, why);
		if (!err)
			err = ready_wait(x, why) ?: hooks_before_first(x, why);
		if (!err)
			carry_out(x);
		release(x);
		if (!err)
			err = publish(x, ret, why);
	}
	tear_down(x);
	free(x);
	return err;
}
