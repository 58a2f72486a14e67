/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each fault is, in user space: how it is checked, by which mechanisms it is carried out, what
 * people are told of it, and what the kernel side is. A fault is a row in bpf/faults.def and a file
 * here with its `struct fault_kind fault_NAME`. Nothing in this folder knows libbpf.
 */
#ifndef JINX_FAULTS_KIND_H
#define JINX_FAULTS_KIND_H

#include "scenario/keys.h"
#include "scenario/scenario.h"

enum fault_flag {
	STRIKES_CALLS = 1 << 0,	   /* system calls */
	TAKES_MOMENT = 1 << 1,	   /* `at`: before or after the call has taken effect */
	MAKES_SLEEP = 1 << 2,	   /* threads wait: how long they did is measured */
	CALLS_COME_FIRST = 1 << 3, /* its verb takes the calls as an operand, not by --on */
	STRIKES_SINGLY = 1 << 4,   /* single calls or packets, which `when` and `where` choose */
	HOLDS_TARGET = 1 << 5,	   /* all of the target at once, for a time */
	OF_WHOLE_TARGET = 1 << 6,  /* of the target as such: the keeper carries it out */
	EXHAUSTS_TARGET = 1 << 7,  /* takes the keys of `exhaust` */
	RESTRICTS_TARGET = 1 << 8, /* takes those of `restrict` */
	NAMES_TARGETS = 1 << 9,	   /* its value says whom it hits, and not where */
	SHAPES = 1 << 10,	   /* packets go by the shaper, which counts what it does to them */
	TAKES_HAZARD = 1 << 11,	   /* `hazard` and `limit`: moments that are drawn */
	SIGNALS_TARGET = 1 << 12,  /* single processes of the target, which `to` chooses */
	TAKES_LIMIT = 1 << 13,
	TAKES_ON = 1 << 15,	  /* names them */
	TAKES_WHOM = 1 << 16,	  /* `to` */
	OF_CONNECTIONS = 1 << 17, /* those that the target has, which `where` chooses */
	HAS_CALLS = 1 << 18,	  /* of its own, where `on` names none */
	LEAKS = 1 << 14,	  /* takes the keys of `leak` */
};

/* `no_process` of faults of packets. */
#define PACKETS_HAVE_NO_PROCESS                                                                \
	"packets belong to a cgroup, not to a process: use a cgroup, unit, container, pod or " \
	"command"

/* So many examples has a verb. They are in its help, and a case runs them. */
#define N_EXAMPLES 3

/* Each function may be NULL where there is nothing to it. */
struct fault_kind {
	unsigned int flags;
	const char *purpose; /* of its verb: "make system calls fail" */
	const char *examples[N_EXAMPLES +
			     1]; /* of its verb: what follows "jinx NAME"; ends with NULL */

	/* Its own keys; the first has its name, and says that it is this fault. */
	const struct key *keys;
	size_t n_keys;
	const char *takes_no_on; /* why, without TAKES_ON: "it names packets by direction" */

	/* The points that follow from its keys, once all of them have been read, or those that it
	 * has where `on` names none. */
	void (*set_points)(struct fault_spec *f);
	/* What a call at this point would have to be, and isn't: "returns bytes"; NULL: it is. */
	const char *(*not_at)(const struct fault_spec *f, enum point p);
	/* Combinations that no kernel could carry out. 0 or -EINVAL. */
	int (*validate)(const struct fault_spec *f, struct error *why);
	/* What it takes of its targets besides `no_process` and `not_narrowed`. 0 or -EINVAL. */
	int (*check_targets)(
		const struct scenario *s, const struct fault_spec *f, struct error *why);
	/* What exceeds the scenario's limits. 0 or -EINVAL. */
	int (*check_limits)(
		const struct scenario *s, const struct fault_spec *f, struct error *why);

	/* The mechanisms that carry it out, best first; their number is returned. Not NULL. */
	unsigned int (*ladder)(const struct fault_spec *f, const enum mechanism **ret);
	/* Why it can't be done to a process of a cgroup, and to what `only` and `except` leave of
	 * one, on any kernel; NULL: it can. */
	const char *no_process, *not_narrowed;
	/* The same of some that it can be, told by their keys. */
	const char *(*not_to)(const struct fault_spec *f, const struct target_spec *t);
	/* What it lets pass that one may take for meant: told with the plan. */
	const char *passes;
	/* Why a mechanism of the ladder is no good for this one; NULL: it is. */
	const char *(*unfit)(
		const struct scenario *s, const struct fault_spec *f, enum mechanism m);
	/* The call is not to be made, so a mechanism that only sees it comes too late. */
	bool (*prevents_call)(const struct fault_spec *f);

	/* Its value, as a scenario has it: "EIO". */
	void (*describe)(const struct fault_spec *f, char *ret, size_t size);
	/* What else its keys say, after the points: "interruptible"; "" for nothing. */
	const char *(*describe_rest)(const struct fault_spec *f);

	/* What it is without calls (`whole` of its struct fault_spec): of the target as such. NULL:
	 * it needs some. */
	const struct fault_kind *whole;

	/* Its part of what the kernel side executes; the rest is there already. */
	void (*fill)(const struct fault_spec *f, struct rule *rule);
};

extern const struct fault_kind *const fault_kinds[NR_FAULTS];

static inline const struct fault_kind *kind_of(const struct fault_spec *f)
{
	const struct fault_kind *kind = fault_kinds[f->fault];

	return f->whole ? kind->whole : kind;
}

static inline bool strikes_calls(const struct fault_spec *f)
{
	return kind_of(f)->flags & STRIKES_CALLS;
}

static inline bool takes_on(const struct fault_spec *f)
{
	return kind_of(f)->flags & TAKES_ON;
}

/* `on` may be left out. */
static inline bool does_without_on(enum fault fault)
{
	return fault_kinds[fault]->whole || fault_kinds[fault]->flags & HAS_CALLS;
}

static inline bool strikes_singly(const struct fault_spec *f)
{
	return kind_of(f)->flags & STRIKES_SINGLY;
}

static inline bool holds_target(const struct fault_spec *f)
{
	return kind_of(f)->flags & HOLDS_TARGET;
}

static inline bool signals_target(const struct fault_spec *f)
{
	return kind_of(f)->flags & SIGNALS_TARGET;
}

static inline bool is_of_connections(const struct fault_spec *f)
{
	return kind_of(f)->flags & OF_CONNECTIONS;
}

/* What it does takes no time, and happens at moments that are drawn. */
static inline bool takes_hazard(const struct fault_spec *f)
{
	return kind_of(f)->flags & OF_WHOLE_TARGET && kind_of(f)->flags & TAKES_HAZARD;
}

static inline bool is_of_target(const struct fault_spec *f)
{
	return kind_of(f)->flags & OF_WHOLE_TARGET;
}

/* The keeper has a part in it: that, and where its threads run besides what happens at calls. */
static inline bool acts_on_target(const struct fault_spec *f)
{
	return is_of_target(f) || f->one_core || f->priorities_ns;
}

static inline bool makes_sleep(const struct fault_spec *f)
{
	return kind_of(f)->flags & MAKES_SLEEP;
}

static inline bool shapes_packets(const struct fault_spec *f)
{
	return kind_of(f)->flags & SHAPES;
}

/* It uses up memory or disk space. */
static inline bool takes_bytes(const struct fault_spec *f)
{
	return kind_of(f)->flags & EXHAUSTS_TARGET && f->exhaust.resource != RESOURCE_CPU;
}

static inline bool prevents_call(const struct fault_spec *f)
{
	return kind_of(f)->prevents_call && kind_of(f)->prevents_call(f);
}

/* set_points() of faults that are of the target and of no call. */
void set_target(struct fault_spec *f);

/* Of faults that make calls take longer: check_limits(), ladder(), unfit() and fill(). */
int check_delay(const struct scenario *s, const struct fault_spec *f, struct error *why);
unsigned int slow_ladder(const struct fault_spec *f, const enum mechanism **ret);
const char *spins_too_long(const struct scenario *s, const struct fault_spec *f, enum mechanism m);
void fill_delay(const struct fault_spec *f, struct rule *rule);

/* Of faults whose packets go by the shaper: check_limits() and ladder(). */
int check_packet_delay(const struct scenario *s, const struct fault_spec *f, struct error *why);
unsigned int detours(const struct fault_spec *f, const enum mechanism **ret);

/* For how long pause and suspend hold the target at a time; by their verbs that is the phase, which
 * may have no end: 0. */
uint64_t held_ns(const struct scenario *s, const struct fault_spec *f);

/* A time as a scenario has it: "1.5s", "20ms". */
void describe_ns(uint64_t ns, char *ret, size_t size);

/* The same of one that varies: "200ms +- 50ms normal". */
void describe_spread(const struct spread *s, char *ret, size_t size);

/* A number of bytes: "200M", "1.5G", "4096". */
void describe_bytes(uint64_t n, char *ret, size_t size);

/* Of what signals processes: `when` takes `hazard` with `limit`, or else `burst`. 0 or -EINVAL. */
int validate_moments(const struct fault_spec *f, struct error *why);

/* Which processes: "main", "3", "25%"; "" for all. */
void describe_chosen(const struct chosen *s, char *ret, size_t size);

/* A fault in words, as it would stand in a scenario: "fail EIO on fsync, read". */
void fault_describe(const struct fault_spec *f, char *ret, size_t size);
/* The same of one that is refused: nothing of what would become of it. */
void fault_describe_wanted(const struct fault_spec *f, char *ret, size_t size);

/* Its value alone: "EIO", "200ms +- 50ms normal"; "" where it has none in words. */
void fault_describe_value(const struct fault_spec *f, char *ret, size_t size);

#endif
