// SPDX-License-Identifier: GPL-2.0
#include "run/outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "report/event.h"
#include "report/recording.h"
#include "run/summary.h"

/* For so long events are taken before everything else has its turn. */
#define DRAIN_NS 10000000ull
#define FLUSH_NS 100000000ull

static bool is_standard(const char *path)
{
	return path && !strcmp(path, "-");
}

/* A report takes standard output, and the table goes to the terminal. */
static bool takes_stdout(const struct experiment_options *options)
{
	bool taken = is_standard(options->events_path) || is_standard(options->record_path);

	for (int i = 0; i < NR_OUTPUTS; i++)
		taken |= is_standard(options->report_paths[i]);
	return taken;
}

int outputs_begin(struct outputs *o, const struct experiment_options *options)
{
	o->terminal = output_standard(STDERR_FILENO);
	o->table = options->table == stdout && !takes_stdout(options)
			   ? output_standard(STDOUT_FILENO)
			   : o->terminal;
	log_to(o->terminal);
	return o->terminal && o->table ? 0 : -ENOMEM;
}

static int open_file(const char *path, struct output **ret, struct error *why)
{
	int err = 0;

	if (is_standard(path))
		*ret = output_standard(STDOUT_FILENO);
	else if (path)
		err = output_open(path, ret);
	if (!err && path && !*ret)
		err = -ENOMEM;
	if (!err)
		return 0;
	return error_set(why, -EINVAL, "%s: %s", path,
		err == -ENXIO ? "nobody reads from it" : strerror(-err));
}

/* What is written to, and what it is called. */
struct named {
	const struct output *output;
	bool standard;
	char name[32];
};

/* All that goes to files, and the table. */
static unsigned int name_all(
	const struct outputs *o, const struct experiment_options *options, struct named *ret)
{
	unsigned int n = 0;

	for (int i = 0; i < NR_OUTPUTS; i++)
		if (o->reports[i]) {
			ret[n].output = o->reports[i];
			ret[n].standard = is_standard(options->report_paths[i]);
			snprintf(ret[n].name, sizeof(ret->name), "--%s", output_formats[i].option);
			n++;
		}
	if (o->events)
		ret[n++] = (struct named){o->events, is_standard(options->events_path), "--events"};
	if (o->record)
		ret[n++] = (struct named){o->record, is_standard(options->record_path), "--record"};
	ret[n++] = (struct named){o->table, false, "the table"};
	return n;
}

static int refuse_same(
	const struct outputs *o, const struct experiment_options *options, struct error *why)
{
	struct named all[NR_OUTPUTS + 3];
	unsigned int n = name_all(o, options, all);

	for (unsigned int i = 0; i < n; i++)
		for (unsigned int k = 0; k < i; k++)
			if (all[i].standard + all[k].standard == 2 ||
				output_is_same(all[i].output, all[k].output))
				return error_set(why, -EINVAL, "%s and %s can't be the same file",
					all[k].name, all[i].name);
	return 0;
}

int outputs_open(struct outputs *o, const struct experiment_options *options,
	const struct plan *plan, struct error *why)
{
	int err = 0;

	o->plan = plan;
	if (before_failure_asks(plan)) {
		o->before = calloc(1, sizeof(*o->before));
		if (!o->before)
			return error_set(why, -ENOMEM, "out of memory");
	}
	for (int i = 0; i < NR_OUTPUTS && !err; i++)
		err = open_file(options->report_paths[i], &o->reports[i], why);
	return err ?: open_file(options->events_path, &o->events, why)
		       ?: open_file(options->record_path, &o->record, why)
		       ?: refuse_same(o, options, why);
}

/* False: they can't be taken until a reader goes on. */
static bool take(const struct event *e, void *outputs)
{
	struct outputs *o = outputs;
	char *event = o->events ? output_room(o->events, EVENT_LINE_SIZE) : NULL;
	char *call = o->record ? output_room(o->record, EVENT_LINE_SIZE) : NULL;

	o->full = (o->events && !event) || (o->record && !call);
	if (o->full)
		return false;
	if (event)
		output_add(o->events, event_line(e, o->plan, event));
	if (call)
		output_add(o->record, recording_line(e, call));
	if (o->before)
		before_failure_add(o->before, e);
	return true;
}

static void flush(struct outputs *o)
{
	if (o->events)
		output_flush(o->events);
	if (o->record)
		output_flush(o->record);
	output_flush(o->terminal);
	loop_set(o->more, 0);
}

void outputs_take(struct outputs *o)
{
	if (o->engine)
		(void)engine_drain(o->engine, take, o, monotonic_ns() + DRAIN_NS);
}

static void on_more(uint64_t now_ns, void *context)
{
	struct outputs *o = context;

	(void)now_ns;
	if (engine_drain(o->engine, take, o, monotonic_ns() + DRAIN_NS) && !o->full)
		loop_set(o->more, 0);
}

static void on_tick(uint64_t now_ns, void *context)
{
	(void)now_ns;
	flush(context);
}

static void on_room(uint32_t events, void *context)
{
	(void)events;
	flush(context);
}

static void on_events(uint32_t events, void *context)
{
	struct outputs *o = context;

	(void)events;
	loop_set(o->more, 0);
}

/* Regular files never make anybody wait, and can't be watched. */
static int watch(struct outputs *o, struct loop *l, const struct output *one)
{
	int err = one ? loop_watch(l, output_fd(one), EPOLLOUT | EPOLLET, on_room, o, NULL) : 0;

	return err == -EPERM ? 0 : err;
}

int outputs_start(struct outputs *o, struct loop *l, struct engine *engine)
{
	int events = engine_events_fd(engine);
	int err = loop_timer(l, 0, 0, on_more, o, &o->more);

	o->engine = engine;
	err = err ?: loop_timer(l, monotonic_ns() + FLUSH_NS, FLUSH_NS, on_tick, o, NULL);
	if (!err && events >= 0)
		err = loop_watch(l, events, EPOLLIN | EPOLLET, on_events, o, NULL);
	return err ?: watch(o, l, o->events) ?: watch(o, l, o->record);
}

static int finish(struct output *o, const char *name, int cancel)
{
	int err = o ? output_finish(o, cancel) : 0;

	if (err)
		log_error("writing %s: %s; it is not complete", name,
			err == -ECANCELED ? "interrupted" : strerror(-err));
	return err;
}

/* After a failure, events are taken all the same, and lost. */
static int finish_events(struct outputs *o, const struct experiment_options *options, int cancel)
{
	int err = 0, ret;

	while (!err && engine_drain(o->engine, take, o, UINT64_MAX))
		err = finish(o->events, options->events_path, cancel)
			      ?: finish(o->record, options->record_path, cancel);
	if (err)
		return err;
	ret = finish(o->events, options->events_path, cancel);
	err = finish(o->record, options->record_path, cancel);
	return ret ?: err;
}

static int finish_report(struct outputs *o, enum output_format_id format, const char *path,
	const struct snapshot *s, int cancel)
{
	_cleanup_free_ char *text = NULL;

	if (!o->reports[format])
		return 0;
	text = output_text(&output_formats[format], s);
	if (!text) {
		log_error("writing %s: out of memory", path);
		return -ENOMEM;
	}
	output_put(o->reports[format], text);
	return finish(o->reports[format], path, cancel);
}

/* It is the pipeline's, and tells of this run beside other things: the verdict doesn't hang on it.
 */
static void add_to_summary(const char *path, const struct snapshot *s)
{
	_cleanup_free_ char *text = output_text(&output_formats[OUTPUT_markdown], s);
	int err = text ? summary_add(path, text) : -ENOMEM;

	if (err)
		log_warning("%s ($" SUMMARY_VARIABLE "): %s", path, strerror(-err));
}

static int finish_table(struct outputs *o, bool quiet, const struct snapshot *s, int cancel)
{
	unsigned int width = terminal_width(output_fd(o->table));
	const struct output_format *format = quiet			    ? &output_verdict
					     : width && width < TABLE_WIDTH ? &output_narrow
									    : &output_table;
	_cleanup_free_ char *text = output_text(format, s);
	_cleanup_free_ char *shown = text ? printable_copy(text, "\n") : NULL;

	if (!shown)
		return -ENOMEM;
	/* Both are the same terminal, mostly: what stands there has gone before the table comes. */
	if (o->table != o->terminal)
		(void)output_finish(o->terminal, cancel);
	output_put(o->table, shown);
	return finish(o->table,
		o->table == o->terminal ? "to standard error" : "to standard output", cancel);
}

bool outputs_publish(struct outputs *o, const struct experiment_options *options,
	const struct snapshot *s, int cancel)
{
	unsigned long long lost = snapshot_count(s, METRIC_lost, 0);
	int err = 0;

	for (int i = 0; i < NR_OUTPUTS; i++)
		err = finish_report(o, i, options->report_paths[i], s, cancel) ?: err;
	if (options->summary_path)
		add_to_summary(options->summary_path, s);
	err = finish_events(o, options, cancel) ?: err;
	if (options->record_path && lost) {
		log_error("%s is not complete: %llu events were lost (--event-buffer)",
			options->record_path, lost);
		err = -EIO;
	}
	err = finish_table(o, options->quiet, s, cancel) ?: err;
	return !err;
}

void outputs_close(struct outputs *o, int cancel)
{
	free(o->before);
	o->before = NULL;
	log_to(NULL);
	if (o->terminal)
		(void)output_finish(o->terminal, cancel); /* there is nowhere to tell it */
	if (o->table != o->terminal)
		output_close(o->table);
	output_close(o->terminal);
	for (int i = 0; i < NR_OUTPUTS; i++)
		output_close(o->reports[i]);
	output_close(o->events);
	output_close(o->record);
}
