// SPDX-License-Identifier: GPL-2.0
#include "measure/failures.h"

#include <stdio.h>
#include <sys/wait.h>

#include "scenario/names.h"

void failures_add(struct failures *f, bool timed_out, int status)
{
	failures_add_way(f, timed_out ? WAY_TIMEOUT : WAY_PROCESS, status, 1);
}

/* What failure_text() tells of it: what reads alike is counted together. */
static int told(enum failure_way way, int status)
{
	if (way == WAY_PROCESS && WIFSIGNALED(status))
		return WTERMSIG(status); /* with a core file or without */
	if (way == WAY_ERRNO && !errno_name(status))
		return 0;
	return way == WAY_TIMEOUT ? 0 : status;
}

void failures_add_way(struct failures *f, enum failure_way way, int status, uint64_t operations)
{
	struct failure one = {.way = way, .status = told(way, status)};

	f->last = one;
	for (unsigned int i = 0; i < f->n; i++)
		if (f->all[i].way == way && f->all[i].status == one.status) {
			f->all[i].operations += operations;
			return;
		}
	if (f->n == MAX_FAILURES) {
		f->others += operations;
		return;
	}
	one.operations = operations;
	f->all[f->n++] = one;
}

static void process_text(int status, char *ret, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(ret, size, "%s", signal_name(WTERMSIG(status)));
	else
		snprintf(ret, size, "exit %d", WEXITSTATUS(status));
}

const char *failure_text(const struct failure *f, char *ret, size_t size)
{
	static const char *const others[NR_FAILURE_OTHERS] = {
		"unresolved", "cut off", "mismatch", "TLS", "protocol", "told by the tool"};

	switch (f->way) {
	case WAY_PROCESS:
		process_text(f->status, ret, size);
		break;
	case WAY_TIMEOUT:
		snprintf(ret, size, "timeout");
		break;
	case WAY_HTTP:
		snprintf(ret, size, "status %d", f->status);
		break;
	case WAY_ERRNO:
		snprintf(ret, size, "%s", errno_name(f->status) ?: "error");
		break;
	case WAY_OTHER:
		snprintf(ret, size, "%s", others[f->status]);
		break;
	}
	return ret;
}

const char *failure_hint(const struct failure *f)
{
	if (f->way != WAY_PROCESS || WIFSIGNALED(f->status))
		return "";
	return WEXITSTATUS(f->status) == 127   ? " (command not found)"
	       : WEXITSTATUS(f->status) == 126 ? " (not executable)"
					       : "";
}

const char *failures_text(const struct failures *f, char *ret, size_t size)
{
	size_t used = 0;
	char text[32];

	ret[0] = '\0';
	for (unsigned int i = 0; i < f->n && used < size; i++)
		used += snprintf(ret + used, size - used, "%s%llu %s%s", i ? ", " : "",
			(unsigned long long)f->all[i].operations,
			failure_text(&f->all[i], text, sizeof(text)), failure_hint(&f->all[i]));
	if (f->others && used < size)
		used += snprintf(
			ret + used, size - used, ", %llu others", (unsigned long long)f->others);
	if (f->n > 1 && used < size)
		snprintf(ret + used, size - used, "; the last: %s",
			failure_text(&f->last, text, sizeof(text)));
	return ret;
}
