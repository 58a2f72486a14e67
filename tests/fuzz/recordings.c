// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes what is read of a recording. An input that begins with '+' comes below the first line of a
 * recording of the rules here; of others the first line is read, too.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "report/recording.h"
#include "scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULES                                                                                 \
	"jinx: 1\ntarget: {cgroup: /a}\ntimeline: [{phase: p, for: 1s, faults: [{fail: EIO, " \
	"on: [read, openat]}, {drop: egress}]}]\n"
#define N_RULES 2

static struct plan plan;
static struct caps caps;
static char file[] = "/dev/shm/jinx-fuzz.XXXXXX";
static char *head;

static void clean_up(void)
{
	unlink(file);
	free(head);
	scenario_free((struct scenario *)plan.scenario);
}

static void set_up(void)
{
	struct scenario *s;
	struct error why;
	int fd = mkstemp(file);

	if (fd < 0 || close(fd) || scenario_parse(RULES, strlen(RULES), "rules", &s, &why))
		abort();
	plan_make(s, &caps, &plan);
	head = recording_head(&plan);
	if (!head || plan.n_rules != N_RULES)
		abort();
	atexit(clean_up);
}

static void write_input(const uint8_t *data, size_t size)
{
	_cleanup_file_ FILE *f = fopen(file, "we");

	if (!f)
		abort();
	if (size && data[0] == '+') {
		fputs(head, f);
		data++;
		size--;
	}
	fwrite(data, 1, size, f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recorded_call *calls;
	struct error why = {};
	size_t n;
	int err;

	if (!head)
		set_up();
	write_input(data, size);
	err = recording_read(file, &plan, &calls, &n, &why);
	/* Refused with a reason, or calls of the rules that the engine can take as they are. */
	if (err ? calls || !why.message[0] : !n)
		abort();
	for (size_t i = 0; !err && i < n; i++)
		if (calls[i].call.rule >= N_RULES || !calls[i].call.call)
			abort();
	free(calls);
	return 0;
}
