// SPDX-License-Identifier: GPL-2.0
#include "kernel/metering.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "jinx.skel.h"
#include "kernel/mechanisms/mechanism.h"
#include "kernel/plan_meters.h"

static bool are_narrowed(const struct targets *t)
{
	for (unsigned int i = 0; i < t->n; i++)
		if (has_identities(&t->all[i].spec->only) ||
			has_identities(&t->all[i].spec->except))
			return true;
	return false;
}

/* Rules count their own; here targets may have none. */
static void add_cmdlines(struct jinx_bpf *skel, const struct targets *t)
{
	for (unsigned int i = 0; i < t->n; i++) {
		const struct target_spec *spec = t->all[i].spec;
		unsigned int n = spec->only.n_cmdline + spec->except.n_cmdline;

		skel->rodata->metering_cmdlines |= n > 0;
		skel->rodata->n_cmdline_tests += n;
	}
	if (skel->rodata->n_cmdline_tests > MAX_CMDLINES)
		skel->rodata->n_cmdline_tests = MAX_CMDLINES;
}

/* The sys_exit tracepoint sees restart_syscall() by itself. */
static bool any_on_function(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->n_meters; i++)
		if (plan->meters[i].at.mechanism != MECHANISM_SYS_EXIT)
			return true;
	return false;
}

void metering_constants(struct jinx_bpf *skel, const struct plan *plan, const struct targets *t)
{
	bpf_map__set_max_entries(skel->maps.meters, plan->n_meter_rows ?: 1);
	memset(skel->rodata->meters_at, NO_METER, sizeof(skel->rodata->meters_at));
	memset(skel->rodata->meters_from, NO_METER, sizeof(skel->rodata->meters_from));
	skel->rodata->metering = plan->n_meters;
	skel->rodata->metering_narrowed = are_narrowed(t);
	skel->rodata->restart_number = SYS_restart_syscall;
	for (unsigned int i = 0; i < plan->n_meters; i++) {
		const struct binding *at = &plan->meters[i].at;

		skel->rodata->meters_at[at->number] = at->mechanism;
		skel->rodata->meters_from[at->number] =
			at->begun ? MECHANISM_FMOD_RET : at->mechanism;
	}
	if (!plan->n_meters)
		return;
	add_cmdlines(skel, t);
	bpf_map__set_max_entries(skel->maps.placed, MAX_PLACED);
	bpf_program__set_autoload(skel->progs.on_signal, true);
	/*
	 * Whether kretprobes can be had nobody has tried where the plan has a better one. Loading
	 * takes no kprobes (kernel/trace/bpf_trace.c, 6.1), and attaching may fail: then calls with
	 * a time limit that are stopped and continued are unfinished.
	 */
	bpf_program__set_autoload(skel->progs.on_restarted, any_on_function(plan));
}

void metering_variables(struct jinx_bpf *skel, const struct plan *plan, const unsigned int *slot)
{
	memset(skel->bss->meter_rows, 0xff, sizeof(skel->bss->meter_rows));
	memset(skel->bss->natural_rows, 0xff, sizeof(skel->bss->natural_rows));
	for (unsigned int i = 0; i < plan->n_meters; i++) {
		unsigned int number = plan->meters[i].at.number;

		for (unsigned int t = 0; t < plan->scenario->n_targets; t++) {
			unsigned int at = slot[t] * MAX_POINTS + number;

			skel->bss->meter_rows[at] = meter_row(plan, i, t, 0);
			skel->bss->natural_rows[at] = meter_natural_row(plan, i, t, 0);
		}
		if (mechanisms[plan->meters[i].at.mechanism].flags & AT_SYS_ENTER)
			skel->bss->at_tracepoint[number] = 1;
	}
}

struct meter_rows {
	const struct meter_row *all;
	size_t n, size;
};

int metering_open(struct jinx_bpf *skel, const struct plan *plan, struct meter_rows **ret)
{
	long page = sysconf(_SC_PAGESIZE);
	struct meter_rows *rows = calloc(1, sizeof(*rows));
	void *all;
	int err;

	if (!rows)
		return -ENOMEM;
	rows->n = plan->n_meter_rows;
	rows->size = rows->n * sizeof(*rows->all);
	rows->size = (rows->size + page - 1) / page * page;
	all = mmap(NULL, rows->size, PROT_READ, MAP_SHARED, bpf_map__fd(skel->maps.meters), 0);
	if (all == MAP_FAILED) {
		err = -errno;
		free(rows);
		return err;
	}
	rows->all = all;
	*ret = rows;
	return 0;
}

void metering_read(const struct meter_rows *rows, struct meter_row *ret)
{
	/* Memory that no call has touched is not there yet. */
	for (size_t i = 0; i < rows->n; i++)
		/* Of what is natural only the ends are counted. */
		if (rows->all[i].begun || rows->all[i].max_ns)
			ret[i] = rows->all[i];
}

void metering_close(struct meter_rows *rows)
{
	if (rows)
		munmap((void *)rows->all, rows->size);
	free(rows);
}
