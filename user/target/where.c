// SPDX-License-Identifier: GPL-2.0
#include "target/where.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "target/symbols.h"

static int complain_of(struct complaint *why, const struct fault_spec *f, int err)
{
	why->place = f->place;
	return err;
}

static int check_paths(const struct fault_spec *f, const struct where *w, struct complaint *why)
{
	for (unsigned int i = 0; i < w->n_paths; i++) {
		const char *path = w->paths[i].directory;
		struct stat st;

		if (!path || (!stat(path, &st) && S_ISDIR(st.st_mode)))
			continue;
		snprintf(why->message, sizeof(why->message),
			"where: there is no directory \"%.400s\"", path);
		return complain_of(why, f, -EINVAL);
	}
	return 0;
}

static int check_stacks(const struct fault_spec *f, const struct where *w, struct complaint *why)
{
	for (unsigned int i = 0; i < w->n_stacks; i++) {
		const struct stack_spec *s = &w->stacks[i];
		char message[300];
		uint64_t low, high;

		if (!symbol_find(s->file, s->symbol, &low, &high, message, sizeof(message)))
			continue;
		snprintf(why->message, sizeof(why->message), "where: %s", message);
		return complain_of(why, f, -EINVAL);
	}
	return 0;
}

int where_check(const struct scenario *s, struct complaint *why)
{
	int err = 0;

	for (unsigned int i = 0; i < s->n_faults; i++)
		for (const struct where *w = &s->faults[i].where; w && !err; w = w->barred)
			err = check_paths(&s->faults[i], w, why)
				      ?: check_stacks(&s->faults[i], w, why);
	return err;
}
