/* SPDX-License-Identifier: GPL-2.0 */
/* Targets on this host: what a scenario names, found or made. */
#ifndef JINX_TARGET_H
#define JINX_TARGET_H

#include <limits.h>

#include "scenario/scenario.h"
#include "target/cgroup.h"
#include "target/hosts.h"
#include "target/janitor.h"

struct target {
	const struct target_spec *spec;
	bool host;		     /* it may be the root cgroup */
	char path[CGROUP_PATH_MAX];  /* directory of the cgroup */
	char first[CGROUP_PATH_MAX]; /* the one at the start */
	int cgroup_fd;
	uint64_t cgroup_id;
	int level; /* depth below the root cgroup */
	bool gone; /* its cgroup was removed: path, id and level are the last ones */
	unsigned int n_removed, n_returned; /* how often */
	pid_t pid;	    /* TARGET_PID: it; TARGET_COMMAND: the command's first process */
	int pidfd;	    /* the same; -1 for the other kinds and once it has ended */
	bool lingers;	    /* the command has ended, but not all that it started */
	bool told;	    /* and that is in the report */
	unsigned int nodes; /* where its processes are started: bit K node K, bit 0 where jinx is */
	int output; /* what the command prints can be read there; -1: a log doesn't want it */
};

/* Workloads, their verifications, probes, logs, and what says that all is ready. */
#define MAX_EXECUTABLES (2 * MAX_WORKLOADS + MAX_PROBES + MAX_LOGS + 1)

/* What the keeper starts on demand, several at a time, below a cgroup that is theirs. */
struct executable {
	char *const *argv;
	char *path;			  /* of the executable that argv[0] means */
	struct user *user;		  /* who runs it; NULL: who runs jinx */
	char *made[12];			  /* argv, where it is made here */
	void (*function)(void *argument); /* or what a process of jinx does then */
	void *argument;			  /* in memory that is shared with it */
	int cgroup;			  /* its directory; -1: none was made */
	unsigned int node;		  /* where; 0: where jinx is */
	unsigned int targets;		  /* that it is of, a bit each */
	const char *zone;		  /* its TZ; NULL: as jinx's. The keeper's */
};

/* A function that a rule's `where` names, in the order of the rules. */
struct function {
	int fd;		    /* the program or library; -1: the kernel */
	uint64_t low, high; /* its bytes, as symbol_find() has them */
};

struct targets {
	unsigned int n;
	struct target all[MAX_TARGETS];
	char *id;	  /* the experiment's, where something is made */
	const int *nodes; /* the network namespaces of nodes, from the first on; NULL: there are
			     none */
	unsigned int n_nodes;
	struct janitor janitor;
	unsigned int n_executables;
	struct executable executables[MAX_EXECUTABLES]; /* the workloads, by their numbers, first */
	bool *go; /* shared with the commands: they may execute */
	unsigned int n_hosts;
	struct host_addresses hosts[MAX_HOSTS]; /* in the order of the rules */
	unsigned int n_functions;
	struct function functions[MAX_STACK_TESTS];
	unsigned int n_devices;
	uint32_t devices[MAX_DEVICE_TESTS];  /* the same; disks.h: DISK() */
	const char *untimed[NR_CODE_POINTS]; /* spots.h */
};

/*
 * Finds or makes all targets; commands are started but wait for targets_go(). What is made is in
 * the cgroup jinx-ID; where that exists already `id` becomes another one. It must stay.
 * 0; -EINVAL with *why: the target isn't there or may not be one; other -errno with why->message.
 * On an error nothing of it remains.
 */
int targets_resolve(const struct scenario *s, char id[8], struct targets *ret, struct error *why);

/*
 * The same without making any: those that would be made (command, workload) have no cgroup. *ret is
 * released by targets_release().
 */
int targets_find(const struct scenario *s, struct targets *ret, struct error *why);

/* Only looks: for `check`. Made targets (command, workload) are taken as possible. */
int targets_check(const struct scenario *s, struct error *why);

/* Whether what a target's kind names can lose its cgroup and get another one. */
bool target_can_return(enum target_kind kind);

/* Whether the cgroup of such a target has been removed. */
bool target_is_removed(const struct target *t);

/* Whether a unit was found elsewhere and its first cgroup exists again, which is the right one. */
bool target_is_astray(const struct target *t);

/*
 * Looks for the cgroup of a target that is gone, and makes it the target's, no longer gone. 0 or
 * -errno with *why: there is none now, or none that may be the target.
 */
int targets_find_again(
	const struct scenario *s, struct targets *all, unsigned int index, struct error *why);

/* The numbers of what else the keeper starts. */
unsigned int executable_of_verify(const struct scenario *s, unsigned int workload);
unsigned int executable_of_probe(const struct scenario *s, unsigned int probe);
unsigned int executable_of_log(const struct scenario *s, unsigned int log);
unsigned int executable_of_ready(const struct scenario *s);

/* Lets the commands execute. */
void targets_go(struct targets *t);

/* Ends what was started, removes what was made. 0, or -EBUSY when a cgroup could not be removed. */
int targets_release(struct targets *t);

#endif
