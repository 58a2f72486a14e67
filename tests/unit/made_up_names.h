/* SPDX-License-Identifier: GPL-2.0 */
/* What expectations may name, made up: for the unit tests and the fuzzer of their language. */
#ifndef JINX_MADE_UP_NAMES_H
#define JINX_MADE_UP_NAMES_H

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "expect/expect.h"

static const char *const made_phases[] = {"warm-up", "stall", "2nd", "slow-100ms-2"},
			 *const made_probes[] = {"health"},
			 *const made_targets[] = {"db", "web", "web-1"},
			 *const made_logs[] = {"pg"}, *const made_workloads[] = {"reads", "writes"},
			 *const made_points[] = {"fsync", "write", "read",
				 "user:/x:C::operator[](std::map<int, int>)"};

static int made_point(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(made_points); i++)
		if (!strcmp(name, made_points[i]))
			return i;
	return -1;
}

static int made_error(const char *name)
{
	return !strcmp(name, "ENOSPC") ? ENOSPC : -1;
}

static const char *made_point_name(int point)
{
	return made_points[point];
}

static const char *made_error_name(int error)
{
	return error == ENOSPC ? "ENOSPC" : "?";
}

static const struct names names = {.phases = made_phases,
	.n_phases = 4,
	.probes = made_probes,
	.n_probes = 1,
	.targets = made_targets,
	.n_targets = 3,
	.logs = made_logs,
	.n_logs = 1,
	.workloads = made_workloads,
	.n_workloads = 2,
	.n_rules = 2,
	.point = made_point,
	.error = made_error,
	.point_name = made_point_name,
	.error_name = made_error_name};

#endif
