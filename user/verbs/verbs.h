/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs of the command line, a row each. */
#ifndef JINX_VERBS_H
#define JINX_VERBS_H

#include <stdint.h>
#include <stdio.h>

#include "faults/kind.h"
#include "scenario/parse.h"
#include "verbs/options.h"

#define JINX_VERSION "0.1"

/* A verb as it was called. */
struct call {
	const struct verb *verb;
	struct options o;
	struct verb_options known;
	char **operands;
	int n_operands;
	struct parsing made; /* of quick verbs: the scenario that is being made */
};

/* What a verb needs: the kernel, to try it; /proc and /sys; nothing. */
enum verb_place { AT_KERNEL, AT_HOST, ANYWHERE };

struct verb {
	const char *name;
	const char *arguments;	       /* in the list of verbs */
	const char *about;	       /* "run a scenario" */
	const char *usage;	       /* what follows "jinx NAME" */
	const char *const *examples;   /* N_EXAMPLES of it, and NULL */
	unsigned int takes;	       /* enum option_set bits */
	unsigned int ignores;	       /* the same, of options that are taken but not shown */
	int (*run)(struct call *call); /* returns the exit code */
	enum verb_place place;
	/* Of quick verbs, whose arguments and usage follow from the fault's keys. */
	bool quick;
	bool measures; /* it has no fault */
	enum fault fault;
};

#define MAX_VERBS (20 + NR_FAULTS)
#define MAX_USAGE 480 /* bytes of verb_usage() */

/* All verbs, in the order of the help. Returns how many. */
size_t verbs_all(struct verb ret[MAX_VERBS]);
bool verb_find(const char *name, struct verb *ret);

/* What a verb takes, in the list of verbs and after its name. */
const char *verb_arguments(const struct verb *verb, char *ret, size_t size);
/* Its fault can't be done to a process of a cgroup. */
bool verb_needs_cgroup(const struct verb *verb);
const char *verb_usage(const struct verb *verb, char *ret, size_t size);

/*
 * Carries out what the words of the command line say, argv[0] being the program's name: from them
 * to the exit code. `started_ns` is when jinx started (CLOCK_MONOTONIC).
 */
int verbs_main(int argc, char **argv, uint64_t started_ns);

int verb_run(struct call *call);
int verb_check(struct call *call);
int verb_doctor(struct call *call);
int verb_list(struct call *call);
int verb_ps(struct call *call);
int verb_stop(struct call *call);
int verb_suite(struct call *call);
int verb_gameday(struct call *call);
int verb_top(struct call *call);
int verb_new(struct call *call);
int verb_quick(struct call *call);
int verb_history(struct call *call);
int verb_compare(struct call *call);
int verb_report(struct call *call);

/*
 * Makes what the words after a quick verb's name say: the scenario of one fault, or none, which is
 * the caller's to free in any case, and the options. 0 or -EINVAL with why->message. (quick.c)
 */
int quick_read(struct call *call, int argc, char **argv, struct error *why);

/* The target is the command that stands after --. 0 or -EINVAL with why->message. (quick.c) */
int set_command(struct call *call, struct error *why);

/*
 * The scenario that --preset, --set and a target make; *ret is the caller's. 0 or -EINVAL with
 * why->message. And whether options go together. (preset.c)
 */
int preset_read(struct call *call, struct scenario **ret, struct error *why);
int preset_check_call(const struct call *call, struct error *why);

/*
 * From a scenario, whatever it was made from, to the exit code: probes what it may
 * need, plans, says what is refused, runs.
 */
int run_scenario(const struct scenario *s, const struct options *o);

/* The scenario of the call's operand, or one combination of its matrix. Returns the exit code. */
int run_one(struct call *call);

/* A run for each combination of its matrix, shown beside each other. Returns the worst exit code.
 */
int run_matrix(struct call *call);

/* The runs that --repeat makes of one combination are a series of the history. Returns ret. */
const char *series_name(const char *base, unsigned int combination, char *ret, size_t size);
/* Whether --repeat and --baseline can be had. 0, or -EINVAL, having said why not. (run.c) */
int check_repeats(const struct call *call);
/*
 * Compares the series of each combination with --baseline, and shows it. Returns the exit code,
 * which was `code` before. (against.c)
 */
int against_baseline(const struct call *call, unsigned int combinations, int code);

/*
 * Makes the plan, having probed as much as it takes. Mechanisms that --mechanisms leaves out are
 * unusable, with that as the reason.
 */
struct caps;
struct plan;
void probe_and_plan(
	const struct scenario *s, uint64_t allowed, struct caps *caps, struct plan *ret);

/*
 * Gives the scenario what the options say: limits that tighten its own, --host, --unprotect.
 * 0, or -EINVAL with *why telling what exceeds them.
 */
int apply_limits(struct scenario *s, const struct plan_options *o, struct error *why);

/*
 * Reads a scenario file, which must be trusted (scenario/trust.h) unless --trust was given, and
 * applies the limits. 0, or an exit code having said what is wrong.
 */
int read_scenario(const char *path, const struct plan_options *o, struct scenario **ret);

/* printf() of what has text from outside in it: printable(), with newlines. */
void print_shown(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints a complaint as file:line:column: message. */
void print_complaint(const char *file, const struct error *why);

#endif
