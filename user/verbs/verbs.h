/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs of the command line. Each takes its own argv and returns the exit code. */
#ifndef JINX_VERBS_H
#define JINX_VERBS_H

#include <stdint.h>

#include "scenario/scenario.h"

#define JINX_VERSION "0.1"

int verb_run(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_doctor(int argc, char **argv);
int verb_list(int argc, char **argv);
int verb_ps(int argc, char **argv);
int verb_stop(int argc, char **argv);
/* fail, drop and kill: a scenario of one fault, made from the command line. */
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
 * Probes what the scenario may need. Mechanisms that --mechanisms leaves out are
 * unusable, with that as the reason.
 */
struct caps;
void probe_for(const struct scenario *s, struct caps *ret);

/* Takes the list of --mechanisms: "fmod_ret,lsm". Returns 0, or -EINVAL having said why. */
int allow_mechanisms(const char *list);

/* Prints a complaint as file:line:column: message. */
void print_complaint(const char *file, const struct complaint *why);

#endif
