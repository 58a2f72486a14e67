/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of words: points, groups, faults, mechanisms, reasons, errnos, signals. */
#ifndef JINX_NAMES_H
#define JINX_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "../../bpf/abi.h"
#include "base/privileges.h"

/* What programs make a call for: who expects one of them may find that another was taken. */
enum use {
	USE_OPEN = 1 << 0,
	USE_READ = 1 << 1,
	USE_RECEIVE = 1 << 2,
	USE_WRITE = 1 << 3,
	USE_SEND = 1 << 4,
	USE_ACCEPT = 1 << 5,
	USE_STAT = 1 << 6,
	USE_ACCESS = 1 << 7,
	USE_FORK = 1 << 8,
	USE_POLL = 1 << 9,
	USE_RENAME = 1 << 10,
	USE_UNLINK = 1 << 11,
	USE_MKDIR = 1 << 12,
	USE_DUPLICATE = 1 << 13,
	USE_PAUSE = 1 << 14,
	USE_AWAIT = 1 << 15,
};

struct point_row {
	const char *name;
	enum point_kind kind;
	int syscall_nr;	     /* -1: not a system call, or not on this architecture */
	unsigned int groups; /* enum group bits */
	enum hook hook;	     /* HOOK_none: nothing in the LSM layer */
	unsigned int traits; /* FD() and enum trait bits */
	/* What most points have not */
	const char *function; /* the kernel's is sys_FUNCTION(); NULL: sys_NAME() */
	struct {
		enum address_kind kind;
		unsigned int argument;
	} address;
	struct {
		enum amount_kind kind;
		unsigned int argument;
	} amount;
	struct {
		enum buffer_kind kind;
		unsigned int argument, offset;
	} buffer;
	unsigned int uses;	 /* enum use bits */
	const char *socket_hook; /* of the cgroup, without the IP version; or NULL */
	const char *locked;	 /* as the hook's, for this call alone; or NULL */
};

struct hook_row {
	const char *name;     /* lsm/NAME */
	const char *function; /* security_FUNCTION() */
	const char *locked;   /* why no thread may sleep there, or NULL */
};

struct group_row {
	const char *name; /* with the %, as strace writes it */
	unsigned int bit;
};

enum mechanism_flag {
	/* What it can do */
	FAILS_CALLS = 1 << 0,	/* any system call, which is then left out */
	FAILS_AFTER = 1 << 1,	/* any, once it has taken effect */
	FAILS_INSIDE = 1 << 2,	/* those that ask for permission */
	FAILS_SOCKETS = 1 << 3, /* those of IP sockets */
	DROPS_PACKETS = 1 << 4,
	SEES_CALLS = 1 << 5, /* and leaves them as they are */
	SLEEPS = 1 << 6,     /* the thread waits in the gate */
	SPINS = 1 << 7,	     /* the thread waits on its CPU */
	HOLDS = 1 << 14,     /* no thread of the target runs */
	EXHAUSTS = 1 << 18,  /* uses up what the target has */
	RESTRICTS = 1 << 19, /* lowers what it may have */
	THROTTLES = 1 << 23, /* the same, of CPU time */
	SKEWS = 1 << 29,     /* clocks */
	/* How */
	RESUMES = 1 << 8,   /* it sleeps on its way back to user space */
	ON_CGROUP = 1 << 9, /* attached to each target's cgroup, also to one that comes later */
	ON_TRAMPOLINE = 1 << 10, /* of a function of the kernel */
	AT_SYS_ENTER = 1 << 11,	 /* the one place of all its points */
	UNNUMBERED = 1 << 12,	 /* its calls can't be recorded */
	IN_GATE = 1 << 15,	 /* what it holds sleeps in the gate */
	BY_KEEPER = 1 << 13,	 /* a process carries it out (actors/actor.h) */
	MEASURES = 1 << 16,	 /* calls, for no rule */
	SIGNALS = 1 << 21,	 /* sends processes a signal, whatever they do */
	SUSPENDS = 1 << 22,	 /* stops processes for a time */
	RESETS = 1 << 24,	 /* closes connections */
	SHAPES_PACKETS = 1 << 20,
	SHORTENS = 1 << 26,	   /* what a call asks for */
	REWRITES = 1 << 25,	   /* bytes that a call has returned */
	PREEMPTS = 1 << 27,	   /* a thread sleeps wherever it is */
	RESCHEDULES = 1 << 28,	   /* says where threads run, and before which others */
	FAILS_FUNCTIONS = 1 << 30, /* of programs, by whatever value */
	OF_FUNCTIONS = 1u << 31,   /* of a program, that is a point itself */
	AT_WRAPPER = 1 << 17,	   /* of user space: libraries and programs that come later, too */
};

struct mechanism_row {
	const char *name;
	privileges needs;   /* the least that carries it out */
	unsigned int flags; /* enum mechanism_flag bits */
	const char *attach, *about;
};

extern const struct point_row points[NR_POINTS];
extern const struct hook_row hooks[NR_HOOKS]; /* [HOOK_none] has NULLs */
extern const struct group_row groups[];
extern const size_t n_groups;
extern const char *const fault_names[NR_FAULTS];
extern const char *const fault_abouts[NR_FAULTS];
extern const char *const distribution_names[NR_DISTRIBUTIONS];
extern const char *const per_names[NR_PERS];
extern const char *const fd_kind_names[NR_FD_KINDS];
extern const char *const protocol_names[NR_PROTOCOLS];

/* By which programs name it: its own name, or "code_3" of one that has none of its own. */
const char *point_id(enum point p);
/* The kernel's function is sys_NAME(), which is not always the call's own name. */
const char *point_function(enum point p);

/* The call works on descriptors that its arguments give. */
bool point_has_descriptor(enum point p);
/* It says how many bytes it is about, by COUNT_ARGUMENT. */
bool point_has_count(enum point p);
/* What it is about may have a path: that of a descriptor's file, or one that the call names. */
bool point_has_path(enum point p);
/* Whether a call sends or receives data, or opens a connection to or from here; 0: neither. */
enum direction point_direction(enum point p);

extern const struct mechanism_row mechanisms[NR_MECHANISMS];
extern const char *const reason_names[NR_REASONS];
extern const char *const reason_abouts[NR_REASONS];

/* "EIO" for 5; "E5000"-like numbers come back as "errno 5000" in a static buffer. */
const char *errno_name(int error);
/* "SIGKILL" for 9; "signal 99" in a static buffer for one without a name. */
const char *signal_name(int signal);

/*
 * The word of `words` (n of them) nearest to `word`, or NULL when none is near
 * enough to be what was meant (edit distance above a third of its length).
 */
const char *nearest(const char *word, const char *const *words, size_t n);

#endif
