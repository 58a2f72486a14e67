/* SPDX-License-Identifier: GPL-2.0 */
/* What a scenario expects, and when it is to stop: its conditions, as written and as understood. */
#ifndef JINX_JUDGING_H
#define JINX_JUDGING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "expect/expect.h"

#define MAX_EXPECTATIONS 64
#define MAX_GUARDS 16
#define MAX_STEADY 16
#define MAX_GUARD_PHASES 32

#define DEFAULT_WINDOW_NS 1000000000ull
#define DEFAULT_OVER_NS 5000000000ull
#define DEFAULT_GUARD_MIN 20

/* A condition; `node` is where it stands, while the scenario is being read from a file. */
struct written {
	char *text;
	const void *node;
	struct condition *condition; /* once the whole scenario is known */
};

struct expectation {
	struct written that; /* its text is NULL when `exec` asks instead */
	char **exec;	     /* argv */
	char *name;	     /* its own in the scenario: the text, when none was given */
	char *criterion;     /* the set of criteria that it comes from; NULL: none */
	uint64_t min;	     /* how many samples it needs; 0: what the metric needs */
	bool stop;	     /* once it is false nothing else matters */
	bool optional;	     /* unknown counts as true */
	struct place place;
};

struct guard {
	struct written stop;
	uint64_t over_ns, for_ns, grace_ns, min;
	unsigned int n_words;
	char *words[MAX_GUARD_PHASES]; /* phases, roles, "all" */
	uint32_t phases;	       /* as understood, a bit each */
	struct place place;
};

struct steady {
	bool given;
	uint64_t before_ns; /* how much of the baseline's end; 0: all of it */
	unsigned int n;
	struct written bounds[MAX_STEADY];
	struct place place;
};

struct slo {
	bool given;
	double success;	     /* 0.999 */
	uint64_t latency_ns; /* slower is bad; 0: how long it takes doesn't matter */
	uint64_t window_s;
	struct place place;
};

struct judging {
	unsigned int n_expectations, n_guards;
	struct expectation expectations[MAX_EXPECTATIONS];
	struct guard guards[MAX_GUARDS];
	struct steady steady;
	struct slo slo;
	uint64_t window_ns; /* 0: not given */
};

/* Adds an expectation or a guard from its text alone. 0 or -EINVAL with why->message. */
int expect_text(struct judging *j, const char *text, struct error *why);
int guard_text(struct judging *j, const char *text, struct error *why);
/* Adds a set of criteria. 0 or -EINVAL. */
int expect_criteria(struct judging *j, const char *name, struct error *why);

void judging_done(struct judging *j);

struct scenario;

/* The names of a scenario, for parsing and describing. They point into it. */
struct scenario_names {
	const char *lists[5][64];
	struct names names;
};
void scenario_names(const struct scenario *s, struct scenario_names *ret);

/* The sets of criteria that come with jinx. */
struct criterion {
	const char *set, *that;
};
extern const struct criterion criteria[];
extern const size_t n_criteria;

#endif
