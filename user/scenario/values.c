// SPDX-License-Identifier: GPL-2.0
/* The values that files and quick verbs share: errnos, signals, chances, durations, sizes. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/numbers.h"

#define MAX_ERRNO 4095 /* include/linux/err.h */
#define MAX_WORDS 512
#define DAY_NS 86400000000000ull

bool whole_number(const char *text, uint64_t *ret)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return !errno && !*end;
}

bool decimal_number(const char *text, double *ret, const char **ret_unit)
{
	size_t digits = strspn(text, "0123456789"), length = digits;
	char number[64];

	if (!digits)
		return false;
	if (text[length] == '.') {
		size_t after = strspn(text + length + 1, "0123456789");

		if (!after)
			return false;
		length += 1 + after;
	}
	if (length >= sizeof(number))
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	*ret = strtod(number, NULL);
	*ret_unit = text + length + strspn(text + length, " ");
	return true;
}

int parse_count(const char *text, uint64_t *ret, struct error *why)
{
	if (whole_number(text, ret))
		return 0;
	return complain(why, "\"%s\" is not a whole number", quoted(text));
}

static const struct {
	const char *name;
	double ns;
} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9},
	{"d", DAY_NS}, {"w", 7 * DAY_NS}, {"y", 365.25 * DAY_NS}};

/* How long a time may be, and of which units: the first ones. */
struct range {
	unsigned int n_units;
	double most_ns;
	const char *most, *names;
};

/* The unit at the beginning of the text; 0: there is none. */
static double read_unit(const char *text, unsigned int n_units, const char **ret_rest)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	*ret_rest = text + length;
	for (size_t i = 0; i < n_units; i++)
		if (strlen(units[i].name) == length && !strncmp(text, units[i].name, length))
			return units[i].ns;
	return 0;
}

static int parse_time(const char *text, const struct range *r, uint64_t *ret_ns, struct error *why)
{
	double sum = 0, last = INFINITY;
	const char *rest = text;

	/* "1m30s": from the largest unit to the smallest, each once. */
	do {
		const char *unit;
		double value, ns;

		if (!decimal_number(rest, &value, &unit))
			return complain(why, "\"%s\" is not a duration (50us, 20ms, 1.5s, 1m30s)",
				quoted(text));
		if (!*unit)
			return complain(
				why, "\"%s\" has no unit (50us, 20ms, 1.5s, 1m30s)", quoted(text));
		ns = read_unit(unit, r->n_units, &rest);
		if (!ns)
			return complain(
				why, "\"%s\" has an unknown unit (%s)", quoted(text), r->names);
		if (ns >= last)
			return complain(why, "in \"%s\" the units don't go from large to small",
				quoted(text));
		last = ns;
		sum += value * ns;
	} while (*rest);
	if (sum > r->most_ns)
		return complain(why, "\"%s\" is longer than %s", quoted(text), r->most);
	*ret_ns = llround(sum);
	if (!*ret_ns)
		return complain(why, "\"%s\" must be greater than zero", quoted(text));
	return 0;
}

int parse_duration(const char *text, uint64_t *ret_ns, struct error *why)
{
	static const struct range r = {6, DAY_NS, "a day", "ns, us, ms, s, m, h"};

	return parse_time(text, &r, ret_ns, why);
}

int parse_years(const char *text, uint64_t *ret_ns, struct error *why)
{
	static const struct range r = {
		ARRAY_SIZE(units), 36600 * DAY_NS, "100 years", "ns, us, ms, s, m, h, d, w, y"};

	return parse_time(text, &r, ret_ns, why);
}

int parse_size(const char *text, uint64_t *ret, struct error *why)
{
	static const char letters[] = "kMG";
	const char *unit, *known;
	double value;

	if (!decimal_number(text, &value, &unit))
		return complain(why, "\"%s\" is not a size (4096, 64k, 1M)", quoted(text));
	known = *unit ? strchr(letters, *unit) : NULL;
	if (*unit && (!known || unit[1]))
		return complain(why, "\"%s\" has an unknown unit (k, M, G)", quoted(text));
	for (; known && known >= letters; known--)
		value *= 1024;
	if (value > (double)(1ull << 50))
		return complain(why, "\"%s\" is too large", quoted(text));
	*ret = llround(value);
	return 0;
}

void trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && end[-1] == ' ')
		*--end = '\0';
}

int for_each_word(const char *text, int (*f)(const char *word, void *context, struct error *why),
	void *context, struct error *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *word;
	int err = copy ? 0 : complain(why, "out of memory");

	while (!err && (word = strsep(&rest, ","))) {
		trim(word);
		err = f(word + strspn(word, " "), context, why);
	}
	return err;
}

/* Cuts a word off the end of `text`, if there is one of letters alone. */
static char *last_word(char *text)
{
	char *word;

	trim(text);
	word = strrchr(text, ' ');
	if (!word || word[1 + strspn(word + 1, "abcdefghijklmnopqrstuvwxyz")])
		return NULL;
	*word = '\0';
	return word + 1;
}

/* The word after the spread; a number before it may stand apart from its unit ("200 ms"). */
static int parse_distribution(char *text, enum distribution *ret, struct error *why)
{
	char *word = strchr(text, ' ') ? last_word(text) : NULL;

	if (!word)
		return 0;
	for (int i = 0; i < NR_DISTRIBUTIONS; i++) {
		*ret = i;
		if (!strcmp(word, distribution_names[i]))
			return 0;
	}
	if (strlen(word) > 2)
		return complain_unknown(
			why, "distribution", word, distribution_names, NR_DISTRIBUTIONS);
	*ret = SPREAD_UNIFORM;
	word[-1] = ' ';
	return 0;
}

/* tc's way to write it: "100ms 10ms". The blank within "200 ms" is none of these. */
static char *split_at_blank(char *text)
{
	for (char *c = strchr(text, ' '); c; c = strchr(c + 1, ' '))
		if (c > text && isalpha(c[-1]) && isdigit(c[1])) {
			*c = '\0';
			return c + 1;
		}
	return NULL;
}

int parse_spread(const char *text, struct spread *ret, struct error *why)
{
	static const char *const signs[] = {"±", "+-", "+/-"};
	_cleanup_free_ char *copy = strdup(text);
	char *jitter = NULL;
	int err;

	if (!copy)
		return complain(why, "out of memory");
	*ret = (struct spread){};
	err = parse_distribution(copy, &ret->distribution, why);
	for (size_t i = 0; i < ARRAY_SIZE(signs) && !err && !jitter; i++) {
		jitter = strstr(copy, signs[i]);
		if (!jitter)
			continue;
		*jitter = '\0';
		jitter += strlen(signs[i]);
	}
	if (!jitter)
		jitter = split_at_blank(copy);
	if (!err && !jitter && ret->distribution != SPREAD_UNIFORM)
		return complain(why, "\"%s\" has no deviation (200ms ± 50ms %s)", quoted(text),
			distribution_names[ret->distribution]);
	trim(copy);
	if (jitter)
		trim(jitter);
	if (!err)
		err = parse_duration(copy, &ret->mean_ns, why);
	if (!err && jitter)
		err = parse_duration(jitter + strspn(jitter, " "), &ret->jitter_ns, why);
	if (!err && ret->jitter_ns > ret->mean_ns)
		return complain(
			why, "in \"%s\" the deviation is larger than the delay", quoted(text));
	return err;
}

int parse_errno(const char *text, int *ret, struct error *why)
{
	/* Second names of numbers that strerrorname_np() calls otherwise. */
	static const struct {
		const char *name;
		int error;
	} others[] = {{"EWOULDBLOCK", EWOULDBLOCK}, {"EDEADLOCK", EDEADLOCK}, {"ENOTSUP", ENOTSUP}};
	const char *words[MAX_WORDS];
	uint64_t number;
	size_t n = 0;

	if (whole_number(text, &number)) {
		*ret = number;
		if (number >= 1 && number <= MAX_ERRNO)
			return 0;
		return complain(why, "errno %s is not between 1 and %d", quoted(text), MAX_ERRNO);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		*ret = others[i].error;
		if (!strcmp(text, others[i].name))
			return 0;
	}
	for (int e = 1; e <= MAX_ERRNO; e++) {
		const char *name = strerrorname_np(e);

		*ret = e;
		if (name && !strcmp(text, name))
			return 0;
		if (name && n < MAX_WORDS)
			words[n++] = name;
	}
	return complain_unknown(why, "errno", text, words, n);
}

int parse_signal(const char *text, int *ret, struct error *why)
{
	const char *bare = strncmp(text, "SIG", 3) ? text : text + 3, *near;
	const char *words[MAX_WORDS];
	uint64_t number;
	size_t n = 0;

	if (whole_number(text, &number)) {
		*ret = number;
		if (number >= 1 && number <= (uint64_t)SIGRTMAX)
			return 0;
		return complain(why, "signal %s is not between 1 and %d", quoted(text), SIGRTMAX);
	}
	for (int s = 1; s < NSIG; s++) {
		const char *name = sigabbrev_np(s);

		*ret = s;
		if (name && !strcmp(bare, name))
			return 0;
		if (name && n < MAX_WORDS)
			words[n++] = name;
	}
	near = nearest(strncasecmp(text, "SIG", 3) ? text : text + 3, words, n);
	if (near)
		return complain(
			why, "unknown signal \"%s\"; did you mean \"SIG%s\"?", quoted(text), near);
	return complain(why, "unknown signal \"%s\"", quoted(text));
}

int parse_direction(const char *text, enum direction *ret, struct error *why)
{
	static const char *const words[] = {"egress", "ingress", "both"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		*ret = i + 1;
		if (!strcmp(text, words[i]))
			return 0;
	}
	return complain_unknown(why, "direction", text, words, ARRAY_SIZE(words));
}

static int parse_copy(const char *text, char **ret, struct error *why)
{
	*ret = strdup(text);
	return *ret ? 0 : complain(why, "out of memory");
}

int parse_unit(const char *text, char **ret, struct error *why)
{
	if (!*text || strchr(text, '/'))
		return complain(why, "\"%s\" is not a unit name", quoted(text));
	/* As systemctl takes it. */
	if (asprintf(ret, "%s%s", text, strchr(text, '.') ? "" : ".service") < 0)
		return complain(why, "out of memory");
	return 0;
}

int parse_container(const char *text, char **ret, struct error *why)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	if (!*text || strspn(text, letters) != strlen(text) || strchr("_.-", *text) ||
		strlen(text) > 255)
		return complain(
			why, "\"%s\" is not the name or the id of a container", quoted(text));
	return parse_copy(text, ret, why);
}

int parse_pod(const char *text, char **ret, struct error *why)
{
	/* A static pod's is 32 digits without '-'. */
	if (strspn(text, "0123456789abcdef-") != strlen(text) || strlen(text) < 32 ||
		strlen(text) > 36)
		return complain(why,
			"\"%s\" is not the UID of a pod (kubectl get pod NAME -o "
			"jsonpath={.metadata.uid})",
			quoted(text));
	return parse_copy(text, ret, why);
}
