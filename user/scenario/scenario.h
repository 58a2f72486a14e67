/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scenario as a model: what a file or a quick verb asks for, before any
 * thought of kernels. Nothing in this folder knows BPF.
 */
#ifndef JINX_SCENARIO_H
#define JINX_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../../bpf/abi.h"
#include "base/error.h"
#include "measure/role.h"
#include "scenario/judging.h"
#include "scenario/outside.h"
#include "scenario/standing.h"

#define MAX_PHASES 32

enum target_kind {
	TARGET_CGROUP,
	TARGET_UNIT,
	TARGET_CONTAINER,
	TARGET_POD,
	TARGET_PID,
	TARGET_COMMAND,
	TARGET_WORKLOAD, /* the processes of the scenario's own workloads, or of one of them */
};

/* A list of identities as written; exe are absolute paths. */
struct identities {
	unsigned int n_comm, n_thread_name, n_uid, n_exe, n_cmdline;
	char *comm[MAX_IDENTITIES], *thread_name[MAX_IDENTITIES];
	uid_t uid[MAX_IDENTITIES];
	char *exe[MAX_IDENTITIES];
	char *cmdline[MAX_IDENTITIES];
};

struct target_spec {
	char *name; /* "target" when there is only `target:` */
	enum target_kind kind;
	char *cgroup;	   /* TARGET_CGROUP: a path, absolute or below the cgroup2 mount */
	char *unit;	   /* TARGET_UNIT */
	char *container;   /* TARGET_CONTAINER: its name, its id or how that begins */
	char *pod;	   /* TARGET_POD: the UID that Kubernetes gave it */
	pid_t pid;	   /* TARGET_PID */
	char **command;	   /* TARGET_COMMAND: argv, NULL-terminated */
	char *user;	   /* of the command; NULL: who runs jinx */
	unsigned int node; /* of the command; 0: where jinx is */
	char *workload;	   /* TARGET_WORKLOAD: its name; NULL: all of them */
	struct identities only, except;
	char *only_text, *except_text; /* as they were written; NULL: they weren't */
	struct place place;
};

enum direction { DIRECTION_EGRESS = 1, DIRECTION_INGRESS = 2, DIRECTION_BOTH = 3 };
enum moment { AT_ENTRY, AT_EXIT };

struct trigger {
	uint32_t chance_ppm;  /* PPM when not given */
	uint64_t after;	      /* 0 when not given */
	uint32_t every;	      /* 1 when not given */
	uint64_t limit;	      /* 0 when not given: no limit */
	enum per per;	      /* whose calls are counted together */
	uint64_t interval_ns; /* the rate's; 0 when not given */
	bool has_chance;      /* it was given */
	bool has_per;	      /* the same */
	bool has_ramp;	      /* the chance goes from chance_ppm to ramp_ppm */
	uint32_t ramp_ppm;
	uint64_t on_ns, off_ns; /* the bursts'; 0 when not given */
	/* Between moments that no moment before tells anything of, on average; 0 when not given */
	uint64_t hazard_ns;
	uint64_t after_bytes; /* 0 when not given */
	uint64_t open_fds;    /* 0 when not given */
};

/* Which processes of a target. */
enum whom { WHOM_ALL, WHOM_MAIN, WHOM_SOME };

struct chosen {
	enum whom whom;
	unsigned int n;	    /* of WHOM_SOME: so many, drawn */
	uint32_t share_ppm; /* or this share of them, but one at least */
};

/* A quantity that varies: uniform within mean +- jitter, else with the jitter as deviation. */
struct spread {
	uint64_t mean_ns, jitter_ns;
	enum distribution distribution;
};

/* What becomes of packets; 0: nothing of that. */
struct shape {
	struct spread delay;
	uint32_t loss_ppm, duplicate_ppm, reorder_ppm, corrupt_ppm;
	uint64_t bits_per_second;
};

/* Names as a packet has them (bpf/abi/dns.h), and what becomes of questions for them. */
enum dns_reply {
	DNS_NO_REPLY,
	DNS_NXDOMAIN,
	DNS_SERVFAIL,
	DNS_REFUSED,
	DNS_EMPTY,
	DNS_DROP,
	NR_DNS_REPLIES
};
/* As a scenario has them. */
extern const char *const dns_replies[NR_DNS_REPLIES];

struct dns_name {
	unsigned char name[DNS_TEST_MOST];
	unsigned int length;
	bool below; /* the names below it, not itself */
};

/* Which clocks, and what they say. */
enum clock_kind { CLOCK_KIND_REALTIME, CLOCK_KIND_MONOTONIC, CLOCK_KIND_BOOTTIME, NR_CLOCK_KINDS };
extern const char *const clock_names[NR_CLOCK_KINDS];

struct skew_spec {
	int64_t offset_ns;
	uint32_t slower_ppm, faster_ppm;
	bool frozen;
	uint64_t step_ns;    /* 0: as they do */
	unsigned int clocks; /* a bit each; 0: realtime */
	char zone[48];	     /* TZ of the target's commands; empty: as it is */
};

/* It does more than give commands a time zone. */
bool changes_clocks(const struct skew_spec *s);

struct dns {
	unsigned int n; /* 0: all names */
	struct dns_name names[MAX_DNS_NAMES];
	enum dns_reply reply; /* DNS_NO_REPLY: the question goes on */
	uint16_t port;	      /* besides 53; 0: none */
};

struct http_path {
	unsigned char path[HTTP_PATH_MOST];
	unsigned int length;
	bool begins; /* it means all that begin so */
};

/* What HTTP requests of the target get. */
struct respond {
	unsigned int status; /* 0: none */
	unsigned int n;
	struct http_path paths[MAX_HTTP_PATHS]; /* "/" and whatever begins so when none is given */
};

/* A path as written: its directory, and what names in it are meant. */
struct path_spec {
	char *directory; /* absolute; NULL: any */
	enum path_kind kind;
	char name[MAX_FILE_NAME];
};

/* A function in the call chain as written: of the kernel, or of a file. */
struct stack_spec {
	char *file; /* absolute; NULL: the kernel */
	char *symbol;
};

/* `where`: the kernel's filter as far as it needs no look at this host, and the rest. */
struct where {
	struct filter filter;
	unsigned int fd_kinds, protocols; /* a bit each */
	unsigned int n_ports;
	struct port_range ports[MAX_FILTERS];
	unsigned int n_networks;
	struct network networks[MAX_FILTERS];
	unsigned int n_hosts;
	char *hosts[MAX_FILTERS]; /* by name */
	unsigned int n_sockets;
	uint64_t sockets[MAX_FILTERS]; /* names of Unix sockets, mixed */
	unsigned int n_paths;
	struct path_spec paths[MAX_FILTERS];
	unsigned int n_stacks;
	struct stack_spec stacks[MAX_FILTERS];
	unsigned int n_devices;
	char *devices[MAX_FILTERS]; /* of bios: the block device, or a file on it */
	enum direction direction;   /* 0 when not given */
	struct identities who;
	struct where *barred; /* `not`: none of its keys may match; NULL when not given */
	char *text;	      /* as it was written; NULL: it wasn't, and in `barred` */
};

/* Frees what `where` holds. */
void where_done(struct where *w);

bool has_identities(const struct identities *who);

/* enum filter_kind bits: what `where` and its `not` ask for. */
unsigned int where_asks(const struct where *w);

/* A target of a partition, as written. */
struct party {
	char *name;
	struct place place;
	unsigned int side;
};

struct partition {
	unsigned int n; /* 0: the fault is none, or it is between its target and networks */
	struct party all[MAX_TARGETS];
	bool one_way;  /* from side 0 to side 1 */
	bool isolates; /* its one target is cut off from all but itself; `where` has what isn't */
	/* The networks themselves are in `where`. */
	unsigned int n_networks, network_side;
	/* Once the names are bound: */
	unsigned int targets;	    /* all of them, a bit each */
	uint16_t from[MAX_TARGETS]; /* of each, those whose packets are kept from it, a bit each */
};

enum resource {
	RESOURCE_NONE,
	RESOURCE_MEMORY,
	RESOURCE_PRESSURE,
	RESOURCE_CPU,
	RESOURCE_DISK,
	RESOURCE_PIDS,
	RESOURCE_IO
};

/* What `exhaust` uses up, and how far. */
struct exhaustion {
	enum resource resource;
	uint64_t bytes;	    /* of memory; 0: share_ppm of the target's limit */
	uint32_t share_ppm; /* of memory; or of each core */
	unsigned int cores; /* 0: all that are online */
	uint64_t per_s;	  /* of memory: bytes by which it grows in a second, as far as it can; 0 */
	uint64_t ramp_ns; /* so long it takes to get there */
	char *disk;	  /* a directory of the file system */
	/* Bytes that the host, or the file system, keeps; 0: a tenth of them, 1G at most */
	uint64_t leave;
	bool survive; /* what uses memory is not the first to go when there is none */
};

/* Of what a disk does in a second: bytes, and how often. */
enum io_limit { IO_READ, IO_WRITE, IO_READS, IO_WRITES, NR_IO_LIMITS };

/* What `restrict` sets. */
struct limit {
	enum resource resource;
	uint64_t amount;	   /* bytes; of a core, in ppm; processes */
	char *disk;		   /* of RESOURCE_IO: a directory of the file system */
	uint64_t io[NR_IO_LIMITS]; /* the same; 0: as it is */
};

/* What a call or function is to return: of the last one `errors` has the value itself. */
enum error_form { ERROR_BY_NAME, ERROR_BY_NUMBER, RETURN_VALUE };

struct fault_spec {
	enum fault fault;
	unsigned int phase;  /* index */
	unsigned int target; /* index */
	unsigned int n_errors;
	int errors[MAX_ERRORS]; /* of fail: positive errnos, of which each call gets one */
	enum error_form forms[MAX_ERRORS]; /* what was written for each */
	enum moment at;			   /* of fail, kill, delay */
	int signal;			   /* of kill */
	enum direction direction;	   /* of drop and shape */
	bool visible;			   /* of drop: the sender is told */
	struct shape shape;		   /* of shape; of dns its delay, and what it loses */
	struct dns dns;			   /* of dns */
	struct respond respond;		   /* of respond */
	struct skew_spec skew;		   /* of skew */
	struct spread delay;		   /* of delay and jitter */
	bool interruptible;		   /* of delay: any signal ends it */
	uint64_t preempt_ns;	/* of jitter: of CPU time, between preemptions; 0: none */
	bool one_core;		/* of jitter: all threads run there */
	uint64_t priorities_ns; /* of jitter: between draws of them; 0: they stay */
	uint64_t hold_ns;	/* of pause and suspend: how long */
	struct partition partition;
	struct exhaustion exhaust;    /* of exhaust */
	struct limit limit;	      /* of restrict */
	uint64_t fds;		      /* of leak */
	struct corruption corruption; /* of corrupt */
	bool whole;		      /* of kill: it has no calls, the keeper sends the signal */
	struct chosen to;	      /* of suspend, and of such a kill */
	bool has_to;		      /* it was given */
	unsigned int n_points;
	uint16_t points[NR_POINTS]; /* enum point, in the order written, each once */
	bool from_group[NR_POINTS]; /* points[i] wasn't named, only a group that it belongs to */
	bool everyone;		    /* of bios: whoever's they are */
	struct trigger trigger;
	struct where where;
	uint64_t from_ns, until_ns; /* within the phase; until 0: to its end */
	bool optional;		    /* left out, with a note, where the kernel can't */
	struct place place;
};

/* It strikes bios, and no system calls. */
bool strikes_bios(const struct fault_spec *f);

/* The targets of a fault, a bit each: one, but of a partition. */
unsigned int fault_targets(const struct fault_spec *f);

struct phase {
	char *name;
	uint64_t duration_ns; /* 0 only for a quick verb: until the command ends */
	struct place place;
};

/* What a scenario may not exceed, whatever its faults say. */
struct safety {
	uint32_t max_chance_ppm; /* PPM when not given */
	uint64_t max_injections; /* of all faults together; 0 when not given */
	unsigned int n_unprotect;
	char unprotect[MAX_PROTECTED_COMMS][COMM_LEN]; /* names that may be hit after all */
};

struct scenario {
	char *file; /* NULL: a quick verb */
	char *name;
	char *about;
	uint64_t seed;
	bool has_seed;
	unsigned int n_targets, n_phases, n_faults;
	struct target_spec targets[MAX_TARGETS];
	struct phase phases[MAX_PHASES];
	struct fault_spec faults[MAX_RULES];
	/* The calls that are measured: those of `observe`, and those that conditions ask about. */
	unsigned int n_observed;
	uint16_t observed[NR_POINTS]; /* enum point, each once */
	bool observed_from_group[NR_POINTS];
	struct safety safety;
	bool host;	       /* the root cgroup may be a target */
	uint64_t max_delay_ns; /* no delay may be longer */
	uint64_t max_spin_ns;  /* no delay that keeps a CPU busy may be longer */
	unsigned int n_workloads;
	struct workload workloads[MAX_WORKLOADS];
	bool names_workloads; /* `workloads`: each has a name */
	unsigned int n_probes, n_logs;
	struct probe_spec probes[MAX_PROBES];
	struct log_spec logs[MAX_LOGS];
	struct judging judging;
	struct standing standing;
};

#define MAX_COMPLAINTS 20

/* All that is wrong with a text, in its order; what is more than the most is only counted. */
struct complaints {
	unsigned int n, left;
	struct error all[MAX_COMPLAINTS];
};

/*
 * Reads a scenario file. Returns 0 and the model in *ret (free it with
 * scenario_free()), -EINVAL with *all filled when the text is wrong, or another
 * -errno when the file can't be read, or root should not act on it unless it is `trusted`
 * (its only complaint says so too). settings may be NULL, as below.
 */
int scenario_read(const char *path, bool trusted, const struct settings *settings,
	struct scenario **ret, struct complaints *all);

/* The same from memory; `file` only names the text in messages. */
int scenario_parse(
	const char *text, size_t size, const char *file, struct scenario **ret, struct error *why);
int scenario_parse_all(const char *text, size_t size, const char *file,
	const struct settings *settings, struct scenario **ret, struct complaints *all);

/*
 * The rules that hold whatever a scenario was made from: at least one phase, one
 * target and one fault, indices in range, no impossible combination. scenario_parse() ends with
 * it; quick verbs call it themselves. 0 or -EINVAL with *why filled.
 */
int scenario_validate(const struct scenario *s, struct error *why);

/* Of that, what faults of bios take and other ones don't. (bios.c) */
int validate_bios(const struct scenario *s, const struct fault_spec *f, struct error *why);

/* The same with all complaints. */
int scenario_complain(const struct scenario *s, struct complaints *all);

/*
 * No delay of the scenario exceeds its max_delay_ns, which the verbs set after reading. 0 or
 * -EINVAL with *why filled.
 */
int scenario_check_limits(const struct scenario *s, struct error *why);

/* "target db", or "the target", if there is only `target:`; overwritten by the next call. */
const char *target_called(const struct target_spec *t);

/* The number of a workload by its name; -1: there is none. */
int find_workload(const struct scenario *s, const char *name);

#define DEFAULT_MAX_DELAY_NS 10000000000ull
#define DEFAULT_MAX_SPIN_NS 10000000ull

/* Of a phase, by the faults. */
enum role scenario_role(const struct scenario *s, unsigned int phase);

/*
 * Understands all conditions; scenario_parse() ends with it, quick verbs call it themselves. `d` is
 * what the scenario is read from, or NULL. 0, or -EINVAL with *why filled.
 */
struct document;
int bind_conditions(struct document *d, struct scenario *s, struct error *why);

struct scenario *scenario_new(void);
void scenario_free(struct scenario *s);

/*
 * What the file and the quick verbs have in common. Each takes the text as the
 * user wrote it and returns 0, or -EINVAL with a message in why->message (the
 * place is the caller's to fill).
 */
int parse_points(const char *text, struct fault_spec *f, struct error *why); /* "openat,%file" */
/* The same for `observe`: adds to what the scenario has. */
int parse_observed(const char *text, struct scenario *s, struct error *why);
/* A system call that a condition asks about, and that is measured therefore. */
void observe_point(struct scenario *s, enum point p);
int parse_errno(const char *text, int *ret, struct error *why);		  /* "EIO" or "5" */
int parse_signal(const char *text, int *ret, struct error *why);	  /* "SIGKILL" "KILL" "9" */
int parse_chance(const char *text, uint32_t *ret_ppm, struct error *why); /* "10%" "50ppm" */
int parse_duration(const char *text, uint64_t *ret_ns, struct error *why);	/* "50us" "1.5s" */
int parse_years(const char *text, uint64_t *ret_ns, struct error *why);		/* also "1d12h" */
int parse_count(const char *text, uint64_t *ret, struct error *why);		/* "20" */
int parse_rate(const char *text, uint64_t *ret_interval_ns, struct error *why); /* "100/s" */
int parse_bandwidth(
	const char *text, uint64_t *ret_bits_per_second, struct error *why); /* "10mbit" */
int parse_per(const char *text, enum per *ret, struct error *why);
/* "0% -> 30%", "0% → 30%" */
int parse_ramp(const char *text, struct trigger *ret, struct error *why);
int parse_unit(const char *text, char **ret, struct error *why); /* a copy, the caller's */
int parse_container(const char *text, char **ret, struct error *why);
int parse_pod(const char *text, char **ret, struct error *why);
/* Adds the name of a program to those that may be hit. */
int parse_unprotect(const char *text, struct safety *s, struct error *why);
/* What `where` takes, each adding to it. */
int parse_fd_kind(const char *text, struct where *w, struct error *why); /* "socket" */
/* "80", "8000-8100" */
int parse_port(const char *text, enum port_end end, struct where *w, struct error *why);
int parse_protocol(const char *text, struct where *w, struct error *why); /* "tcp" */
int parse_network(const char *text, struct where *w, struct error *why);  /* "10.0.0.0/8" */
int parse_host(const char *text, struct where *w, struct error *why);	  /* "db.internal" */
int parse_socket(
	const char *text, struct where *w, struct error *why); /* "/run/app.sock", "@name" */
int parse_thread(const char *text, struct where *w, struct error *why);	     /* "main" */
int parse_stack(const char *text, struct where *w, struct error *why);	     /* "/bin/x:main" */
int parse_path(const char *text, struct where *w, struct error *why);	     /* "/var/log/x*" */
int parse_device(const char *text, struct where *w, struct error *why);	     /* "/dev/vdb" */
int parse_argument(unsigned int argument, const char *text, struct where *w, /* ">= 4096" */
	struct error *why);

int parse_size(const char *text, uint64_t *ret, struct error *why); /* "64k" "1M" */
/* "200ms", "200ms +- 50ms", "200ms ± 50ms normal" */
int parse_spread(const char *text, struct spread *ret, struct error *why);
/* Leaves the points of the direction that `where` asks for; -EINVAL: one that was named isn't. */
int narrow_points(struct fault_spec *f, struct error *why);
int parse_direction(const char *text, enum direction *ret, struct error *why);

/* Default values: chance PPM, every 1. */
void trigger_init(struct trigger *t);
/* It chooses no single calls: at most a burst says when. */
bool triggers_spans_alone(const struct trigger *t);

#endif
