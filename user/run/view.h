/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live view, on stderr: lines that renew themselves on a terminal (run/panel.h), a line a
 * second elsewhere.
 */
#ifndef JINX_VIEW_H
#define JINX_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "expect/expect.h"
#include "measure/role.h"
#include "run/panel.h"

struct view {
	struct panel panel;
	uint64_t last_ns;
	unsigned int last_phase;
};

#define VIEW_PHASES 32
#define VIEW_RULES 64
#define VIEW_GUARDS 16

struct view_rule {
	char text[160];
	bool armed; /* now */
	uint64_t eligible, matched, injected;
};

struct view_guard {
	const char *text, *relation;
	bool on; /* it is looked at in this phase */
	const struct judged *now;
	uint64_t held_ns, for_ns; /* how long it has held, and has to */
};

/* What it shows. */
struct progress {
	const char *name, *id;
	const char *phase;
	unsigned int number, of;
	uint64_t left_ns, injected, operations, failed;
	bool endless, has_load;
	/* On a terminal: */
	bool one_line;	    /* others write there too */
	bool between;	    /* the phase is over, and hooks are run */
	uint64_t passed_ns; /* of the phase; all_left_ns: until the end of all */
	uint64_t all_left_ns;
	double operations_rate, injected_rate; /* a second, lately */
	double success, p50_ms, p99_ms;	       /* of the phase; NAN: nothing yet */
	struct view_phase {
		const char *name;
		enum role role;
		uint64_t duration_ns;
	} phases[VIEW_PHASES]; /* those that are there, `of` at the most */
	unsigned int n_rules, n_guards;
	struct view_rule rules[VIEW_RULES];
	struct view_guard guards[VIEW_GUARDS];
};

struct output;

/* Where the last one has not been written yet this one is left out: nobody waits for a terminal. */
void view_show(struct view *v, struct output *to, const struct progress *p, uint64_t now_ns);

/* For the tests: the lines for a terminal of that size. */
void view_lines(
	const struct progress *p, unsigned int columns, unsigned int rows, struct panel_lines *ret);

/* Clears what the view left on the terminal, for something else to be written there. */
void view_end(struct view *v, struct output *to);

#endif
