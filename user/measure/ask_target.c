// SPDX-License-Identifier: GPL-2.0
/* "target.NAME.restarts": at the moment, or at the end; of the whole run. */
#include <math.h>
#include <string.h>

#include "measure/ask.h"

static const struct {
	const char *name;
	enum metric_id metric;
	const char *unknown;
} rows[] = {
	{"alive", METRIC_alive, "its processes come and go"},
	{"restarts", METRIC_restarts, "its processes come and go"},
	{"exit_code", METRIC_exit_code, "no command of it has ended by itself"},
	{"signal", METRIC_signal, "no command of it has ended by itself"},
	{"cpu_seconds", METRIC_cpu_seconds, "the kernel doesn't tell"},
	{"longest_absence", METRIC_longest_absence, "its processes were never replaced by others"},
	{"oom_kills", METRIC_oom_kills, "the kernel doesn't tell: no memory controller is there"},
};

void ask_target(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	(void)within;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double v;

		if (strcmp(rows[i].name, m->row->name))
			continue;
		v = snapshot_value(s, rows[i].metric, m->object);
		if (m->row->dimension == DIMENSION_TIME)
			v *= 1e9;
		if (isnan(v))
			answer_unknown(
				ret, "target %s: %s", s->targets[m->object].name, rows[i].unknown);
		else
			answer(ret, v, 0);
		return;
	}
	answer_unknown(ret, "not measured");
}
