/* SPDX-License-Identifier: GPL-2.0 */
/* The options of the command line: rows of their own, and those that are keys of scenarios. */
#ifndef JINX_OPTIONS_H
#define JINX_OPTIONS_H

#include "run/experiment.h"
#include "suite/suite.h"
#include "scenario/keys.h"

struct call;
struct verb;

/* The options come in sets, of which a verb takes some. */
enum option_set {
	TAKES_PLAN = 1 << 0,
	TAKES_RUN = 1 << 1,
	TAKES_FILE = 1 << 2,
	TAKES_KEYS = 1 << 3, /* those that are keys of scenarios */
	TAKES_JSON = 1 << 4,
	TAKES_ALL = 1 << 5,
	TAKES_SETTINGS = 1 << 6, /* of what a file leaves open */
	TAKES_SUITE = 1 << 7,
	TAKES_SCENE = 1 << 8,
	TAKES_TARGET = 1 << 9,	  /* of those, the ones that say whom and how long */
	TAKES_PRESET = 1 << 10,	  /* a preset, and whom it is for */
	TAKES_LOOKING = 1 << 11,  /* what is left of them where nothing is injected */
	TAKES_INJECTED = 1 << 12, /* of a run, those about what is injected */
	TAKES_REPORTS = 1 << 13,  /* files of an experiment that has ended */
	TAKES_REMEMBER = 1 << 14, /* whether and how a run is remembered */
	TAKES_HISTORY = 1 << 15,  /* which runs are meant */
	TAKES_REPEAT = 1 << 16,	  /* several runs, and what they are compared with */
	TAKES_THRESHOLD = 1 << 17,
	TAKES_LAST = 1 << 18,
	TAKES_GAMEDAY = 1 << 19,
};

/* What they say. */
struct plan_options {
	unsigned int allowed; /* mechanisms, a bit each */
	uint64_t max_delay_ns, max_spin_ns;
	struct safety safety;	  /* tightens the scenario's own */
	bool host;		  /* the root cgroup may be a target */
	bool trust;		  /* scenarios of others are taken too */
	struct settings settings; /* of scenario files */
};

struct options {
	struct plan_options plan;
	struct experiment_options run;
	bool json, all, yes;
	const char *preset; /* NULL: a file is meant */
	bool keep;	    /* the scratch directory stays */
	struct suite_options suite;
	char history_path[512]; /* the default */
	struct labels labels;
	char series[8];	      /* what the series of these runs begin with; "": they are none */
	unsigned int repeat;  /* runs of each; 0: one */
	const char *baseline; /* the runs that they are compared with; NULL: none */
	double threshold;     /* no smaller change counts: 0.05 */
	unsigned int last;    /* so many runs; 0: as many as there are, or a default */
};

/* Under what --help lists them, in this order. */
enum heading { HEAD_FAULT, HEAD_WHEN, HEAD_TARGET, HEAD_RESULTS, HEAD_LIMITS, HEAD_ALSO, NR_HEADS };

extern const char *const heading_names[NR_HEADS];

/* An option that is no key of a scenario. */
struct option_row {
	const char *name;
	const char *placeholder; /* NULL: it takes no value; "[VALUE]": it may */
	enum option_set set;
	enum heading heading;
	const char *about;
	const char *fallback; /* NULL: nothing worth a word */
	/* 0 or -EINVAL with why->message. */
	int (*take)(const char *text, struct options *o, struct error *why);
	bool repeats; /* each time it is given adds to it */
};

/* An option of a verb, wherever its row stands. */
struct verb_option {
	const char *name, *placeholder, *about, *fallback, *example;
	enum heading heading;
	bool shown;
	bool fits; /* quick verbs: it belongs to this one */
	const struct option_row *row;
	/* Without one: */
	const struct key *key;
	enum block block;
	const char *value; /* the key's, where the option takes none */
};

#define MAX_OPTIONS 128

/* The options of a verb, in the order of --help. */
struct verb_options {
	size_t n;
	struct verb_option all[MAX_OPTIONS];
	bool given[MAX_OPTIONS];
};

/* "--name VALUE", as --help and the tables show it. Returns ret. */
const char *option_shown(const struct verb_option *o, char *ret, size_t size);

/* "[libbpf]": it may stand without one. */
bool option_value_is_optional(const struct verb_option *o);

void options_of(const struct verb *verb, struct verb_options *ret);

/* "--cgroup, --unit, ... or a command": the options that name a target. */
const char *target_options(
	const struct verb_options *known, const char *last, char *ret, size_t size);

/* Whether one of them was given. */
bool target_given(const struct verb_options *known);
/* 0 if none was given so far, or -EINVAL with why->message. */
int one_target_only(const struct verb_options *known, struct error *why);

/*
 * The option that a word was meant for which stands alone: "--by 20ms" for 20ms. Of those alone
 * whose values tell what they are. Returns whether there is one.
 */
bool option_for(const struct call *call, const char *text, char *ret, size_t size);

/* A duration of at most `most` ns. 0 or -EINVAL with *why. */
int take_duration(
	const char *option, const char *text, uint64_t most, uint64_t *ret, struct error *why);

/* What holds where no option says otherwise. */
void options_init(struct options *o, const struct verb *verb, uint64_t started_ns);

/*
 * Reads the options; what is left are the call's operands. With take_operand they come to it one
 * by one instead, and only what stands after -- is left. 0 or -EINVAL with why->message.
 */
int options_read(struct call *call, int argc, char **argv,
	int (*take_operand)(struct call *call, const char *text, struct error *why),
	struct error *why);

#endif
