// SPDX-License-Identifier: GPL-2.0
#include "measure/failures.h"

#include <stdio.h>
#include <sys/wait.h>

#include "scenario/names.h"

void failures_add(struct failures *f, bool timed_out, int status)
{
	struct failure one = {.timed_out = timed_out, .status = timed_out ? 0 : status};

	f->last = one;
	for (unsigned int i = 0; i < f->n; i++)
		if (f->all[i].timed_out == timed_out && f->all[i].status == one.status) {
			f->all[i].operations++;
			return;
		}
	if (f->n == MAX_FAILURES) {
		f->others++;
		return;
	}
	one.operations = 1;
	f->all[f->n++] = one;
}

const char *failure_text(const struct failure *f, char *ret, size_t size)
{
	if (f->timed_out)
		snprintf(ret, size, "timeout");
	else if (WIFSIGNALED(f->status))
		snprintf(ret, size, "%s", signal_name(WTERMSIG(f->status)));
	else
		snprintf(ret, size, "exit %d", WEXITSTATUS(f->status));
	return ret;
}

const char *failures_text(const struct failures *f, char *ret, size_t size)
{
	size_t used = 0;
	char text[32];

	ret[0] = '\0';
	for (unsigned int i = 0; i < f->n && used < size; i++)
		used += snprintf(ret + used, size - used, "%s%llu %s", i ? ", " : "",
			(unsigned long long)f->all[i].operations,
			failure_text(&f->all[i], text, sizeof(text)));
	if (f->others && used < size)
		used += snprintf(
			ret + used, size - used, ", %llu others", (unsigned long long)f->others);
	if (f->n > 1 && used < size)
		snprintf(ret + used, size - used, "; the last: %s",
			failure_text(&f->last, text, sizeof(text)));
	return ret;
}
