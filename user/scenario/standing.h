/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What makes a scenario stand on its own: params and what varies, a scratch directory, ports, what
 * is run before and after, and when it may begin. And what is decided of that before it is read.
 */
#ifndef JINX_STANDING_H
#define JINX_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/outside.h"

#define MAX_PARAMS 64
#define MAX_SETTINGS 64
#define MAX_COMBINATIONS 64
#define MAX_PORTS 16
#define MAX_STEPS 32
#define MAX_TAGS 16
#define MAX_SOURCES 32
#define MAX_NODES 16
#define NODE_DEVICE "eth0" /* of each node */

/* A param with the value that it has this time. */
struct param {
	char *name, *value;
	bool varies; /* it is one of the matrix */
};

/* A command of `setup` or `teardown`. */
struct step {
	char **exec; /* argv */
	char *user;  /* NULL: who runs jinx */
	uint64_t timeout_ns;
	unsigned int node; /* it is run there; 0: where jinx is */
	struct place place;
};

struct steps {
	unsigned int n;
	uint64_t timeout_ns; /* of those that say nothing else, while they are read; 0: 5 minutes */
	struct step all[MAX_STEPS];
};

/* What is run at certain moments, by who runs setup and teardown. */
enum run_hook {
	HOOK_BEFORE_RUN,
	HOOK_BEFORE_PHASE,
	HOOK_AFTER_PHASE,
	HOOK_AFTER_RUN,
	NR_RUN_HOOKS
};

extern const char *const run_hook_names[NR_RUN_HOOKS]; /* "before_run" */

/* The scenario begins once this is answered well. */
struct ready {
	struct probe_spec probe; /* first: a block's functions take it for one */
	uint64_t within_ns;	 /* 0: nothing is waited for */
};

struct standing {
	unsigned int n_params, n_ports, n_tags, n_sources;
	struct param params[MAX_PARAMS];
	unsigned int combinations; /* of the matrix; 1 without one */
	char *ports[MAX_PORTS];	   /* their names */
	uint16_t numbers[MAX_PORTS];
	char *dir;
	bool uses_dir;
	unsigned int n_nodes;	/* of the network; 0: there is none */
	unsigned int last_node; /* the highest one whose address is asked for */
	struct place last_node_place;
	bool uses_ipv6;	  /* and one of IPv6 */
	const int *nodes; /* their network namespaces, once they are made; else NULL */
	struct steps setup, teardown, hooks[NR_RUN_HOOKS];
	int hook_socket; /* to who runs them (scene/hooks.h), in the experiment's process; else 0 */
	struct ready ready;
	char *tags[MAX_TAGS];
	char *sources[MAX_SOURCES];
	char *presets; /* the phases that presets stand for, as YAML; NULL or "": there are none */
};

/* What the command line says, and who prepares a run. Texts are the caller's. */
struct settings {
	unsigned int n;
	struct {
		const char *name, *value; /* the name ends with '=' or NUL */
	} all[MAX_SETTINGS];
	unsigned int combination; /* of the matrix */
	/* Told how many it has, also of one that can't be read; NULL: nobody wants to know. */
	unsigned int *ret_combinations;
	double scale;	    /* of times; 0: 1 */
	const char *folder; /* the folder of the file; NULL: there is none */
	const char *dir;    /* NULL: one that is not there, as nothing is run */
	/* A free port, or 0; NULL: likewise. */
	uint16_t (*take_port)(void *context);
	void *context;
};

/* Adds "name=value". 0 or -EINVAL with why->message. */
int settings_add(struct settings *s, const char *text, struct error *why);

/* It takes something to be made, or run, besides what the timeline says. */
bool standing_needs_scene(const struct standing *st);
bool standing_has_hooks(const struct standing *st);
bool standing_has_tag(const struct standing *st, const char *tag);
/* "delay=100ms, size=1k": the params that vary. Returns ret. */
const char *standing_describe(const struct standing *st, char *ret, size_t size);
/* The path lies in the scratch directory, and that is not there, as when a scenario is only
 * checked. */
bool standing_is_to_make(const struct standing *st, const char *path);

/* "10.77.0.2", or "fd6a:696e:78::2", of node 2. Returns ret. */
const char *node_address(unsigned int number, bool ipv6, char *ret, size_t size);

void standing_done(struct standing *st);

#endif
