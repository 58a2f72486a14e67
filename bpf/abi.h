/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel side and user space share. Fixed-width fields only: both
 * sides compile this file, one of them for the BPF machine.
 */
#ifndef JINX_ABI_H
#define JINX_ABI_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#include "bucket.h"

#define MAX_RULES 64	  /* one bit each in a __u64: arming is one store */
#define MAX_TARGETS 16	  /* one bit each in a __u32; the look at the cgroup is unrolled */
#define MAX_IDENTITIES 16 /* values per comm/uid/exe list of only, except and where */
#define MAX_SYSCALLS 512
#define MAX_POINTS 512	      /* of a plan */
#define MAX_SLEEPERS 32768    /* threads that a delay keeps asleep at once */
#define MAX_LEAD_NS 400000ull /* the gate wakes a thread earlier by at most this */
/* The attach cookie of a clone of linger.bpf.c: which one, of how many, at which point. */
#define CLONE_COOKIE(clone, clones, number) \
	((__u64)(number) << 32 | (__u64)(clones) << 16 | (__u64)(clone))
#define CLONE_OF(cookie) ((cookie)&0xffff)
#define CLONES_OF(cookie) ((cookie) >> 16 & 0xffff)
#define NUMBER_IN(cookie) ((cookie) >> 32)
#define COMM_LEN 16
#define PPM 1000000u

/* points.def: the places where a fault can strike */
enum point {
#define SYSCALL(name, ...) POINT_##name,
#define PACKET(name, traits) POINT_##name,
#include "points.def"
	NR_POINTS
};

/* What a point is */
enum point_kind { KIND_SYSCALL, KIND_PACKET, NR_POINT_KINDS };

/* hooks.def: security hooks, the LSM layer's side of points.def */
enum hook {
	HOOK_none,
#define HOOK(name, function, locked) HOOK_##name,
#include "hooks.def"
	NR_HOOKS
};

/* What an argument of a security hook says of the file that the call is about */
enum subject {
	SUBJECT_NONE,
	SUBJECT_FILE,	 /* struct file */
	SUBJECT_PATH,	 /* struct path */
	SUBJECT_DENTRY,	 /* struct dentry */
	SUBJECT_INODE,	 /* struct inode, where nothing better is there */
	SUBJECT_PROGRAM, /* struct linux_binprm */
};

#define MAX_HOOK_ARGUMENTS 6

/* strace's groups, as bits of a point's row */
enum group {
	GROUP_FILE = 1 << 0,
	GROUP_DESC = 1 << 1,
	GROUP_NETWORK = 1 << 2,
	GROUP_MEMORY = 1 << 3,
	GROUP_PROCESS = 1 << 4,
	GROUP_IPC = 1 << 5,
	GROUP_SIGNAL = 1 << 6,
	GROUP_SYNC = 1 << 7, /* not strace's: calls that make data durable */
};

/* What else a point's row says */
#define FD(n) (1u << (n)) /* argument n is a descriptor that the call works on */
#define FD_ARGUMENTS 5	  /* they are 0 to 4 */
enum trait {
	PATHLESS = 1 << 5, /* what they are descriptors of has no path: sockets, epoll, timers */
	CREATES = 1 << 6,  /* it may make a file, and then HOOK_inode_create is asked before */
	SENDS = 1 << 7,	   /* data, or asks for a connection */
	RECEIVES = 1 << 8, /* the same from the other end */
	REPLACES = 1 << 9, /* the program by another: at its exit none is left that made the call */
};

/* How a call names an address */
enum address_kind {
	ADDRESS_NONE,
	ADDRESS_REMOTE,	     /* an argument is a struct sockaddr: the peer's */
	ADDRESS_LOCAL,	     /* its own end's */
	ADDRESS_IN_MESSAGE,  /* an argument is a struct msghdr, which may name the peer */
	ADDRESS_IN_MESSAGES, /* so many struct mmsghdr as the next argument says */
};

#define NO_ARGUMENT 0xff
#define MAX_DESCRIPTORS 2

/*
 * A point of the plan, as far as the kernel side has to know it. Points in use are numbered from 0
 * on, and a number is all that rules, counters, events and cookies have of a point: what it is, and
 * how many others jinx knows, makes no difference to them.
 */
struct plan_point {
	__u8 kind;	   /* enum point_kind */
	__u8 hook;	   /* enum hook */
	__u8 address_kind; /* enum address_kind */
	__u8 address_argument;
	__u8 descriptors[MAX_DESCRIPTORS]; /* the arguments that are; NO_ARGUMENT: no more */
	__u16 traits;			   /* enum trait bits */
};

/* faults.def: what jinx can do to a call */
enum fault {
#define FAULT(name, id, about) FAULT_##id,
#include "faults.def"
	NR_FAULTS
};

/* mechanisms.def: how a rule is realised; the order is the order of preference */
enum mechanism {
#define MECHANISM(id, ...) MECHANISM_##id,
#include "mechanisms.def"
	NR_MECHANISMS
};

/* reasons.def: why a matched call was left alone */
enum reason {
	REASON_INJECTED, /* it was not left alone */
#define REASON(id, name, about) REASON_##id,
#include "reasons.def"
	NR_REASONS
};

/* How delays are spread about their mean */
enum distribution { SPREAD_UNIFORM, SPREAD_NORMAL, SPREAD_PARETO, NR_DISTRIBUTIONS };

/* Entries of a distribution's table: quantiles in units of the deviation, times 2^QUANTILE_BITS */
#define NR_QUANTILES 4096
#define QUANTILE_BITS 16
#define MAX_DELAY_NS 3600000000000ull /* --max-delay can't be more */

/* Whose calls a trigger counts together: all of the target, those of one point, those of one thread
 */
enum per { PER_TARGET, PER_CALL, PER_TASK, NR_PERS };

/* What a target does that rules of system calls don't see */
enum notice { NOTICE_URING, NOTICE_AIO, NOTICE_32_BIT, NR_NOTICES };

/* One rule, as the kernel executes it. Written while the rule is disarmed. */
struct rule {
	__u32 fault;	  /* enum fault */
	__s32 error;	  /* FAULT_FAIL: -errno */
	__u32 signal;	  /* FAULT_KILL */
	__u32 target;	  /* index of the target */
	__u32 chance_ppm; /* PPM: always */
	__u32 every;	  /* 1: each one */
	__u64 after;	  /* matched calls to let pass first */
	__u64 limit;	  /* injections at the most; 0: no limit */
	__u64 seed;
	__u64 delay_ns, jitter_ns; /* FAULT_DELAY: mean and deviation */
	__u64 cap_ns;		   /* no delay is longer */
	__u32 distribution;	   /* enum distribution */
	__u32 per;		   /* enum per */
	/* Times are counted from the beginning of the phase. */
	__u64 from_ns, until_ns; /* outside of them nothing happens; until 0: to the phase's end */
	__u64 on_ns, off_ns;	 /* within them, in turns; on 0: always on */
	__u64 ramp_ns; /* the chance goes from chance_ppm to ramp_ppm in this time; 0: it stays */
	__u32 ramp_ppm;
	__u32 interruptible; /* FAULT_DELAY: any signal ends it */
	__u64 interval_ns;   /* between injections, at the least, on average; 0: no rate */
};

/* What a rule remembers. Shared by all CPUs, so that budgets hold across them. */
struct rule_state {
	__u64 calls; /* that came as far as the trigger */
	__u64 fired;
	__u64 next_ns;	/* with a rate: not before */
	__u64 tasks;	/* of the rule: how many have been seen */
	__u64 stream;	/* of a task or a call: which of the rule's it is, from 1 on; else 0 */
	__u64 numbered; /* calls so far, while they are numbered to be recorded or replayed */
} __attribute__((aligned(64)));

/* Key of what a rule remembers of a thread; with its start, as numbers are used again. */
struct task_rule {
	__u64 started_ns; /* CLOCK_BOOTTIME */
	__u32 tid, rule;
};

/*
 * A file, as the kernel numbers it. Nothing holds it: its file system may be unmounted, and a file
 * that gets the same inode later is told from it by the generation.
 */
struct file_id {
	__u64 inode;  /* 0: none */
	__u32 device; /* of the super block; stat() may name another */
	__u32 generation;
};

/* Lists of identities; a kind with no value is not asked for. */
struct identity {
	__u32 n_comm, n_thread_name, n_uid, n_exe;
	__u32 uid[MAX_IDENTITIES];
	struct file_id exe[MAX_IDENTITIES];
	char comm[MAX_IDENTITIES][COMM_LEN]; /* the process's, which is its first thread's */
	char thread_name[MAX_IDENTITIES][COMM_LEN];
};

/* A target's narrowing: all kinds of `only` must match, none of `except` may. */
struct narrowing {
	struct identity only, except;
};

/* What a rule's `where` asks of a call; a bit of `asks` each. */
enum filter_kind {
	FILTER_FD = 1,
	FILTER_ARGUMENT = 2,
	FILTER_THREAD = 4,
	FILTER_PORT = 8,
	FILTER_CIDR = 16,
	FILTER_PATH = 32,
	FILTER_WHO = 64,
	FILTER_STACK = 128,
	FILTER_LOCAL_PORT = 256,
	FILTER_REMOTE_PORT = 512,
	FILTER_PROTOCOL = 1024,
};
#define NR_FILTER_KINDS 11
/* What a call is about is looked at once, for all rules; who makes it and how, for each rule. */
#define FILTER_PEER \
	(FILTER_PORT | FILTER_LOCAL_PORT | FILTER_REMOTE_PORT | FILTER_CIDR | FILTER_PROTOCOL)
#define FILTER_CALLER (FILTER_ARGUMENT | FILTER_THREAD | FILTER_WHO)

enum fd_kind { FD_OTHER, FD_FILE, FD_DIRECTORY, FD_SOCKET, FD_PIPE, FD_DEVICE, NR_FD_KINDS };
enum comparison {
	IS_EQUAL,
	IS_NOT,
	IS_LESS,
	IS_AT_MOST,
	IS_MORE,
	IS_AT_LEAST,
	HAS_BITS,
	NR_COMPARISONS
};
enum thread_kind { THREAD_MAIN = 1, THREAD_OTHER = 2 };
enum protocol { PROTOCOL_OTHER, PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMP, NR_PROTOCOLS };
enum port_end { PORT_EITHER, PORT_LOCAL, PORT_REMOTE };

#define MAX_FILTERS 16	 /* values of a key in one rule */
#define MAX_TESTS 256	 /* ports, networks and paths of all rules, each */
#define MAX_FILE_NAME 32 /* of a file, in a path filter; read a byte at a time */
#define MAX_DEPTH 48	 /* directories that a path filter looks up */

struct argument_test {
	__u32 argument; /* 0 to 5 */
	__u32 comparison;
	__u64 value;
};

/* The rules that ask for something, in their `where` or in its `not`; a bit each. */
struct askers {
	__u64 rules, barred;
};

struct network {
	__u32 family;		   /* AF_INET or AF_INET6 */
	__u32 address[4], mask[4]; /* network byte order */
};

struct network_test {
	struct network network;
	__u32 unused;
	struct askers by;
};

struct port_range {
	__u16 low, high; /* host byte order, both included */
	__u32 end;	 /* enum port_end */
};

struct port_test {
	struct port_range range;
	struct askers by;
};

/* A file by its directory: paths end where names do, so mounts and renames above don't matter. */
enum path_kind {
	PATH_SUBTREE, /* below the directory, at any depth */
	PATH_NAME,    /* in it, by this name */
	PATH_PREFIX,  /* in it, beginning so */
	PATH_SUFFIX,  /* in it, ending so */
};

/* One of them is enough. */
struct path_test {
	struct file_id directory; /* the file is in it, by the name; none: in any */
	struct file_id file;	  /* this file, by whatever name */
	struct file_id tree;	  /* below this directory */
	__u32 kind;
	__u32 length; /* of the name */
	char name[MAX_FILE_NAME];
	struct askers by; /* nobody: there is no such test at the moment */
};

#define MAX_CREATIONS 4096 /* threads that are making a file in one moment */
#define MAX_ENTERED 32768  /* threads that are in a call which rules wait for at its exit */

/* A function in the call chain. */
struct stack_test {
	struct file_id file; /* that is mapped; none: the kernel itself */
	__u64 low,
		high; /* its bytes: offsets in the file, addresses in the kernel; high excluded */
	struct askers by;
};

#define MAX_STACK_TESTS 16 /* of all rules together */
#define MAX_FRAMES 64	   /* that are looked at, of a thread's user and kernel stack each */
#define MAX_STACKS 64	   /* kernel stacks that are looked at in one moment */

/* What a rule asks of the caller and the arguments. */
struct filter {
	__u32 asks;
	__u32 thread; /* enum thread_kind, a bit each */
	__u32 n_arguments;
	__u32 unused;
	struct argument_test
		arguments[MAX_FILTERS]; /* all must hold; of the others, one of a kind */
	struct identity who;
};

/* target_cgroup of a slot that holds no cgroup, for now or at all. */
#define NO_CGROUP (~0ull)
/* What the look at the caller has to consider; a constant at load. */
enum aim {
	AIM_ONE,     /* one cgroup */
	AIM_SEVERAL, /* several */
	AIM_MIXED,   /* processes, and perhaps cgroups */
};
#define MAX_PROTECTED 32       /* processes */
#define MAX_PROTECTED_COMMS 16 /* names of programs */
#define NO_POINT 0xffff	       /* no number of the plan's */
#define NO_BINDING 0xffff

/* One row of the counters: a rule at a point. */
struct counters {
	__u64 eligible;
	__u64 matched;
	__u64 by_reason[NR_REASONS]; /* [REASON_INJECTED] are the injections */
};

/* An injection, as it goes through the ring buffer. */
struct event {
	__u64 time_ns; /* CLOCK_MONOTONIC */
	__u64 cgroup;
	__s64 result; /* -errno, the signal, or 0 for a dropped packet */
	__u32 pid, tid;
	__u16 rule, point; /* the kernel side writes the plan's number, jinx hands on enum point */
	__u32 mechanism;
	char comm[COMM_LEN];
	/* While calls are numbered: the rule's task of this number made its call of this number. */
	__u32 task, call;
};

/* A call in a recording; a packet's task is 0. The value is its result, as in an event. */
struct recorded {
	__u32 rule, task, call;
};

/*
 * A place to sleep: a page of the gate's file. A thread owns it from the moment that its delay is
 * decided until it has slept. No two threads share one: they would wait for each other.
 */
struct slot {
	__u64 owner;	     /* thread id; 0: free */
	__u64 wanted_ns;     /* how long */
	__u64 until_ns;	     /* CLOCK_MONOTONIC; written when the sleep begins */
	__u64 rules;	     /* that made it wait, a bit each */
	__u32 point;	     /* at which, by its number; for the clones */
	__u32 phase;	     /* the gate's, in which the thread was found to have to sleep */
	__u32 interruptible; /* any signal ends it; else only one that does not run a handler */
	__u32 unused;
};

/* What the gate, jinx and the kernel side know of each other. */
struct gate_shared {
	__u64 address; /* of the file's mapping in the mapper */
	__u32 mapper;  /* pid of the process that holds the mapping, in the first namespace */
	__u32 server;  /* pid of the process that answers */
	__u32 page_size;
	__u32 closed;	     /* nobody may sleep: everyone is sent on at once */
	__u32 over;	     /* the server is to end, and the mapper with it */
	__u32 phase;	     /* how often it has been closed */
	__u32 outside;	     /* the server is in the root cgroup */
	__s32 resumed;	     /* what came of sleeping at a call's end, when jinx tries it */
	__u64 deadline_ns;   /* as the kernel side's: the heartbeat */
	__u64 beat_ns;	     /* when the server was last at work */
	__u64 lead_ns;	     /* how much earlier than asked for the server wakes a thread */
	__u64 resume_ns;     /* from arranging for a sleep at a call's end to its beginning */
	__u64 spin_below_ns; /* shorter delays are not worth a sleep */
	__u64 patience_ns;   /* the server need not look sooner at who has come; 0: at once */
	__u64 entered, left; /* threads in and out of the gate */
};

/* What became of the delays of a rule. */
struct sleeps {
	__u64 slept;	 /* to the end */
	__u64 cut_short; /* by a signal, a freeze, or the end of the phase */
	__u64 late_sum_ns, late_max_ns;
	__u64 late[HISTOGRAM_BUCKETS]; /* actual - wanted of those that slept */
};

/* Argument and answer of the gate's own programs, run by jinx. */
struct gate_call {
	__u64 wanted_ns; /* in */
	__s64 result;	 /* out: of the access; -EFAULT is what the gate answers */
	__u64 took_ns;
};

/* Argument and answer of the gate's look at the thread in a slot, which got a signal. */
struct gate_look {
	__u32 slot;   /* in */
	__u32 let_go; /* out: it is to be ended, stopped, frozen or traced */
};

/* Argument and answer of the resolve_mapping program. */
struct resolve_mapping {
	__u64 address;	     /* in: of the caller */
	struct file_id file; /* out: that is mapped there */
};

/* Argument and answer of the resolve_file program. */
struct resolve_file {
	struct file_id file;
	struct file_id directory; /* that the file is in */
	char name[MAX_FILE_NAME]; /* there, or how it begins */
	__u32 fd;		  /* in */
	__u32 unused;
};

#include "abi_check.h"

#endif
