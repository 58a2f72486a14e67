// SPDX-License-Identifier: GPL-2.0
#include "run/neighbours.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "run/control.h"
#include "run/listeners.h"
#include "run/parts.h"

#define PATIENCE_NS 300000000ull

/* The question: 'n', our id, and the cgroups of our targets, each ended by a zero. */
static size_t write_question(const struct experiment *x, char *to, size_t size)
{
	size_t used = 1 + snprintf(to, size, "n%s", x->id);

	for (unsigned int i = 0; i < x->targets.n; i++) {
		size_t length = strlen(x->targets.all[i].path) + 1;

		if (length == 1 || length > size - used)
			continue;
		memcpy(to + used, x->targets.all[i].path, length);
		used += length;
	}
	return used;
}

bool neighbours_share(const char *path, const char *other)
{
	size_t n = strlen(path), m = strlen(other), least = n < m ? n : m;
	char next = n < m ? other[least] : path[least];

	return least && !strncmp(path, other, least) && (!next || next == '/');
}

static void note(struct experiment *x, const char *id)
{
	measure_note(x->measure,
		"experiment %s ran on the same processes, or in a cgroup that has them: a call "
		"that got a fault from each counts in both where one can't see the other",
		id);
}

void neighbours_ask(struct experiment *x)
{
	uint64_t until = monotonic_ns() + PATIENCE_NS;
	_cleanup_free_ char *question = malloc(MAX_QUESTION);
	_cleanup_free_ char(*ids)[8] = NULL;
	int n = question ? listeners_find(&ids) : 0;
	size_t size = question ? write_question(x, question, MAX_QUESTION) : 0;

	for (int i = 0; i < n; i++)
		if (strcmp(ids[i], x->id) && control_meet(ids[i], question, size, until) > 0)
			note(x, ids[i]);
	if (n < 0)
		log_debug("looking for other experiments: %s", strerror(-n));
}

bool neighbours_answer(struct experiment *x, const char *question, size_t size)
{
	const char *end = question + size, *id = question + 1;

	if (size < 3 || end[-1] || strlen(id) > ID_LENGTH)
		return false;
	for (const char *path = id + strlen(id) + 1; path < end; path += strlen(path) + 1)
		for (unsigned int i = 0; i < x->targets.n; i++)
			if (!x->targets.all[i].gone &&
				neighbours_share(path, x->targets.all[i].path)) {
				note(x, id);
				return true;
			}
	return false;
}
