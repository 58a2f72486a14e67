/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults that a process carries out and not a program in the kernel: what the ways have in common.
 * An actor is a row in bpf/mechanisms.def with BY_KEEPER and a file here with its `struct actor
 * actor_ID`. The keeper hosts them (keeper/stage.h): it knows when they are to act, watches the
 * heartbeat, and counts. What an actor changes that outlives jinx it writes into the undo journal
 * first.
 */
#ifndef JINX_ACTOR_H
#define JINX_ACTOR_H

#include "base/error.h"
#include "base/privileges.h"
#include "measure/taken.h"
#include "scenario/names.h"
#include "target/target.h"
#include "undo/journal.h"

#define NO_RECORD UINT32_MAX

/* A target as an actor has it. */
struct scene {
	const struct target *target;
	struct journal *journal;
	/* Tells the kernel side until when a target stands still (CLOCK_MONOTONIC); 0: it doesn't.
	 */
	void (*hold)(void *context, unsigned int index, uint64_t until_ns);
	/* engine_throttle() */
	int (*throttle)(void *context, unsigned int index, uint32_t share_ppm);
	/* engine_skew(), engine_spare(), engine_skewed() */
	void (*skew)(void *context, unsigned int index, const struct skew *skew);
	void (*spare)(void *context, unsigned int index, pid_t pid, bool is);
	/* TZ of the target's commands that are started from now on; NULL: as jinx's. 0; -EALREADY:
	 * another rule has given them one. */
	int (*zone)(void *context, unsigned int index, const char *zone);
	void (*skewed)(void *context, unsigned int index, struct skew *ret);
	void *context;
	uint64_t (*deadline)(const void *context); /* engine_deadline() */
	const char *id;				   /* the experiment's */
	unsigned int index;			   /* of the target */
	unsigned int rule; /* the first one that it acts for, or with by_rule the only one */
	const struct fault_spec *fault;			      /* that rule's */
	bool (*is_protected)(const void *context, pid_t pid); /* from signals */
	uint64_t seed, drawn; /* of what it draws, and how often it has */
	void *own;	      /* the actor's */
	bool acts;	      /* armed, and not disarmed since */
	uint32_t record;      /* of what it has changed; NO_RECORD: nothing */
};

/* Functions that may be NULL say what that means. */
struct actor {
	/* The least that the keeper must be able to do for it. */
	privileges needs;
	/* What this fault takes besides. NULL: nothing. */
	privileges (*also_needs)(const struct fault_spec *f);
	/* Each rule has a scene of its own; else all rules at a target share one. */
	bool by_rule;
	/* What it does is done at once: there is nothing to disarm. */
	bool at_once;
	/*
	 * What it changes is set by who makes a cgroup, before a process is there: in one that came
	 * back it acts no sooner than there is one.
	 */
	bool after_owner;

	/* Tries it on this host, changing nothing. 0, or -errno with the reason. */
	int (*probe)(struct error *why);
	/*
	 * In jinx, while it has its privileges, once a scene: whatever it takes to undo its acts
	 * should jinx be the last to live. 0, or -errno with the reason. NULL: nothing.
	 */
	int (*prepare)(const struct target *t, const struct fault_spec *f, struct journal *journal,
		struct error *why);
	/*
	 * In jinx, likewise, once a rule: what stands in the way of this fault, as far as it can be
	 * known. 0, or -errno with the reason. NULL: nothing.
	 */
	int (*admit)(const struct fault_spec *f, struct error *why);
	/*
	 * Acts on the target until `until_ns`; again with another time while it acts already. 0;
	 * -EALREADY: somebody else has done so before, and it is left to them; else -errno.
	 */
	int (*arm)(struct scene *s, uint64_t until_ns);
	/* Each tick while it acts. NULL: there is nothing to do. */
	void (*tend)(struct scene *s);
	/* How much it has used up so far, at the most. NULL: it uses up nothing. */
	void (*look)(const struct scene *s, struct taken *ret);
	/* When arm() is to be called again, to go on with what it does (CLOCK_MONOTONIC). NULL: at
	 * the next tick will do. */
	uint64_t (*goes_on)(const struct scene *s);
	/* Whether what it does has ended by itself, or by somebody else. NULL: it can't. */
	bool (*has_ended)(struct scene *s);
	/* Puts back what it has changed, as far as it is still so. */
	void (*disarm)(struct scene *s);

	/*
	 * What is to be known of this fault on this host, for `check` and the report; "" for
	 * nothing. NULL: never.
	 */
	void (*foretell)(const struct fault_spec *f, char *ret, size_t size);

	/* What it does to the target, for `check`. */
	const char *does;
};

/* By mechanism; NULL: it is none of the keeper's. */
extern const struct actor *const actors[NR_MECHANISMS];

/*
 * For those that write a file of the target's cgroup. The file, to be read and written; -ESTALE:
 * another cgroup has come to the target's path since.
 */
int actor_open(const struct target *t, const char *file);
/* Writes u->ours there, with a record of it in the journal: s->record. 0 or -errno, and then there
 * is no record. */
int actor_write(struct scene *s, int fd, struct undo *u);
/* Executes that record, if there is one. One that could not be executed stays, for the janitor. */
void actor_undo(struct scene *s);

/* Whether cgroup v2 has this controller on this host: those of v1 it has not. */
bool has_controller(const char *name);

/* For probes: whether cgroups can be made and written. 0, or -errno with the reason. */
int probe_cgroups(struct error *why);

#endif
