/* SPDX-License-Identifier: GPL-2.0 */
/* The plan: each rule of a scenario bound to a mechanism at each of its points, or refused. */
#ifndef JINX_PLAN_H
#define JINX_PLAN_H

#include "kernel/caps.h"
#include "scenario/scenario.h"

#define MAX_BINDINGS 4096

/* A rule at a point, by a mechanism. Its index is the row of its counters. */
struct binding {
	unsigned int rule;
	enum point point;
	enum mechanism mechanism;
	unsigned int number; /* of the point, in the plan */
	bool begun;	     /* a meter's: the program of a rule sees its calls begin */
};

struct planned_rule {
	const struct fault_spec *fault;
	unsigned int first_binding, n_bindings;
	bool refused;	  /* nothing of it is carried out */
	char reason[900]; /* refused: why, mechanism by mechanism */
	unsigned int n_beyond;
	char beyond[160]; /* refused: the points that no mechanism reaches, if not all */
	/* Members of a group (%file) that this kernel can't fail: left out, as they weren't named.
	 */
	unsigned int n_left_out;
	char left_out[600];
};

#define NO_RULE (~0u)
#define MAX_METER_ROWS 8192u /* of 9 kB each */

/* Where the calls of a point are measured. */
struct meter {
	struct binding at;    /* of NO_RULE */
	unsigned int targets; /* whose calls, a bit each */
	unsigned int delayed; /* of those, the ones that rules delay there */
	unsigned int before;  /* and of those, the ones whose calls wait before they begin: in user
				 space */
	unsigned int first_row, first_natural;
};

/* One at which they should be, and can't. */
struct unmetered {
	enum point point;
	char reason[400]; /* mechanism by mechanism */
};

struct plan {
	const struct scenario *scenario;
	const struct caps *caps; /* of the kernel that it is made for */
	unsigned int n_rules, n_bindings;
	struct planned_rule rules[MAX_RULES];
	struct binding bindings[MAX_BINDINGS];
	unsigned int n_meters, n_unmetered, n_meter_rows;
	struct meter meters[NR_POINTS];
	struct unmetered unmetered[NR_POINTS];
	/* The points of the bindings and meters, each once: their numbers are their indices. */
	unsigned int n_points;
	enum point points[MAX_POINTS];
};

/*
 * Binds every rule of the scenario with what the kernel can do. Pure: the same
 * model and the same capabilities give the same plan. Rules that can't be had
 * are in the plan, refused.
 */
void plan_make(const struct scenario *s, const struct caps *caps, struct plan *ret);

/* With --debug: what it is, a line a rule and mechanism. */
void plan_tell(const struct plan *p);

/* The mechanisms that any rule of the scenario might use, a bit each: what to probe. */
uint64_t plan_candidates(const struct scenario *s);

/*
 * What is attached: the bindings of rules, and after them those of the meters. Their number, and
 * each by its index.
 */
unsigned int plan_n_places(const struct plan *p);
const struct binding *plan_place(const struct plan *p, unsigned int index);

/* Nothing is left to do: no rule and no call to measure. */
bool plan_empty(const struct plan *p);

/* Whether a mechanism that is not tried yet, or is taken for unusable, might change the plan. */
bool plan_lacks(const struct plan *p, enum mechanism m);
/* A rule is carried out by a mechanism with any of these flags (enum mechanism_flag). */
bool plan_uses(const struct plan *p, unsigned int any);

/* The targets of the rules that are carried out by a mechanism, a bit each. */
unsigned int plan_targets_by(const struct plan *p, enum mechanism m);

/* A rule that is refused and isn't optional: the run can't be had. */
bool plan_refused(const struct plan *p);

/* Why a rule's delays keep a CPU busy, where that is for want of the gate; else "". */
const char *plan_spins(const struct plan *p, unsigned int rule);

/*
 * The calls at which a rule kills only after the call has been carried out, although it should be
 * before, as no mechanism here can leave them out: their names in *ret. Returns how many.
 */
unsigned int plan_kills_late(const struct plan *p, unsigned int rule, char *ret, size_t size);

/* Why a rule was refused; of a single point without its name, which the rule's text has already. */
const char *plan_reason(const struct planned_rule *r);

/*
 * What can be had in place of a rule that was refused: "connect, bind and 3 other calls", by the
 * same mechanisms and under the same conditions; "" where there is nothing.
 */
const char *plan_instead(const struct plan *p, unsigned int rule, char *ret, size_t size);

/* What its mechanisms take until everything is attached: the least (mechanisms.def). */
privileges privileges_to_attach(const struct plan *p);

/*
 * What jinx must still be able to do once everything is attached and armed; it gives up the rest.
 * Reading, arming, renewing and detaching go by descriptors and memory that it has.
 */
privileges privileges_needed(const struct plan *p);

#endif
