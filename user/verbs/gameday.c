// SPDX-License-Identifier: GPL-2.0
/* jinx gameday: scenarios one after the other, with people who watch. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "run/signals.h"
#include "scenario/gameday.h"
#include "suite/carry_out.h"
#include "suite/tell.h"
#include "verbs/items.h"
#include "verbs/usage.h"

#define SECOND_NS 1000000000ull

struct gaming {
	const struct gameday *plan;
	struct call *call;
	struct collecting c;
	struct call calls[MAX_ROUNDS];	    /* with the params of each */
	unsigned int first[MAX_ROUNDS + 1]; /* of its items */
	int signals;
	FILE *to;
	const char *stopped; /* why no more is begun; NULL: it goes on */
};

static int say_what_is_wrong(const char *path, const struct complaints *all)
{
	for (unsigned int i = 0; i < all->n; i++)
		print_complaint(path, &all->all[i]);
	return EXIT_USAGE;
}

/* What can't be read is known before anything begins. */
static int add_round(struct gaming *g, unsigned int i, const char *path)
{
	const struct round *r = &g->plan->rounds[i];
	struct call *own = &g->calls[i];
	struct error why = {.place = r->place};

	*own = *g->call;
	for (unsigned int k = 0; k < r->n_set; k++)
		if (settings_add(&own->o.plan.settings, r->set[k], &why)) {
			print_complaint(path, &why);
			return EXIT_USAGE;
		}
	g->c.call = own;
	g->first[i] = g->c.items.n;
	if (items_add_file(&g->c, r->file, true)) {
		log_error("there is no memory for so many runs");
		return VERDICT_FAILED;
	}
	g->first[i + 1] = g->c.items.n;
	for (unsigned int k = g->first[i]; k < g->c.items.n; k++)
		if (g->c.items.all[k].state == ITEM_ENDED) {
			log_error("%s", g->c.items.all[k].reason);
			return EXIT_USAGE;
		}
	return 0;
}

static struct items items_of(const struct gaming *g, unsigned int round)
{
	return (struct items){
		g->first[round + 1] - g->first[round], g->c.items.all + g->first[round]};
}

/* "2 of 3: shop/slow" */
static void announce(const struct gaming *g, unsigned int round)
{
	const struct items of = items_of(g, round);
	char name[300];

	fprintf(g->to, "%u of %u: %s", round + 1, g->plan->n,
		tell_name(&of.all[0], name, sizeof(name)));
	if (of.n > 1)
		fprintf(g->to, ", %u runs", of.n);
}

/* Until then; false: a signal has come. */
static bool wait_until(struct gaming *g, uint64_t until_ns)
{
	struct pollfd fd = {.fd = g->signals, .events = POLLIN};
	bool seen = terminal_redraws(STDERR_FILENO);
	uint64_t now;

	while ((now = monotonic_ns()) < until_ns) {
		if (seen)
			fprintf(stderr, "\r\033[Kgoes on in %.0f s", (until_ns - now) / 1e9);
		if (poll(&fd, 1,
			    until_ns - now < SECOND_NS ? (until_ns - now) / 1000000 + 1 : 250) >
				0 &&
			signals_take(g->signals))
			break;
	}
	if (seen)
		fputs("\r\033[K", stderr);
	return now >= until_ns;
}

#define INTERRUPTED '!'

/* A line's first letter; 'q' at the end of the input. */
static char take_answer(const struct gaming *g)
{
	struct pollfd fds[] = {
		{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = g->signals, .events = POLLIN}};
	char line[80];
	ssize_t n;

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return 'q';
	if (fds[1].revents) {
		signals_take(g->signals);
		fputc('\n', g->to);
		return INTERRUPTED;
	}
	n = read(STDIN_FILENO, line, sizeof(line));
	return n > 0 ? line[0] : 'q';
}

/* 'y', 's', 'q' or INTERRUPTED. What was typed before the question is no answer to it. */
static char confirm(const struct gaming *g, unsigned int round)
{
	static const char answers[] = {'y', 's', 'q', INTERRUPTED};
	char answer = 0;

	while (!memchr(answers, answer, sizeof(answers))) {
		(void)tcflush(STDIN_FILENO, TCIFLUSH);
		announce(g, round);
		fputs("  begin it? [y]es, [s]kip it, [q]uit: ", g->to);
		fflush(g->to);
		answer = take_answer(g);
	}
	return answer;
}

static void judge(struct gaming *g, const struct item *it)
{
	if (it->verdict == VERDICT_ABORTED)
		g->stopped = "one was aborted";
	else if (it->verdict == VERDICT_FAILED)
		g->stopped = "one has failed";
	else if (it->verdict == VERDICT_DEVIATED && g->plan->stop_deviated)
		g->stopped = "one has deviated";
}

/* A combination of a matrix after the other, too. */
static int run_round(struct gaming *g, unsigned int round)
{
	struct items of = items_of(g, round), one = {1, NULL};
	const struct carrying all = {.items = &one,
		.jobs = 1,
		.patience_ns = PATIENCE_NS,
		.to = g->to,
		.run = items_run_one,
		.context = &g->calls[round]};
	int err = 0;

	announce(g, round);
	fputc('\n', g->to);
	fflush(g->to);
	for (unsigned int i = 0; i < of.n && !g->stopped && !err; i++) {
		one.all = &of.all[i];
		err = carry_out_all(&all);
		judge(g, one.all);
	}
	return err;
}

static int run_all(struct gaming *g)
{
	int err = 0;

	for (unsigned int i = 0; i < g->plan->n && !g->stopped && !err; i++) {
		const struct round *r = &g->plan->rounds[i];
		uint64_t pause = r->has_pause ? r->pause_ns : i ? g->plan->pause_ns : 0;
		char answer;

		if (pause && !wait_until(g, monotonic_ns() + pause)) {
			g->stopped = "interrupted by a signal";
			break;
		}
		answer = g->call->o.yes ? 'y' : confirm(g, i);
		if (answer == INTERRUPTED)
			g->stopped = "interrupted by a signal";
		else if (answer == 'q')
			g->stopped = "you have ended it";
		else if (answer == 'y')
			err = run_round(g, i);
	}
	for (unsigned int i = 0; i < g->c.items.n; i++)
		if (g->c.items.all[i].state == ITEM_WAITS)
			g->c.items.all[i].state = ITEM_LEFT_OUT;
	return err;
}

static bool was_any_run(const struct items *items)
{
	for (unsigned int i = 0; i < items->n; i++)
		if (items->all[i].state == ITEM_ENDED)
			return true;
	return false;
}

static int begin(struct gaming *g)
{
	const struct options *o = &g->call->o;
	struct results r = {.junit_path = o->suite.junit, .json_path = o->suite.json};
	int err;

	if (results_open(&r))
		return EXIT_USAGE;
	g->to = results_take_stdout(&r) ? stderr : stdout;
	print_shown(g->to, "gameday %s\n", g->plan->name);
	if (g->plan->about)
		print_shown(g->to, "%s\n", g->plan->about);
	err = run_all(g);
	if (err)
		log_error("waiting for a scenario: %s", strerror(-err));
	tell_gameday(&g->c.items, g->plan->name, g->stopped, g->to);
	tell_figures(&g->c.items, o->suite.figures, g->to);
	if (results_write(&g->c.items, false, &r) || err)
		return VERDICT_FAILED;
	return was_any_run(&g->c.items) ? worst_exit_code(&g->c.items)
					: verdict_exit(VERDICT_ABORTED);
}

static int read_all(struct gaming *g, const char *path)
{
	int code = 0;

	for (unsigned int i = 0; i < g->plan->n && !code; i++)
		code = add_round(g, i, path);
	return code;
}

int verb_gameday(struct call *call)
{
	struct gaming *g = calloc(1, sizeof(*g));
	struct gameday *plan = NULL;
	struct complaints all;
	int code = 0;

	if (!g)
		return log_error("out of memory"), VERDICT_FAILED;
	g->call = call;
	call->o.run.quiet = true;
	if (call->n_operands != 1) {
		code = usage_wrong_operands(call->verb);
	} else if (gameday_read(call->operands[0], call->o.plan.trust, &plan, &all)) {
		code = say_what_is_wrong(call->operands[0], &all);
	} else if (!call->o.yes && !isatty(STDIN_FILENO)) {
		log_error("a gameday asks before each scenario, and standard input is no terminal: "
			  "--yes begins them without asking");
		code = EXIT_USAGE;
	} else {
		g->plan = plan;
		g->signals = signals_open();
		code = read_all(g, call->operands[0]) ?: begin(g);
		if (g->signals >= 0)
			close(g->signals);
	}
	items_free(&g->c.items);
	gameday_free(plan);
	free(g);
	return code;
}
