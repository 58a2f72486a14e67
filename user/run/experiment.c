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
#include "run/control.h"
#include "run/timeline.h"

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

static void judge(struct experiment *x)
{
	struct report *r = x->report;

	if (r->verdict != VERDICT_HELD)
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
	snprintf(r->reason, sizeof(r->reason), "%llu injections, no expectation to deviate from",
		(unsigned long long)report_injected(r));
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
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

static int publish(struct experiment *x)
{
	const struct experiment_options *o = x->options;
	int err = 0;

	if (o->json_path)
		err = report_write_json(x->report, o->json_path);
	if (err)
		log_error("writing %s: %s", o->json_path, strerror(-err));
	if (x->events && fclose(x->events)) {
		log_error("writing %s: %s", o->events_path, strerror(errno));
		err = -EIO;
	}
	x->events = NULL;
	if (!o->quiet)
		report_print(x->report, o->table);
	return err;
}

static int prepare(struct experiment *x)
{
	const struct experiment_options *o = x->options;
	struct complaint why = {};
	const struct engine_options engine = {
		.seed = x->report->seed, .events_size = o->events_size, .observe = o->observe};
	char text[512];
	int err = targets_resolve(x->s, &x->targets, &why);

	if (err) {
		if (why.place.line)
			log_error("%s:%u:%u: %s", x->s->file, why.place.line, why.place.column,
				why.message);
		else
			log_error("%s", why.message);
		return err == -EINVAL ? EXIT_USAGE : VERDICT_FAILED;
	}
	snprintf(x->report->id, sizeof(x->report->id), "%s", x->targets.id);
	if (o->events_path) {
		x->events = fopen(o->events_path, "we");
		if (!x->events) {
			log_error("%s: %s", o->events_path, strerror(errno));
			return EXIT_USAGE;
		}
	}
	err = engine_open(x->report->plan, &x->targets, &engine, &x->engine, text, sizeof(text));
	if (err) {
		log_error("%s", text);
		return VERDICT_FAILED;
	}
	x->control = control_listen(x->targets.id);
	if (x->control < 0)
		log_warning("jinx ps and jinx stop won't see this: %s", strerror(-x->control));
	return 0;
}

static void release(struct experiment *x)
{
	engine_close(x->engine);
	if (targets_release(&x->targets))
		log_warning("the cgroup jinx-%s could not be removed", x->targets.id);
	if (x->events)
		fclose(x->events);
	report_free(x->report);
}

int experiment_run(const struct scenario *s, const struct plan *plan, const struct caps *caps,
	const struct experiment_options *options)
{
	struct experiment x = {.s = s, .options = options, .control = -1};
	int code;

	x.report = report_new(s, plan, caps);
	if (!x.report) {
		log_error("out of memory");
		return VERDICT_FAILED;
	}
	raise_limits();
	x.signals = open_signals();
	x.epoll = epoll_create1(EPOLL_CLOEXEC);
	code = prepare(&x);
	if (!code) {
		timeline_run(&x);
		judge(&x);
		code = publish(&x) ? VERDICT_FAILED : (int)x.report->verdict;
	}
	release(&x);
	return code;
}
