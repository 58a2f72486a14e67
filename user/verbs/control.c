// SPDX-License-Identifier: GPL-2.0
/* jinx ps and jinx stop: running experiments, from another terminal. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "report/json.h"
#include "measure/verdict.h"
#include "run/control.h"
#include "run/kill_switch.h"
#include "run/listeners.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

/* For all that don't take a connection, together. */
#define PATIENCE_NS 1000000000ull

static void print_status(const struct status *s)
{
	char left[32] = "-";

	if (s->left_ms >= 0)
		snprintf(left, sizeof(left), "%.1f s", s->left_ms / 1e3);
	print_shown(stdout, "%-8s %-8d %-16s %-12s %-8s %10lld  %s\n", s->id, s->pid, s->name,
		s->phase, left, s->injected, s->target);
}

static json_t *status_json(const struct status *s)
{
	return json_pack("{s:s, s:i, s:o, s:s, s:I, s:I, s:I, s:o}", "id", s->id, "pid",
		(int)s->pid, "name", json_foreign(s->name), "phase", s->phase, "left_ms",
		(json_int_t)s->left_ms, "running_ms", (json_int_t)s->started_ms, "injected",
		(json_int_t)s->injected, "target", json_foreign(s->target));
}

/* In a list that lacks one, its experiment would be taken for ended. */
static int tell_busy(int busy)
{
	if (busy)
		log_error(
			"%d sockets by the name of an experiment take no connection: there may be "
			"more of yours",
			busy);
	return busy ? VERDICT_FAILED : 0;
}

static int list(char (**ret)[8])
{
	int n = listeners_find(ret);

	if (n < 0)
		log_error("listing experiments: %s", strerror(-n));
	return n;
}

static int show_all(bool json)
{
	uint64_t until = monotonic_ns() + PATIENCE_NS;
	_cleanup_free_ char(*ids)[8] = NULL;
	json_t *all = json_array();
	int n = list(&ids), busy = 0;

	if (!json)
		printf("%-8s %-8s %-16s %-12s %-8s %10s  %s\n", "ID", "PID", "NAME", "PHASE",
			"LEFT", "INJECTED", "TARGET");
	for (int i = 0; i < n; i++) {
		struct status s;
		int err = control_status(ids[i], until, &s);

		busy += err == -EBUSY;
		if (err == -ETIMEDOUT)
			log_warning("experiment %s (process %d) doesn't answer", ids[i], s.pid);
		else if (!err && json)
			json_array_append_new(all, status_json(&s));
		else if (!err)
			print_status(&s);
	}
	if (json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		printf("\n");
	}
	json_decref(all);
	return n < 0 ? VERDICT_FAILED : tell_busy(busy);
}

int verb_ps(struct call *call)
{
	if (call->n_operands)
		return usage_wrong_operands(call->verb);
	return show_all(call->o.json);
}

static int stop_one(const char *id)
{
	int err = control_stop(id, monotonic_ns() + PATIENCE_NS);

	if (err == -ECONNREFUSED)
		log_error("there is no experiment %s", id);
	else if (err == -EBUSY)
		log_error("%s takes no connection", id);
	else if (err == -ESRCH)
		log_error("%s doesn't answer, and its process is in another pid namespace", id);
	else if (err == -EPERM)
		log_error(
			"%s is another user's: only they and root (by " KILL_SWITCH ") end it", id);
	else if (err)
		log_error("stopping %s: %s", id, strerror(-err));
	return err == -ECONNREFUSED ? EXIT_USAGE : err ? VERDICT_FAILED : 0;
}

/* What is another user's, or has ended by now, is not meant by --all. */
static int stop_own(void)
{
	uint64_t until = monotonic_ns() + PATIENCE_NS;
	_cleanup_free_ char(*ids)[8] = NULL;
	int n = list(&ids), busy = 0, code = 0;

	for (int i = 0; i < n; i++) {
		int err = control_stop(ids[i], until);

		busy += err == -EBUSY;
		if (!err || err == -EPERM || err == -ECONNREFUSED || err == -EBUSY)
			continue;
		log_error("stopping %s: %s", ids[i], strerror(-err));
		code = VERDICT_FAILED;
	}
	return n < 0 ? VERDICT_FAILED : tell_busy(busy) ?: code;
}

int verb_stop(struct call *call)
{
	int code = 0;

	if (call->o.all == (call->n_operands > 0))
		return usage_wrong_operands(call->verb);
	for (int i = 0; i < call->n_operands; i++)
		code |= stop_one(call->operands[i]);
	return call->o.all ? stop_own() : code;
}
