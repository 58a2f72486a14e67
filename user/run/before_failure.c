// SPDX-License-Identifier: GPL-2.0
#include "run/before_failure.h"

#include <string.h>

#include "base/text.h"
#include "faults/kind.h"
#include "run/parts.h"

#define MAX_NAMED 10 /* injections of one note */
#define LONG_BEFORE_NS 1000000000ull

bool before_failure_asks(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->n_rules; i++)
		if (plan->rules[i].fault->fault == FAULT_JITTER && !plan->rules[i].refused)
			return true;
	return false;
}

void before_failure_add(struct before_failure *b, const struct event *e)
{
	b->last[b->n++ & (MAX_BEFORE_FAILURE - 1)] = *e;
}

/* It had begun then, and was not long over at the moment `since`. */
static bool is_near(const struct event *e, uint64_t at_ns, uint64_t since_ns, uint64_t long_ns)
{
	return e->time_ns <= at_ns && e->time_ns + e->result + long_ns >= since_ns;
}

static void append(const struct event *e, uint64_t at_ns, char *ret, size_t size)
{
	char raw[COMM_LEN + 1] = "", comm[4 * COMM_LEN + 1], took[24];

	memcpy(raw, e->comm, COMM_LEN);
	printable(raw, "", comm, sizeof(comm));
	describe_ns(e->result / 1000 * 1000, took, sizeof(took));
	text_append(ret, size, "%s%s +%s (%s %u) %.1f ms before", *ret ? ", " : "",
		e->point < NR_POINTS ? points[e->point].name : "?", took, comm, e->tid,
		(at_ns - e->time_ns) / 1e6);
}

/*
 * From the last one back: the time that one takes is not counted, as it may be what came between
 * the cause and the failure.
 */
unsigned int before_failure_text(
	const struct before_failure *b, uint64_t at_ns, uint64_t long_ns, char *ret, size_t size)
{
	uint64_t first = b->n > MAX_BEFORE_FAILURE ? b->n - MAX_BEFORE_FAILURE : 0;
	const struct event *last[MAX_NAMED];
	uint64_t since_ns = at_ns;
	unsigned int n = 0;

	*ret = '\0';
	for (uint64_t i = b->n; i > first; i--) {
		const struct event *e = &b->last[(i - 1) & (MAX_BEFORE_FAILURE - 1)];

		if (!is_near(e, at_ns, since_ns, long_ns))
			continue;
		since_ns = e->time_ns < since_ns ? e->time_ns : since_ns;
		if (n < MAX_NAMED)
			last[n] = e;
		n++;
	}
	for (unsigned int i = n < MAX_NAMED ? n : MAX_NAMED; i > 0; i--)
		append(last[i - 1], at_ns, ret, size);
	return n;
}

void before_failure_tell(struct experiment *x, uint64_t at_ns, const char *what)
{
	struct before_failure *b = x->out.before;
	char text[1600];
	unsigned int n, recent;

	if (!b || b->told == MAX_FAILURES_TOLD)
		return;
	outputs_take(&x->out);
	n = before_failure_text(b, at_ns, BEFORE_FAILURE_NS, text, sizeof(text));
	/* On a busy host it may take longer before jinx learns of it. */
	recent = n;
	if (!n)
		n = before_failure_text(b, at_ns, LONG_BEFORE_NS, text, sizeof(text));
	if (!n)
		return;
	b->told++;
	measure_note(x->measure,
		"%s, %.3f s after the first phase began; what jitter did in the %s before%s: %s",
		what, (at_ns - x->began_ns) / 1e9, recent ? "10 ms" : "second",
		n > MAX_NAMED ? " (the last of it)" : "", text);
}
