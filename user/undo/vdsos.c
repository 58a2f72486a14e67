// SPDX-License-Identifier: GPL-2.0
/* The vDSOs of all processes of a cgroup. */
#include <errno.h>
#include <fts.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "undo/vdso.h"

#define MOST_NS 1000000000ull

/* 1: one was; -errno of one that could not be. */
static int restore_in(const char *cgroup)
{
	char path[4200];
	_cleanup_file_ FILE *procs = NULL;
	int pid, ret = 0;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	procs = fopen(path, "re");
	while (procs && fscanf(procs, "%d", &pid) == 1) {
		int got = pid > 0 ? vdso_restore(pid) : 0;

		if (got < 0 || !ret)
			ret = got;
	}
	return ret;
}

static int restore_once(const char *cgroup)
{
	char *const paths[] = {(char *)cgroup, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int ret = 0;

	for (FTSENT *e; tree && (e = fts_read(tree));) {
		int got = e->fts_info == FTS_D ? restore_in(e->fts_path) : 0;

		if (got < 0 || !ret)
			ret = got;
	}
	if (tree)
		fts_close(tree);
	return ret;
}

/*
 * Until there is none: who had not been reached yet may have made another one meanwhile, and one
 * that could not be stopped may be stopped now.
 */
int vdso_restore_all(const char *cgroup)
{
	uint64_t until = monotonic_ns() + MOST_NS;
	int ret = 0, got;

	do {
		got = restore_once(cgroup);
		ret = got == 1 ? 1 : ret;
	} while ((got == 1 || got == -EBUSY) && monotonic_ns() < until);
	return got < 0 ? got : ret;
}
