// SPDX-License-Identifier: GPL-2.0
/* Events as lines of JSON. There may be a million in a second: written by hand. */
#include <string.h>

#include "base/text.h"
#include "report/recording.h"
#include "report/event.h"

/* Where the next byte goes; each function returns where the one after its own goes. */
static char *put_text(char *to, const char *text)
{
	return stpcpy(to, text);
}

static char *put_number(char *to, uint64_t n)
{
	char digits[20], *first = digits + sizeof(digits);

	do {
		*--first = '0' + n % 10;
		n /= 10;
	} while (n);
	return mempcpy(to, first, digits + sizeof(digits) - first);
}

static char *put_signed(char *to, int64_t n)
{
	if (n >= 0)
		return put_number(to, n);
	*to++ = '-';
	return put_number(to, -(uint64_t)n);
}

/* The rest of what JSON wants escaped printable() leaves: its own backslash, too. */
static char *put_foreign(char *to, const char *text, size_t size)
{
	char raw[COMM_LEN + 1] = "", shown[4 * COMM_LEN + 1];

	memcpy(raw, text, size < sizeof(raw) ? size : sizeof(raw) - 1);
	printable(raw, "", shown, sizeof(shown));
	for (const char *c = shown; *c; c++) {
		if (*c == '"' || *c == '\\')
			*to++ = '\\';
		*to++ = *c;
	}
	return to;
}

size_t event_line(const struct event *e, const struct plan *plan, char *ret)
{
	const char *fault =
		e->rule < plan->n_rules ? fault_names[plan->rules[e->rule].fault->fault] : "?";
	char *to = put_text(ret, "{\"time_ns\":");

	to = put_number(to, e->time_ns);
	to = put_text(to, ",\"rule\":");
	to = put_number(to, e->rule);
	to = put_text(to, ",\"fault\":\"");
	to = put_text(to, fault);
	to = put_text(to, "\",\"point\":\"");
	to = put_text(to, e->point < NR_POINTS ? points[e->point].name : "?");
	to = put_text(to, "\",\"mechanism\":\"");
	to = put_text(to, e->mechanism < NR_MECHANISMS ? mechanisms[e->mechanism].name : "?");
	to = put_text(to, "\",\"pid\":");
	to = put_number(to, e->pid);
	to = put_text(to, ",\"tid\":");
	to = put_number(to, e->tid);
	to = put_text(to, ",\"comm\":\"");
	to = put_foreign(to, e->comm, sizeof(e->comm));
	to = put_text(to, "\",\"cgroup\":");
	to = put_number(to, e->cgroup);
	to = put_text(to, ",\"result\":");
	to = put_signed(to, e->result);
	if (e->mechanism == MECHANISM_REWRITE) {
		to = put_text(to, ",\"offset\":");
		to = put_number(to, e->bit / 8);
		to = put_text(to, ",\"bit\":");
		to = put_number(to, e->bit % 8);
	}
	to = put_text(to, "}\n");
	return to - ret;
}

size_t recording_line(const struct event *e, char *ret)
{
	char *to = put_text(ret, "{\"rule\":");

	to = put_number(to, e->rule);
	to = put_text(to, ",\"task\":");
	to = put_number(to, e->task);
	to = put_text(to, ",\"call\":");
	to = put_number(to, e->call);
	to = put_text(to, ",\"result\":");
	to = put_signed(to, e->result);
	to = put_text(to, "}\n");
	return to - ret;
}
