/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The keys of scenarios, a row each. Files and quick verbs read by them; --help, the lists, the
 * JSON Schema and docs/keys.md are made of them. A row stands beside the function that reads its
 * value; those of one fault alone stand in user/faults/.
 */
#ifndef JINX_KEYS_H
#define JINX_KEYS_H

#include "scenario/scenario.h"

struct document;
struct yaml_node_s; /* libyaml's yaml_node_t */

/* The mappings that a scenario is made of, each with what its keys are read into. */
enum block {
	BLOCK_SCENARIO, /* struct parsing (scenario/parse.h) */
	BLOCK_TARGET,	/* struct target_spec */
	BLOCK_ONLY,	/* of a target; struct identities */
	BLOCK_EXCEPT,	/* the same */
	BLOCK_WORKLOAD, /* struct workload */
	BLOCK_LINES,	/* of a workload; the same */
	BLOCK_VERIFY,	/* of a workload; struct verify */
	BLOCK_PROBE,	/* struct probe_spec */
	BLOCK_ANSWER,	/* of a workload or a probe; struct expected */
	BLOCK_LOG,	/* struct log_spec */
	BLOCK_SAFETY,	/* struct safety */
	BLOCK_PHASE,	/* struct parsing, whose last phase it is */
	BLOCK_USE,	/* in place of a phase; struct use (scenario/presets_put.h) */
	BLOCK_FAULT,	/* struct fault_spec */
	BLOCK_SHAPE,	/* struct shape */
	BLOCK_DNS,	/* of a fault; struct fault_spec */
	BLOCK_RESPOND,	/* the same */
	BLOCK_SKEW,	/* the same */
	BLOCK_WHEN,	/* struct trigger */
	BLOCK_BURST,	/* struct trigger */
	BLOCK_WHERE,	/* struct where */
	BLOCK_NOT,	/* of where; struct where */
	BLOCK_ARG,	/* of where; struct where */
	BLOCK_EXHAUST,	/* of a fault; struct fault_spec */
	BLOCK_RESTRICT, /* the same */
	BLOCK_LEAK,	/* the same */
	BLOCK_CORRUPT,	/* the same */
	BLOCK_EXPECT,	/* struct expectation */
	BLOCK_THAT,	/* the same */
	BLOCK_GUARD,	/* struct guard */
	BLOCK_STEADY,	/* struct steady */
	BLOCK_SLO,	/* struct slo */
	BLOCK_HOOKS,	/* struct standing */
	BLOCK_STEP,	/* of setup, teardown and hooks; struct step */
	BLOCK_READY,	/* struct ready */
	BLOCK_NETWORK,	/* struct standing */
	BLOCK_GAMEDAY,	/* a document of its own (scenario/gameday.h); struct gameday */
	BLOCK_ROUND,	/* of it; struct round */
	NR_BLOCKS
};

/* What values look like. */
enum value_kind {
	VALUE_TEXT,
	VALUE_NAME,
	VALUE_COMM,
	VALUE_VERSION,
	VALUE_COUNT,
	VALUE_NUMBER, /* a count from 1 on */
	VALUE_BOOL,
	VALUE_WORKLOAD,
	VALUE_URL,
	VALUE_ADDRESS,
	VALUE_REGEX,
	VALUE_STATUS,
	VALUE_EXIT,
	VALUE_PROBE_MOMENT,
	VALUE_TIME,
	VALUE_CHANCE,
	VALUE_RAMP,
	VALUE_RATE,
	VALUE_BANDWIDTH,
	VALUE_PER,
	VALUE_DELAY,
	VALUE_ERRNO,
	VALUE_SIGNAL,
	VALUE_DIRECTION,
	VALUE_HOSTS, /* a name, or those below one */
	VALUE_REPLY,
	VALUE_HTTP_STATUS,
	VALUE_REQUESTS, /* a path of HTTP, or those that begin so */
	VALUE_SHIFT,	/* a time with its sign; or a mapping, if the key has a block */
	VALUE_DRIFT,
	VALUE_CLOCK,
	VALUE_ZONE,
	VALUE_SIDES, /* a list of names, or a mapping to names or lists of them */
	VALUE_MOMENT,
	VALUE_CALLS,
	VALUE_PATH,
	VALUE_UNIT,
	VALUE_CONTAINER,
	VALUE_UID,
	VALUE_PID,
	VALUE_POD,
	VALUE_FD_KIND,
	VALUE_PORT,
	VALUE_CIDR,
	VALUE_SOCKET,
	VALUE_HOST,
	VALUE_PROTOCOL,
	VALUE_THREAD,
	VALUE_STACK,
	VALUE_TEST,
	VALUE_ARGV,
	VALUE_PARAMS, /* a mapping of names to plain values */
	VALUE_MATRIX, /* of names to lists of them */
	VALUE_STEPS,  /* a list of commands, or of mappings */
	VALUE_ROUNDS, /* a list of files, or of mappings */
	VALUE_EXEC,
	VALUE_CONDITION,  /* in quotes; or a mapping, if the key has a block */
	VALUE_CONDITIONS, /* a list of them, or of mappings */
	VALUE_BOUND,
	VALUE_SPAN,
	VALUE_SIZE,
	VALUE_AMOUNT, /* a size, or a share */
	VALUE_BITS,
	VALUE_HEX,
	VALUE_OFFSETS, /* from here to there */
	VALUE_WHOM,
	VALUE_BLOCK,	    /* a mapping: the key's block */
	VALUE_BLOCKS,	    /* a list of them */
	VALUE_NAMED_BLOCKS, /* a mapping of names to them */
	NR_VALUES
};

/* What JSON has for a value; several may do. */
enum value_type {
	IS_STRING = 1 << 0,
	IS_INTEGER = 1 << 1,
	IS_NUMBER = 1 << 2,
	IS_BOOLEAN = 1 << 3,
	IS_LIST = 1 << 4, /* of plain values */
	IS_PLAIN = IS_STRING | IS_NUMBER | IS_BOOLEAN,
};

struct value_row {
	const char *placeholder; /* stands for it in --help and in tables: "TIME" */
	unsigned int types;	 /* enum value_type bits; 0: a block, or blocks */
	const char *pattern;	 /* strings match this */
	const char *words;	 /* or are one of these, with | between them */
	long long least, most;	 /* integers; 0: anything */
	bool shown;		 /* --help gives the example too */
	bool tells;		 /* one that stands alone is known by its looks */
};

extern const struct value_row value_rows[NR_VALUES];

/* A value as it was written. */
struct value {
	const char *text;
	const char *name; /* of its key, or of the option without the dashes */
	bool is_option;
};

/* An option of the quick verbs that gives a key one value. */
struct choice {
	const char *option; /* the value too */
	const char *about;
};

struct key {
	const char *name;
	enum value_kind value;
	enum block block; /* of VALUE_BLOCK and its like */
	bool required;
	bool list;	    /* one value or a list of them */
	bool commas;	    /* or several with commas: {port: 80,443} */
	bool is_word;	    /* a value of such a list may be the same: {fd: file, socket} */
	bool one_of;	    /* a block has exactly one of these */
	unsigned int needs; /* enum fault_flag bits of the faults that take it */
	const char *about;
	const char *fallback; /* what holds without it; NULL: nothing worth a word */
	const char *example;
	/* Reads one value into what the block is read into. 0 or -EINVAL with why->message. */
	int (*take)(struct value v, void *out, struct error *why);
	/* The same where a value is no plain text; then there is no `take`. */
	int (*read)(struct document *d, struct yaml_node_s *node, void *out);
	const char *called; /* in messages; NULL: by its name */
	/* On the command line. */
	const char *option; /* of the quick verbs, or (safety) of all that plan; or NULL */
	const struct choice *choices; /* options in place of that one; ends with NULL */
	const char *help;	      /* in place of `about` */
	const char *missing;	      /* it has to be given: what is said when it is not */
};

struct block_row {
	const char *name; /* "where" */
	const char *what; /* as messages call it: "a phase" */
	const struct key *keys;
	size_t n;
	enum block instead; /* what may stand in its place; BLOCK_SCENARIO: nothing */
};

extern const struct block_row *const block_rows[NR_BLOCKS];

#define MAX_KEYS 48

/* The keys of a block in order, those of all faults included. Returns how many. */
size_t block_keys(enum block block, const struct key *ret[MAX_KEYS]);

/* The key of that name; NULL: there is none. */
const struct key *find_key(enum block block, const char *name);

/* Whether a fault takes a key of BLOCK_FAULT. */
bool key_applies(const struct key *k, enum fault fault);

/*
 * Reads an option's text by the key's row. 0 or -EINVAL with why->message. A key that has a
 * mapping takes what a file has between its braces: "on: 200ms, off: 2s".
 */
int take_option(
	const struct key *k, const char *option, const char *text, void *out, struct error *why);

/* "a, b or c" of n words; `last` stands before the last one. */
const char *list_words(
	const char *const *words, size_t n, const char *last, char *ret, size_t size);

/* The faults that take a key of BLOCK_FAULT: "fail and kill". */
const char *list_faults_with(const struct key *k, char *ret, size_t size);

/* How messages name a value: "limit" in quotes, or --limit. Of the last four each stays valid. */
const char *named(struct value v);

/* Plain values, for functions that take one. Messages name the key. */
int take_copy(struct value v, char **ret, struct error *why); /* frees what *ret was */
int take_name(struct value v, char **ret, struct error *why);
/* A name of a user of this host. */
int take_user(struct value v, char **ret, struct error *why);
int take_node(struct value v, unsigned int *ret, struct error *why);
int take_bool(struct value v, bool *ret, struct error *why);
int take_count(struct value v, uint64_t least, uint64_t most, uint64_t *ret, struct error *why);

/* Of a fault: who is cut off from whom. */
int read_partition(struct document *d, struct yaml_node_s *node, void *fault);

/* Those of comm, thread_name, uid, exe and cmdline, which `only`, `except` and `where` have. */
int take_comm(struct value v, void *identities, struct error *why);
int take_thread_name(struct value v, void *identities, struct error *why);
int take_uid(struct value v, void *identities, struct error *why);
int take_exe(struct value v, void *identities, struct error *why);
int take_cmdline(struct value v, void *identities, struct error *why);

#endif
