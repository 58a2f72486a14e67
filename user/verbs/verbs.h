/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs of the command line. Each takes its own argv and returns the exit code. */
#ifndef JINX_VERBS_H
#define JINX_VERBS_H

#include <stdint.h>
#include <stdio.h>

#include "scenario/scenario.h"

#define JINX_VERSION "0.1"

int verb_run(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_doctor(int argc, char **argv);
int verb_list(int argc, char **argv);
int verb_ps(int argc, char **argv);
int verb_stop(int argc, char **argv);
/* fail, delay, drop and kill: a scenario of one fault, made from the command line. */
int verb_quick(int argc, char **argv);

/* When this process started (CLOCK_MONOTONIC). */
extern uint64_t started_ns;

struct experiment_options;

/*
 * From a scenario, whatever it was made from, to the exit code: probes what it may
 * need, plans, says what is refused, runs.
 */
int run_scenario(const struct scenario *s, const struct experiment_options *options);

/*
 * Makes the plan, having probed as much as it takes. Mechanisms that --mechanisms leaves out are
 * unusable, with that as the reason.
 */
struct caps;
struct plan;
void probe_and_plan(const struct scenario *s, struct caps *caps, struct plan *ret);

/*
 * The options that run, check and the quick verbs share: entries for a table of long options, and
 * what takes them. take_shared() returns 0, or -EINVAL having said what is wrong.
 */
enum shared_option {
	OPTION_MECHANISMS = 512,
	OPTION_MAX_DELAY,
	OPTION_MAX_SPIN,
	OPTION_MAX_CHANCE,
	OPTION_MAX_INJECTIONS,
	OPTION_UNPROTECT,
	OPTION_HOST,
	OPTION_TRUST,
	OPTION_DRY_RUN,
	OPTION_EXIT_CODE,
	OPTION_JSON,
	OPTION_EVENTS,
	OPTION_EVENT_BUFFER,
	OPTION_READY_FD,
	OPTION_RECORD,
	OPTION_REPLAY,
	OPTION_QUIET,
	OPTION_DEBUG,
};

/* clang-format off */
#define PLAN_OPTIONS \
	{"mechanisms", 1, NULL, OPTION_MECHANISMS}, {"max-delay", 1, NULL, OPTION_MAX_DELAY}, \
	{"max-spin", 1, NULL, OPTION_MAX_SPIN}, {"max-chance", 1, NULL, OPTION_MAX_CHANCE}, \
	{"max-injections", 1, NULL, OPTION_MAX_INJECTIONS}, \
	{"unprotect", 1, NULL, OPTION_UNPROTECT}, {"host", 0, NULL, OPTION_HOST}, \
	{"trust", 0, NULL, OPTION_TRUST}
#define RUN_OPTIONS \
	{"exit-code", 1, NULL, OPTION_EXIT_CODE}, {"dry-run", 1, NULL, OPTION_DRY_RUN}, {"record", 1, NULL, OPTION_RECORD}, \
	{"replay", 1, NULL, OPTION_REPLAY}, {"json", 1, NULL, OPTION_JSON}, \
	{"events", 1, NULL, OPTION_EVENTS}, {"event-buffer", 1, NULL, OPTION_EVENT_BUFFER}, \
	{"ready-fd", 1, NULL, OPTION_READY_FD}, {"quiet", 0, NULL, OPTION_QUIET}, {"debug", 0, NULL, OPTION_DEBUG}
/* clang-format on */

int take_shared(int option, const char *text, struct experiment_options *o);

/*
 * Gives the scenario what the shared options say: limits that tighten its own, --host, --unprotect.
 * 0, or -EINVAL having said what exceeds them.
 */
int apply_limits(struct scenario *s);

/*
 * Reads a scenario file, which must be trusted (scenario/trust.h) unless --trust was given. 0, or
 * an exit code having said what is wrong.
 */
int read_scenario(const char *path, struct scenario **ret);

/* printf() of what has text from outside in it: printable(), with newlines. */
void print_shown(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints a complaint as file:line:column: message. */
void print_complaint(const char *file, const struct error *why);

#endif
