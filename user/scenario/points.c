// SPDX-License-Identifier: GPL-2.0
/* Lists of system calls and groups. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/code.h"
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

/* A list that is being read: a fault's, or that of `observe`. */
struct list {
	unsigned int *n;
	uint16_t *points;
	bool *from_group;
	bool measured; /* of `observe` */
};

static int index_of(const struct list *l, enum point p)
{
	for (unsigned int i = 0; i < *l->n; i++)
		if (l->points[i] == p)
			return i;
	return -1;
}

static int add_point(struct list *l, enum point p, struct error *why)
{
	int at = index_of(l, p);

	if (at >= 0 && !l->from_group[at])
		return complain(why, "\"%s\" is named twice", points[p].name);
	if (at < 0)
		l->points[at = (*l->n)++] = p;
	l->from_group[at] = false;
	return 0;
}

static void add_group(struct list *l, unsigned int bit)
{
	for (size_t i = 0; i < NR_POINTS; i++) {
		if (!(points[i].groups & bit) || index_of(l, i) >= 0)
			continue;
		l->from_group[*l->n] = true;
		l->points[(*l->n)++] = i;
	}
}

/* The names by which the C library and the kernel know a call, where they are not strace's. */
static const char *other_name(const char *word)
{
	static const char *const prefixes[] = {
		"__x64_sys_", "__arm64_sys_", "__do_sys_", "__se_sys_", "sys_", "SYS_", "__NR_"};
	static const struct {
		const char *word, *call;
	} names[] = {{"fopen", "openat"}, {"open64", "openat"}, {"fstatat", "newfstatat"},
		{"fstatat64", "newfstatat"}, {"stat64", "newfstatat"}, {"lseek64", "lseek"},
		{"posix_fadvise", "fadvise64"}, {"fadvise", "fadvise64"},
		{"posix_fallocate", "fallocate"}, {"posix_spawn", "clone3"}, {"popen", "clone3"},
		{"pread", "pread64"}, {"prlimit", "prlimit64"}, {"pselect", "pselect6"},
		{"pwrite", "pwrite64"}, {"readdir", "getdents64"}, {"recv", "recvfrom"},
		{"remove", "unlink"}, {"send", "sendto"}, {"sendfile64", "sendfile"},
		{"sigaction", "rt_sigaction"}, {"signal", "rt_sigaction"},
		{"sigprocmask", "rt_sigprocmask"}, {"sigqueue", "rt_sigqueueinfo"},
		{"sigsuspend", "rt_sigsuspend"}, {"sleep", "clock_nanosleep"},
		{"umount", "umount2"}, {"usleep", "clock_nanosleep"}, {"wait", "wait4"},
		{"waitpid", "wait4"}};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t length = strlen(prefixes[i]);
		int p = strncmp(word, prefixes[i], length) ? -1 : find_point(word + length);

		if (p >= 0)
			return points[p].name;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(word, names[i].word))
			return names[i].call;
	return NULL;
}

/* No system call is written so, but functions are. */
static bool has_both_cases(const char *word)
{
	bool lower = false, upper = false;

	for (; *word; word++) {
		lower |= islower((unsigned char)*word) != 0;
		upper |= isupper((unsigned char)*word) != 0;
	}
	return lower && upper;
}

static int unknown_point(const char *word, struct error *why)
{
	static const char *const no_return[] = {
		"exit", "exit_group", "rt_sigreturn", "restart_syscall"};
	const char *other = other_name(word);
	const char *words[MAX_WORDS];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(no_return); i++)
		if (!strcmp(word, no_return[i]))
			return complain(why,
				"\"%s\" is no point: it does not return as other calls do", word);
	if (other)
		return complain(why, "unknown system call \"%s\"; the system call is \"%s\"",
			quoted(word), other);
	_Static_assert(NR_POINTS + 16 < MAX_WORDS, "all points and groups");
	for (; n < n_groups; n++)
		words[n] = groups[n].name;
	if (word[0] == '%')
		return complain_unknown(why, "group", word, words, n);
	if (code_called_elsewhere(word))
		return complain(why, "unknown system call \"%s\"; did you mean \"%s%s\"?",
			quoted(word), code_called_elsewhere(word), quoted(strchr(word, ':') + 1));
	/* The groups stay: a % is easily forgotten. */
	for (size_t i = 0; i < NR_POINTS; i++)
		if (points[i].syscall_nr >= 0 || points[i].kind == KIND_BIO)
			words[n++] = points[i].name;
	if (has_both_cases(word) || !nearest(word, words, n))
		return complain(why,
			"unknown system call \"%s\"; a function is user:/file:%s or kernel:%s "
			"(`jinx list points`)",
			quoted(word), quoted(word), quoted(word));
	return complain_unknown(why, "system call", word, words, n);
}

static int add_code(const char *text, struct list *l, struct error *why)
{
	enum point p;
	int err = code_claim(text, &p, why);

	if (err)
		return err;
	err = add_point(l, p, why);
	if (err)
		code_release((uint16_t[]){p}, 1);
	return err;
}

static int add_word(const char *word, struct list *l, struct error *why)
{
	unsigned int bit = find_group(word);
	int p = find_point(word);

	if (p >= 0 && points[p].kind == KIND_WHOLE)
		p = -1;
	if (bit) {
		add_group(l, bit);
		return 0;
	}
	if (p >= 0 && points[p].kind == KIND_PACKET)
		return complain(why,
			"\"%s\" is not a system call: packets are dropped with drop: %s", word,
			word);
	if (p >= 0 && points[p].kind == KIND_BIO && !l->measured)
		return add_point(l, p, why);
	if (p >= 0 && points[p].kind == KIND_BIO)
		return complain(why,
			"only system calls and points in code are measured: %s is neither", word);
	if (p >= 0 && points[p].syscall_nr < 0)
		return complain(why, "\"%s\" is not a system call of this architecture", word);
	return p < 0 ? unknown_point(word, why) : add_point(l, p, why);
}

/* Why no call at this point can be what `where` means, or NULL. */
static const char *never_meant(const struct where *w, enum point p)
{
	if (w->direction && !(point_direction(p) & w->direction))
		return "is of that direction";
	if (w->filter.asks & FILTER_PATH && !point_has_path(p))
		return "is about a file with a path";
	if (w->filter.asks & (FILTER_FD | FILTER_PEER) && !point_has_descriptor(p))
		return "works on a descriptor";
	return NULL;
}

/* None is lost of those that were claimed (code.h). */
static void swap_points(struct fault_spec *f, unsigned int a, unsigned int b)
{
	uint16_t point = f->points[a];
	bool from_group = f->from_group[a];

	f->points[a] = f->points[b];
	f->from_group[a] = f->from_group[b];
	f->points[b] = point;
	f->from_group[b] = from_group;
}

int narrow_points(struct fault_spec *f, struct error *why)
{
	const char *last = NULL;
	unsigned int kept = 0;

	for (unsigned int i = 0; i < f->n_points; i++) {
		const char *unfit = kind_of(f)->not_at ? kind_of(f)->not_at(f, f->points[i]) : NULL;
		const char *never = unfit ?: never_meant(&f->where, f->points[i]);

		if (never && f->from_group[i]) {
			last = never;
			continue;
		}
		if (unfit)
			return complain(
				why, "\"%s\" is no call that %s", points[f->points[i]].name, unfit);
		if (f->where.direction && !(point_direction(f->points[i]) & f->where.direction))
			return complain(
				why, "\"%s\" is not of that direction", points[f->points[i]].name);
		swap_points(f, kept++, i);
	}
	f->n_points = kept;
	return kept || !last ? 0 : complain(why, "no call of the group %s", last);
}

/* The next of a list, without blanks before it; NULL: there are no more. */
static char *take_next(char **rest)
{
	char *word = *rest, *end;

	if (!word)
		return NULL;
	word += strspn(word, " ");
	if (!is_code(word)) {
		*rest = word;
		return strsep(rest, ",");
	}
	end = word + code_length(word, ",");
	*rest = strchr(end, ',');
	if (*rest)
		(*rest)++;
	*end = '\0';
	return word;
}

static int parse_list(const char *text, struct list *l, struct error *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *word, *end;

	if (!copy)
		return complain(why, "out of memory");
	while ((word = take_next(&rest))) {
		bool code = is_code(word);
		int err;

		end = word + (code ? strlen(word) : strcspn(word, " "));
		if (end[strspn(end, " ")])
			return complain(
				why, "no comma between the system calls in \"%s\"", quoted(word));
		*end = '\0';
		if (!*word)
			return complain(
				why, "a system call's name is missing in \"%s\"", quoted(text));
		err = code ? add_code(word, l, why) : add_word(word, l, why);
		if (err)
			return err;
	}
	return 0;
}

int parse_points(const char *text, struct fault_spec *f, struct error *why)
{
	struct list l = {&f->n_points, f->points, f->from_group};

	return parse_list(text, &l, why);
}

int parse_observed(const char *text, struct scenario *s, struct error *why)
{
	struct list l = {&s->n_observed, s->observed, s->observed_from_group, .measured = true};

	return parse_list(text, &l, why);
}

void observe_point(struct scenario *s, enum point p)
{
	struct list l = {&s->n_observed, s->observed, s->observed_from_group};
	int at = index_of(&l, p);

	if (at < 0) {
		s->observed[at = s->n_observed++] = p;
		code_claim_again(p); /* what is observed is released as what faults name is */
	}
	s->observed_from_group[at] = false;
}
