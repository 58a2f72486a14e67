// SPDX-License-Identifier: GPL-2.0
#include "run/commands.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/process.h"
#include "run/parts.h"

/* Nothing of it runs any more. */
static void is_over(struct experiment *x)
{
	if (--x->commands.running == 0 && timeline_is_endless(x))
		experiment_end(x, VERDICT_HELD, "");
}

/* A command that has made itself a daemon is still the target. */
static void look_for_daemon(struct experiment *x, struct target *t)
{
	if (!t->lingers)
		return;
	if (!cgroup_is_inhabited(t->cgroup_fd)) {
		t->lingers = false;
		is_over(x);
	} else if (!t->told) {
		t->told = true;
		measure_note(x->measure,
			"%s: processes that the command left running went on as the target",
			target_called(t->spec));
		if (timeline_is_endless(x))
			log_info("the command has left processes running: the experiment goes on "
				 "until they end (jinx stop %s)",
				x->id);
	}
}

static void look(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	(void)now_ns;
	for (unsigned int i = 0; i < x->targets.n; i++)
		look_for_daemon(x, &x->targets.all[i]);
}

/* What was to succeed, and was not ended by jinx. */
static void tell_failure(struct experiment *x, const struct target *t, int state)
{
	char text[160];

	if (WIFEXITED(state) && !WEXITSTATUS(state))
		return;
	snprintf(text, sizeof(text), "%s: the command failed", target_called(t->spec));
	before_failure_tell(x, monotonic_ns(), text);
}

static void note_end(struct experiment *x, unsigned int i)
{
	struct target *t = &x->targets.all[i];
	int state = 0;

	waitpid(t->pid, &state, 0);
	x->measure->commands[i] = (struct command_report){.ended = true, .status = state};
	if (WIFSIGNALED(state))
		measure_note(x->measure, "%s: the command was ended by %s", target_called(t->spec),
			signal_name(WTERMSIG(state)));
	else
		measure_note(x->measure, "%s: the command exited with %d", target_called(t->spec),
			WEXITSTATUS(state));
	tell_failure(x, t, state);
	if (cgroup_is_inhabited(t->cgroup_fd))
		t->lingers = true;
	else
		is_over(x);
}

static void on_end(uint32_t events, void *context)
{
	struct waited *w = context;
	struct experiment *x = w->experiment;
	struct target *t = &x->targets.all[w->target];

	(void)events;
	loop_remove(w->end);
	w->end = NULL;
	close(t->pidfd);
	t->pidfd = -1;
	if (t->spec->kind == TARGET_COMMAND)
		note_end(x, w->target);
	else
		measure_note(
			x->measure, "%s: process %d has ended", target_called(t->spec), t->pid);
}

int commands_begin(struct experiment *x)
{
	int err = loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, look, x, NULL);

	for (unsigned int i = 0; i < x->targets.n && !err; i++) {
		struct waited *w = &x->commands.all[i];
		const struct target *t = &x->targets.all[i];

		x->commands.running += t->spec->kind == TARGET_COMMAND;
		*w = (struct waited){.experiment = x, .target = i};
		if (t->pidfd >= 0)
			err = loop_watch(x->loop, t->pidfd, EPOLLIN, on_end, w, &w->end);
	}
	return err;
}

void commands_tell_running(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n && !x->s->file; i++) {
		const struct target *t = &x->targets.all[i];

		if (t->spec->kind == TARGET_COMMAND && !x->measure->commands[i].ended)
			measure_note(x->measure,
				"%s: the command was still running when its time was over, and is "
				"ended",
				target_called(t->spec));
	}
}
