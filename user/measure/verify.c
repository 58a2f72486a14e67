// SPDX-License-Identifier: GPL-2.0
#include "measure/verify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each takes 16 bytes. */
#define MAX_NUMBER (64u << 20)

static int make_room(struct ledger *l, uint64_t number)
{
	size_t n = l->n ?: 1024;
	struct ledger_entry *more;

	if (number > MAX_NUMBER)
		return -ENOMEM;
	while (n < number)
		n *= 2;
	if (l->entries && n == l->n)
		return 0;
	more = realloc(l->entries, n * sizeof(*more));
	if (!more)
		return -ENOMEM;
	memset(more + l->n, 0, (n - l->n) * sizeof(*more));
	l->entries = more;
	l->n = n;
	return 0;
}

int ledger_add(struct ledger *l, uint64_t number, enum acknowledged a, uint64_t ended_ns)
{
	int err = make_room(l, number);

	if (err)
		return err;
	l->entries[number - 1].acknowledged = a;
	l->entries[number - 1].ended_ns = ended_ns;
	return 0;
}

bool ledger_find(struct ledger *l, const char *line, size_t size)
{
	uint64_t number = 0;

	while (size && (line[size - 1] == ' ' || line[size - 1] == '\t'))
		size--;
	for (size_t i = 0; i < size; i++) {
		if (line[i] < '0' || line[i] > '9' || i == 18) {
			l->known = false;
			snprintf(l->why, sizeof(l->why), "\"%.*s\" is no number of an operation",
				size > 40 ? 40 : (int)size, line);
			return false;
		}
		number = number * 10 + line[i] - '0';
	}
	if (!number || number > l->n)
		l->strange++;
	else if (l->entries[number - 1].found < UINT8_MAX)
		l->entries[number - 1].found++;
	return true;
}

/* When the first and the last of the lost ones were acknowledged. */
struct lost {
	uint64_t first_ns, last_ns;
};

static void sum_one(const struct ledger_entry *e, struct verified *ret, struct lost *lost)
{
	ret->acknowledged += e->acknowledged == ACK_OK;
	ret->found += e->found > 0;
	ret->duplicated += e->found > 1;
	ret->unexpected += e->found && e->acknowledged == ACK_FAILED;
	ret->recovered +=
		e->found && (e->acknowledged == ACK_INDETERMINATE || e->acknowledged == ACK_NONE);
	if (e->acknowledged != ACK_OK || e->found)
		return;
	if (!ret->lost++ || e->ended_ns < lost->first_ns)
		lost->first_ns = e->ended_ns;
	if (e->ended_ns > lost->last_ns)
		lost->last_ns = e->ended_ns;
}

void ledger_sum(const struct ledger *l, uint64_t injected_ns, struct verified *ret)
{
	struct lost lost = {};
	uint64_t end;

	*ret = (struct verified){.asked = l->asked, .known = l->known};
	memcpy(ret->why, l->why, sizeof(ret->why));
	if (!l->known)
		return;
	for (size_t i = 0; i < l->n; i++)
		sum_one(&l->entries[i], ret, &lost);
	ret->found += l->strange;
	if (l->running)
		ret->recovered += l->strange;
	else
		ret->unexpected += l->strange;
	end = injected_ns > lost.last_ns ? injected_ns : lost.last_ns;
	ret->loss_window_s = ret->lost ? (end - lost.first_ns) / 1e9 : 0;
}

void ledger_done(struct ledger *l)
{
	free(l->entries);
	*l = (struct ledger){};
}
