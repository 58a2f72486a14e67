// SPDX-License-Identifier: GPL-2.0
/* Lists of system calls and groups. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/names.h"

#define MAX_WORDS 512

static int find_point(const char *word)
{
	for (size_t i = 0; i < NR_POINTS; i++)
		if (!strcmp(points[i].name, word))
			return i;
	return -1;
}

static unsigned int find_group(const char *word)
{
	if (!strcmp(word, "%net")) /* strace's second name */
		return GROUP_NETWORK;
	for (size_t i = 0; i < n_groups; i++)
		if (!strcmp(groups[i].name, word))
			return groups[i].bit;
	return 0;
}

static int index_of(const struct fault_spec *f, enum point p)
{
	for (unsigned int i = 0; i < f->n_points; i++)
		if (f->points[i] == p)
			return i;
	return -1;
}

static int add_point(struct fault_spec *f, enum point p, struct complaint *why)
{
	int at = index_of(f, p);

	if (at >= 0 && !f->from_group[at])
		return complain(why, "\"%s\" is named twice", points[p].name);
	if (at < 0)
		f->points[at = f->n_points++] = p;
	f->from_group[at] = false;
	return 0;
}

static void add_group(struct fault_spec *f, unsigned int bit)
{
	for (size_t i = 0; i < NR_POINTS; i++) {
		if (!(points[i].groups & bit) || index_of(f, i) >= 0)
			continue;
		f->from_group[f->n_points] = true;
		f->points[f->n_points++] = i;
	}
}

static int unknown_point(const char *word, struct complaint *why)
{
	const char *words[MAX_WORDS];
	size_t n = 0;

	_Static_assert(NR_POINTS + 16 < MAX_WORDS, "all points and groups");
	for (; n < n_groups; n++)
		words[n] = groups[n].name;
	if (word[0] == '%')
		return complain_unknown(why, "group", word, words, n);
	/* The groups stay: a % is easily forgotten. */
	for (size_t i = 0; i < NR_POINTS; i++)
		if (points[i].syscall_nr >= 0)
			words[n++] = points[i].name;
	return complain_unknown(why, "system call", word, words, n);
}

static int add_word(const char *word, struct fault_spec *f, struct complaint *why)
{
	unsigned int bit = find_group(word);
	int p = find_point(word);

	if (bit) {
		add_group(f, bit);
		return 0;
	}
	if (p == POINT_egress || p == POINT_ingress)
		return complain(why,
			"\"%s\" is not a system call: packets are dropped with drop: %s", word,
			word);
	if (p >= 0 && points[p].syscall_nr < 0)
		return complain(why, "\"%s\" is not a system call of this architecture", word);
	return p < 0 ? unknown_point(word, why) : add_point(f, p, why);
}

int narrow_points(struct fault_spec *f, struct complaint *why)
{
	unsigned int kept = 0;

	if (!f->where.direction)
		return 0;
	for (unsigned int i = 0; i < f->n_points; i++) {
		if (point_direction(f->points[i]) & f->where.direction) {
			f->points[kept] = f->points[i];
			f->from_group[kept++] = f->from_group[i];
		} else if (!f->from_group[i]) {
			return complain(
				why, "\"%s\" is not of that direction", points[f->points[i]].name);
		}
	}
	f->n_points = kept;
	return kept ? 0 : complain(why, "no call of the group is of that direction");
}

int parse_points(const char *text, struct fault_spec *f, struct complaint *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *word, *end;

	if (!copy)
		return complain(why, "out of memory");
	while ((word = strsep(&rest, ","))) {
		int err;

		word += strspn(word, " ");
		end = word + strcspn(word, " ");
		if (end[strspn(end, " ")])
			return complain(
				why, "no comma between the system calls in \"%s\"", quoted(word));
		*end = '\0';
		if (!*word)
			return complain(
				why, "a system call's name is missing in \"%s\"", quoted(text));
		err = add_word(word, f, why);
		if (err)
			return err;
	}
	return 0;
}
