// SPDX-License-Identifier: GPL-2.0
#include "run/prepare.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/process.h"
#include "report/recording.h"
#include "run/neighbours.h"
#include "run/parts.h"
#include "target/where.h"

/* In thousandths of the memory there is, added to what jinx uses. */
#define OOM_SCORE 100

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

int prepare(struct experiment *x)
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
	err = control_server_new(x->targets.id, &x->control);
	if (err)
		log_warning("jinx ps and jinx stop won't see this: %s", strerror(-err));
	neighbours_ask(x);
	follow_tell_roots(x);
	return drop_privileges(x);
}
