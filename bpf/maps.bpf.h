/* SPDX-License-Identifier: GPL-2.0 */
/* Everything that user space writes and the kernel side reads, and the other way round. */
#ifndef JINX_MAPS_BPF_H
#define JINX_MAPS_BPF_H

/* Constant at load, so that the verifier removes the code that they rule out. */
const volatile __u32 aim;
/* How many slots hold cgroups; they come first. */
const volatile __u32 cgroup_slots;
const volatile __u32 events_size; /* 0: nobody wants to know of events */
const volatile __u32 page_size;
/* There are rules with a `where`; those with each of these in it, or in its `not`, a bit each. */
const volatile bool filtering;
const volatile bool shifting; /* deadlines, by clocks that lie */
const volatile __u64 rules_with_path, rules_with_stack, rules_with_fd, rules_with_peer;
const volatile __u64 rules_with_argument;
const volatile __u64 partitions; /* the rules that are some, a bit each */
const volatile __u64 isolations; /* those that cut a target off from all but itself */
/* The same, and those whose target is narrowed by it. */
const volatile __u64 rules_with_cmdline;
const volatile __u32 n_cmdline_tests;
/* The rules whose `where` itself has what bit n of `asks` stands for. */
const volatile __u64 asking[NR_FILTER_KINDS];
#define ASKING(kind) asking[__builtin_ctz(kind)]
const volatile __u32 n_port_tests, n_network_tests, n_socket_tests;
/* Stack tests of user and of kernel functions. */
const volatile bool walks_user, walks_kernel;
/* The plan's number of a point that programs name by enum point; NO_POINT: not in the plan. */
const volatile __u16 numbers[NR_POINTS];
#define NUMBER_OF(name) numbers[POINT_##name]
/* There are rules that begin after so many bytes, and such that ask for open descriptors. */
const volatile bool counts_bytes, counts_fds;
/* Nothing is carried out, only counted. */
const volatile bool observe;
/* Calls are numbered by rule and task; those of a recording are hit, and no others. */
const volatile bool numbering, replaying;
/*
 * There are rules that delay at a call's entry; and of these such that put the thread to sleep as
 * the call returns, and such that leave it to clones.
 */
const volatile bool delays, resumes, clones;
/*
 * Calls are measured; at each point by this mechanism, or by NO_METER. Targets have an `only`, that
 * asks for the command line.
 */
const volatile bool metering, metering_narrowed, metering_cmdlines;
const volatile __u8 meters_at[MAX_POINTS];
/* The mechanism whose program sees its calls begin: the same, or a rule's, whose program runs
 * anyway. */
const volatile __u8 meters_from[MAX_POINTS];
/* The number of restart_syscall() */
const volatile __u32 restart_number;
/* Rules at functions of the kernel, at tracepoints or at probes ask for arguments. */
const volatile bool code_arguments;
/* And such that sleep at functions of user space; calls that come by none are to be counted. */
const volatile bool wrapped;
/* Of a thread's time on a CPU: how often it is looked at whether it is preempted. */
const volatile __u64 preempt_tick_ns;

/*
 * Variables. With an initialiser they are laid out in this order, whatever is used first: the
 * clones' object (linger.bpf.c) shares them.
 */

/*
 * The depth and the id of each target's cgroup; they change when the target gets another one. No
 * id is ever given twice and each has one depth, so half of a change matches nobody.
 */
__s32 target_level[MAX_TARGETS] = {};
__u64 target_cgroup[MAX_TARGETS] = {};
/* Bit id % 64 of each target's cgroup id; all bits when the targets are at different depths. */
__u64 target_marks = 0;

/* Which rules may strike, a bit each: arming a phase is one store. */
__u64 armed = 0;
/* CLOCK_MONOTONIC after which nothing is injected any more; jinx pushes it ahead of itself. */
__u64 deadline_ns = 0;

/* When the phase began (CLOCK_MONOTONIC). */
__u64 phase_began_ns = 0;
/* Of all rules together. */
__u64 injections = 0;
__u64 max_injections = 0;

/* Until when targets stand still (CLOCK_MONOTONIC), and the last of them; 0: none. The keeper's. */
__u64 held_until_ns[MAX_TARGETS] = {};
__u64 held_last_ns = 0;

/* Of targets that are throttled. The keeper's. */
struct throttle throttles[MAX_TARGETS] = {};

/* Targets whose clocks are skewed, a bit each, and how. The keeper's. */
__u32 skewing = 0;
struct skew skews[MAX_TARGETS] = {};
/* Threads whose memory says another deadline right now (deadline.bpf.h). */
__u32 asides = 0;

__u64 target_rules[MAX_TARGETS] = {};
/* The partitions that keep packets from a target, by who sends them. */
__u64 cuts[MAX_TARGETS][MAX_TARGETS] = {};
struct narrowing narrowings[MAX_TARGETS] = {};
/* Numbers of the first pid namespace. */
__u32 protected_pids[MAX_PROTECTED] = {};
/* Its children are processes of jinx among a target's; 0: there is none. */
__u32 keeper_tgid = 0;
char protected_names[MAX_PROTECTED_COMMS][COMM_LEN] __attribute__((aligned(8))) = {};
/* Of those, the ones that a target asks for by name, a bit each. */
__u32 names_asked_for[MAX_TARGETS] = {};

struct rule rules[MAX_RULES] = {};
struct corruption corruptions[MAX_RULES] = {};
/* Of `where`, and of its `not`. */
struct filter filters[MAX_RULES] = {}, nots[MAX_RULES] = {};
struct askers kind_askers[NR_FD_KINDS] = {}, protocol_askers[NR_PROTOCOLS] = {};
struct cmdline_test cmdline_tests[MAX_CMDLINES] = {};
struct port_test port_tests[MAX_TESTS] = {};
struct network_test network_tests[MAX_TESTS] = {};
struct socket_test socket_tests[MAX_TESTS] = {};
struct path_test path_tests[MAX_TESTS] = {};
/* How many of them there are: one a root in which a path is looked up. */
__u32 n_path_tests = 0;
/* Where probes have their arguments; the keeper's, too. */
struct probe_arguments probe_arguments[MAX_PROBE_SPECS] = {};
/* By their numbers */
struct plan_point plan_points[MAX_POINTS] = {};
struct rule_state states[MAX_RULES + 1] =
	{}; /* the last one stays as it is: what a task begins with */
/* The rules that a mechanism carries out at a point: [mechanism * MAX_POINTS + point] */
__u64 point_rules[NR_MECHANISMS * MAX_POINTS] = {};
/* Whether sys_enter has a rule for a point. */
__u8 at_tracepoint[MAX_POINTS] = {};
/* Row of the counters for a rule at a point. */
__u16 bindings[MAX_RULES][MAX_POINTS] = {};
/* NO_POINT: a call that no rule names */
__u16 point_of_syscall[MAX_SYSCALLS] = {};

/* enum subject of each argument: of security_NAME() first, then of the BPF LSM's hook */
__u8 hook_subjects[2][NR_HOOKS][MAX_HOOK_ARGUMENTS] = {};

struct stack_test stack_tests[MAX_STACK_TESTS] = {};

__u64 events_lost = 0;
/* jinx has been woken for the events there are; it resets this before it takes them. */
__u64 events_told = 0;
/* Targets that were seen to do it, a bit each. */
__u32 noticed[NR_NOTICES] = {};
/* Targets that may have mapped a library that jinx doesn't know, a bit each; it takes them. */
__u32 strangers[NR_STRANGERS] = {};

/* In which calls that begin now are counted, from 1 on; 0: in none. */
__u32 metered_phase = 0;
/* Rows of `meters` of the first phase, [target * MAX_POINTS + point]; NO_ROW. Without delays too.
 */
__u32 meter_rows[MAX_TARGETS * MAX_POINTS] = {};
__u32 natural_rows[MAX_TARGETS * MAX_POINTS] = {};
/* Calls that could not be measured, as there was no memory. */
__u64 calls_unmeasured = 0;

/* Shorter delays spin; and still shorter ones do it where they are decided. */
__u64 spin_below_ns = 0;
__u64 spin_at_once_ns = 0;
__s32 quantiles[NR_DISTRIBUTIONS][NR_QUANTILES] = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1); /* user space sets it to the number of bindings */
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* user space sets it to events_size */
} events SEC(".maps");

/* What rules remember that count each call for itself, a row a binding. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* user space sets it to the number of bindings */
	__type(key, __u32);
	__type(value, struct rule_state);
} call_states SEC(".maps");

/* And those that count each thread for itself. The longest unused goes when there are too many. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* user space sets it when there are such rules */
	__type(key, struct task_rule);
	__type(value, struct rule_state);
} task_states SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* user space sets it to the recording's length */
	__type(key, struct recorded);
	__type(value, __s64);
} recording SEC(".maps");

/* What became of the delays, a row a rule. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* user space sets it to the number of rules */
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct sleeps);
} sleeps SEC(".maps");

/* Where kernel stacks are looked at; a thread owns one for the time of the look. */
struct kernel_stack {
	__u64 owner;
	__u64 frames[MAX_FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* user space sets it to MAX_STACKS when it is needed */
	__type(key, __u32);
	__type(value, struct kernel_stack);
} kernel_stacks SEC(".maps");

/* What was decided where a call would make a file, by thread and mechanism; the oldest goes first.
 */
struct creation {
	__u64 dentry, time_ns;
	__s64 error;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* user space sets it to MAX_CREATIONS when it is needed */
	__type(key, __u64);
	__type(value, struct creation);
} creations SEC(".maps");

/*
 * The rules whose `where` means the call that a thread is in, a bit each, found at its entry for
 * its exit: by then a descriptor may be another's. The oldest goes first.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* user space sets it to MAX_ENTERED when it is needed */
	__type(key, __u64);
	__type(value, __u64);
} entered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* user space sets it to the number of rows */
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct meter_row);
} meters SEC(".maps");

/* What a program's memory said, for as long as it says something else: so many threads are in calls
 * by it. */
struct put_aside {
	__u64 users;
	__u64 was[2], says[2];
};

struct place {
	__u64 mm, address;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* each for some microseconds */
	__type(key, struct place);
	__type(value, struct put_aside);
} put_asides SEC(".maps");

/* Of these a thread's; address 0: none. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct place);
} aside SEC(".maps");

/* The measured call that each thread of a target is in. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct metered_thread);
} threads SEC(".maps");

/* The measured functions that are points themselves, as long as threads are in them: those may be
 * in several, and in calls beside. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* user space sets it to MAX_PLACED when it is needed */
	__type(key, struct placed_call);
	__type(value, struct metered_call);
} placed SEC(".maps");

/* The arguments of the kernel's function, of the tracepoint or the probe that a thread is at. */
struct function_arguments {
	__u64 all[MAX_ARGUMENTS];
	__u64 known; /* a bit each */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* user space sets it to MAX_ENTERED when it is needed */
	__type(key, __u64);
	__type(value, struct function_arguments);
} arguments SEC(".maps");

/* The cookie of the wrapper that a thread has just come by (wrapper.bpf.h), by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* user space sets it to MAX_WRAPPED when it is needed */
	__type(key, __u64);
	__type(value, __u32);
} came_by SEC(".maps");

/* tgid to the bits of the targets that it belongs to */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} pid_targets SEC(".maps");

#endif
