// SPDX-License-Identifier: GPL-2.0
#include "run/prepare.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/process.h"
#include "keeper/stage.h"
#include "report/recording.h"
#include "run/heartbeat.h"
#include "run/neighbours.h"
#include "run/parts.h"
#include "run/starting.h"
#include "target/spots.h"
#include "target/where.h"

/* In thousandths of the memory there is, added to what jinx uses. */
#define OOM_SCORE 100

/* What is wrong with what was asked for has its own numbers (experiment_run()); this is not that.
 */
static int not_asked(int err)
{
	return err == -EINVAL || err == -EOPNOTSUPP ? -EIO : err;
}

static int explain(const struct experiment *x, int err, const char *reason, struct error *why)
{
	privileges missing = privileges_to_attach(x->measure->plan) & ~privileges_held();
	char names[128];

	if (missing)
		return error_set(why, not_asked(err), "needs %s: %s",
			privileges_text(missing, names, sizeof(names)), reason);
	return error_set(why, not_asked(err), "%s", reason);
}

static int open_engine(
	struct experiment *x, const struct recorded_call *calls, size_t n, struct error *why)
{
	const struct experiment_options *o = x->options;
	const struct engine_options options = {.seed = x->seed,
		.events_size =
			o->events_path || o->record_path || before_failure_asks(x->measure->plan)
				? o->events_size
				: 0,
		.observe = o->observe,
		.record = o->record_path,
		.replay = n};
	struct error reason = {};
	int err = engine_open(x->measure->plan, &x->targets, &options, &x->engine, &reason);

	if (err)
		return explain(x, err, reason.message, why);
	for (size_t i = 0; i < n && !err; i++)
		err = engine_replay(x->engine, &calls[i].call, calls[i].result);
	return err ? error_errno(why, not_asked(err), "loading the recording") : 0;
}

static int begin_recording(struct experiment *x, struct error *why)
{
	_cleanup_free_ char *head = recording_head(x->measure->plan);

	if (!head)
		return error_set(why, -ENOMEM, "out of memory");
	output_put(x->out.record, head);
	return 0;
}

/* The files of --json, --events, --record and --replay, then everything is attached. */
static int attach(struct experiment *x, struct error *why)
{
	const struct experiment_options *o = x->options;
	_cleanup_free_ struct recorded_call *calls = NULL;
	size_t n = 0;
	int err;

	/* What is left to a clone is not numbered. */
	if ((o->record_path || o->replay_path) && plan_uses(x->measure->plan, UNNUMBERED))
		return error_set(
			why, -EOPNOTSUPP, "delays by clones can't be recorded or replayed");
	if (o->replay_path && recording_read(o->replay_path, x->measure->plan, &calls, &n, why))
		return -EINVAL;
	err = outputs_open(&x->out, o, x->measure->plan, why) ?: scrape_open(x, why);
	if (!err && x->out.record)
		err = begin_recording(x, why);
	return err ?: open_engine(x, calls, n, why);
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

/* In the report too: what it says there may mean less than it seems. */
static void note_foretold(struct experiment *x)
{
	const struct plan *plan = x->measure->plan;
	char text[300];

	for (unsigned int i = 0; i < plan->n_rules; i++)
		if (stage_foretells(plan, &plan->rules[i], text, sizeof(text)))
			measure_note(x->measure, "rule %u: %s", i + 1, text);
	for (unsigned int i = 0; i < plan->n_meters; i++) {
		enum point p = plan->meters[i].at.point;
		const char *untimed = spots_untimed(&x->targets, p);

		if (!untimed)
			continue;
		x->measure->untimed[p - POINT_code_0] = untimed;
		measure_note(x->measure, "%s: its calls are counted, and not timed: %s",
			points[p].name, untimed);
	}
}

/* Once there is a heartbeat. */
static void beat(void *context)
{
	struct experiment *x = context;

	if (x->beat_ns)
		heartbeat_renew(x, monotonic_ns());
}

/* Everything is attached: what remains to be done takes little. */
static int drop_privileges(struct experiment *x, struct error *why)
{
	privileges keep = privileges_needed(x->measure->plan);
	privileges look = PRIVILEGE(SYS_PTRACE) | PRIVILEGE(DAC_READ_SEARCH);
	const struct keeper_options keeper = {x->measure->plan, &x->targets, x->engine,
		x->oom_score, x->options->observe, x->measure->seed, beat, x};
	char names[128];
	int err;

	/* Only the gate takes it. */
	if (privileges_to_attach(x->measure->plan) & PRIVILEGE(SYS_ADMIN) &&
		!(privileges_held() & PRIVILEGE(SYS_NICE)))
		log_warning("without cap_sys_nice delays may be longer than asked for when the "
			    "host is busy");
	if (look & ~privileges_held())
		measure_note(x->measure,
			"without cap_sys_ptrace and cap_dac_read_search an io_uring "
			"of another user's process is not seen");
	x->acts.any = stage_is_needed(x->measure->plan);
	err = operations_make(x);
	if (err)
		return error_errno(why, err, "preparing the workloads");
	err = keeper_start(&keeper, &x->keeper);
	if (err)
		return error_errno(why, err, "starting the keeper");
	err = stage_prepare(x->measure->plan, &x->targets, why);
	if (err)
		return err;
	note_foretold(x);
	process_hurry(); /* the commands and the keeper are there, and don't inherit it */
	if (!can_read_without(x))
		keep |= PRIVILEGE(BPF);
	err = privileges_drop(keep);
	log_debug(
		"privileges: kept %s", keep ? privileges_text(keep, names, sizeof(names)) : "none");
	if (err)
		return error_errno(why, err, "dropping privileges");
	err = operations_prepare(x);
	return err ? error_errno(why, err, "starting the workloads") : 0;
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

static void tell_targets(const struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++) {
		const struct target *t = &x->targets.all[i];

		if (t->path[0])
			log_debug("target %s: cgroup %s", t->spec->name, t->path);
		else
			log_debug("target %s: process %d", t->spec->name, t->pid);
	}
}

int prepare(struct experiment *x, struct error *why)
{
	int err = targets_resolve(x->s, x->id, &x->targets, why);

	if (err)
		return err == -EINVAL ? err : not_asked(err);
	tell_targets(x);
	prefer_for_oom(x);
	err = attach(x, why);
	where_close(&x->targets);
	if (err)
		return err;
	if (x->options->starting) {
		starting_end(x->options->starting);
		x->control = starting_take_control(x->options->starting);
	}
	neighbours_ask(x);
	follow_tell_roots(x);
	return drop_privileges(x, why);
}
