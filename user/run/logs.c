// SPDX-License-Identifier: GPL-2.0
#include "run/logs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "run/parts.h"
#include "run/runner.h"

/* journalctl is given so long for what was logged at the very end. */
#define JOURNAL_GRACE_NS 300000000ull

static const struct log_spec *spec_of(const struct reader *r)
{
	return &r->experiment->s->logs[r->number];
}

static struct log_report *report_of(const struct reader *r)
{
	return &r->experiment->measure->logs[r->number];
}

static void on_line(const char *line, size_t size, void *context)
{
	const struct reader *r = context;

	kept_add(&report_of(r)->kept, monotonic_ns(), line, size);
}

static void on_text(const char *text, size_t size, void *context)
{
	struct reader *r = context;

	lines_take(&r->lines, text, size, on_line, r);
}

static void fail(const struct reader *r, const char *what, int err)
{
	snprintf(report_of(r)->why, sizeof(report_of(r)->why), "%s: %s", what, strerror(-err));
}

static void look(struct reader *r)
{
	int err = tail_read(&r->tail, on_text, r);

	if (err)
		fail(r, "the file can't be read", err);
}

static void on_look(uint64_t now_ns, void *context)
{
	(void)now_ns;
	look(context);
}

static void read_output(struct reader *r)
{
	char text[4096];
	ssize_t n;

	while (r->output >= 0 && (n = read(r->output, text, sizeof(text))) > 0)
		on_text(text, n, r);
}

static void on_readable(uint32_t events, void *context)
{
	struct reader *r = context;

	read_output(r);
	if (!(events & EPOLLHUP))
		return;
	loop_remove(r->readable);
	r->readable = NULL;
}

/* It goes on until it is ended, so an end says that it can't. */
static void on_end(enum run_end how, int status, void *context)
{
	struct reader *r = context;

	if (how == RUN_IMPOSSIBLE)
		fail(r, "journalctl can't be started", status);
	else
		snprintf(report_of(r)->why, sizeof(report_of(r)->why),
			"journalctl has ended, with %d",
			WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

void logs_look(struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_logs; i++) {
		struct reader *r = &x->logs.all[i];

		if (!r->experiment)
			continue;
		read_output(r);
		if (r->look)
			look(r);
	}
}

static int begin_unit(struct reader *r)
{
	static const struct runner_functions f = {on_text, on_end};
	struct experiment *x = r->experiment;

	r->runner = runner_new(x->keeper, &x->targets, executable_of_log(x->s, r->number), &f, r);
	if (!r->runner)
		return -ENOMEM;
	runner_run(r->runner, x->loop, 1000ull * 86400 * 1000000000);
	return 0;
}

static int begin_file(struct reader *r)
{
	struct experiment *x = r->experiment;
	int err = tail_open(&r->tail, spec_of(r)->source);

	if (err && err != -ENOENT)
		fail(r, "the file can't be read", err);
	return loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, on_look, r, &r->look);
}

static int begin_target(struct reader *r)
{
	struct experiment *x = r->experiment;
	const struct targets *t = &x->targets;

	for (unsigned int i = 0; i < t->n; i++)
		if (!strcmp(t->all[i].spec->name, spec_of(r)->source))
			r->output = t->all[i].output;
	return loop_watch(x->loop, r->output, EPOLLIN, on_readable, r, &r->readable);
}

int logs_begin(struct experiment *x)
{
	static int (*const begin[])(struct reader *) = {
		[LOG_UNIT] = begin_unit, [LOG_FILE] = begin_file, [LOG_TARGET] = begin_target};
	int err = 0;

	for (unsigned int i = 0; i < x->s->n_logs && !err; i++) {
		struct reader *r = &x->logs.all[i];

		*r = (struct reader){.experiment = x,
			.number = i,
			.output = -1,
			.tail = {.fd = -1, .before = -1}};
		err = begin[x->s->logs[i].kind](r);
	}
	return err;
}

static void on_grace(uint64_t now_ns, void *context)
{
	(void)now_ns;
	loop_stop(context);
}

static bool has_units(const struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_logs; i++)
		if (x->logs.all[i].runner && runner_is_under_way(x->logs.all[i].runner))
			return true;
	return false;
}

/* The loop still watches what journalctl prints. */
static void wait_for_units(struct experiment *x)
{
	if (has_units(x) &&
		!loop_timer(x->loop, monotonic_ns() + JOURNAL_GRACE_NS, 0, on_grace, x->loop, NULL))
		(void)loop_run(x->loop);
}

void logs_finish(struct experiment *x)
{
	wait_for_units(x);
	logs_look(x);
	for (unsigned int i = 0; i < x->s->n_logs; i++) {
		struct reader *r = &x->logs.all[i];

		if (!r->experiment)
			continue;
		lines_end(&r->lines, on_line, r);
		/* Nothing is known of what was never there. */
		if (spec_of(r)->kind == LOG_FILE && r->tail.fd < 0 && r->tail.before < 0 &&
			!*report_of(r)->why)
			snprintf(report_of(r)->why, sizeof(report_of(r)->why),
				"the file was never there");
	}
}

void logs_release(struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_logs; i++) {
		struct reader *r = &x->logs.all[i];

		if (!r->experiment)
			continue;
		loop_remove(r->readable);
		loop_remove(r->look);
		runner_free(r->runner);
		tail_close(&r->tail);
		r->experiment = NULL;
	}
}
