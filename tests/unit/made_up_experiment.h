/* SPDX-License-Identifier: GPL-2.0 */
/* Whole experiments with an engine that was made up: read, run, and their reports. */
#ifndef JINX_MADE_UP_EXPERIMENT_H
#define JINX_MADE_UP_EXPERIMENT_H

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

#include "made_up.h"
#include "made_up_engine.h"
#include "base/inherited.h"
#include "base/process.h"
#include "run/experiment.h"

struct test {
	char folder[32], json[64], events[64], record[64];
	struct scenario *scenario;
	struct caps caps;
	struct plan plan;
	struct experiment_options options;
	struct result result;
	struct error why;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	memset(&made_up, 0, sizeof(made_up));
	snprintf(t->folder, sizeof(t->folder), "/tmp/jinx-experiment-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	snprintf(t->json, sizeof(t->json), "%s/json", t->folder);
	snprintf(t->events, sizeof(t->events), "%s/events", t->folder);
	snprintf(t->record, sizeof(t->record), "%s/record", t->folder);
	t->options = (struct experiment_options){.started_ns = monotonic_ns(),
		.report_paths = {[OUTPUT_json] = t->json},
		.events_path = t->events,
		.record_path = t->record,
		.events_size = DEFAULT_EVENTS_SIZE,
		.quiet = true,
		.table = stdout};
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	unlink(t->json);
	unlink(t->events);
	unlink(t->record);
	rmdir(t->folder);
	scenario_free(t->scenario);
	free(t);
	return 0;
}

static void read_model(struct test *t, const char *text)
{
	scenario_free(t->scenario);
	if (scenario_parse(text, strlen(text), "made-up", &t->scenario, &t->why))
		fail_msg("%s", t->why.message);
	t->scenario->host = true;
	t->scenario->max_delay_ns = DEFAULT_MAX_DELAY_NS;
	t->caps = caps_of(STOCK | GATED);
	t->caps.mechanisms[MECHANISM_CLONES].usable = false; /* it can't record */
	plan_make(t->scenario, &t->caps, &t->plan);
	assert_false(plan_refused(&t->plan));
}

static unsigned int count_descriptors(void)
{
	DIR *all = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(all);
	while (readdir(all))
		n++;
	closedir(all);
	return n;
}

/* What stands in the way of any experiment here, as jinx itself would say it. */
static void run(struct test *t)
{
	unsigned int before = count_descriptors();
	int err = experiment_run(t->scenario, &t->plan, &t->options, &t->result, &t->why);

	assert_int_equal(count_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	if (err && !made_up.opened &&
		(strstr(t->why.message, "cgroup v2 is not mounted") ||
			strstr(t->why.message, "in a cgroup namespace"))) {
		print_message("# %s\n", t->why.message);
		skip();
	}
	if (err)
		fail_msg("%s", t->why.message);
	assert_int_equal(made_up.opened, made_up.freed);
	assert_int_equal(made_up.opened, made_up.closed);
	assert_int_equal(made_up.opened, made_up.detached);
}

static json_t *read_report(const struct test *t)
{
	json_t *r = json_load_file(t->json, 0, NULL);

	assert_non_null(r);
	return r;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
