// SPDX-License-Identifier: GPL-2.0
/*
 * rounds JINX CGROUP HOME ROUNDS SEED FAULT...: the safety contract, at random moments. Each round
 * starts JINX with a fault on a watched process in CGROUP and does one of kill -9, SIGSTOP, a crash
 * or an OOM kill to it: while it probes, attaches, injects or stops. Then nothing may be injected
 * later than the contract says, and nothing of jinx may be left. HOME is a cgroup with a memory
 * controller, for jinx to run in. Faults are "connect", "openat", "delay", "at-function",
 * "command". Ends with 0 and a line of figures, or with 1 and what was wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "traces.h"

#define MAX_FAULTS 16
/* user/run/timeline.c: HEARTBEAT_NS */
#define HEARTBEAT (2000 * MS)
/* What an emulated machine may need to schedule, notice and clean up. */
#define SLACK (500 * MS)
#define CLEAN_UP (10000 * MS)
/* The fault "delay" is of 9 s. A call that takes so long is asleep, or the machine is busy. */
#define ASLEEP (300 * MS)
/* And no machine is so busy. */
#define DELAYED (4000 * MS)

enum fault { CONNECT, OPENAT, DELAY, AT_FUNCTION, COMMAND, NR_FAULTS };
static const char *const fault_names[] = {"connect", "openat", "delay", "at-function", "command"};

enum event { KILL, STOP_KILL, STOP_CONT, SEGV, ABRT, OOM, NR_EVENTS };
static const char *const event_names[] = {"kill -9", "SIGSTOP, then kill -9",
	"SIGSTOP, then SIGCONT", "SIGSEGV", "SIGABRT", "OOM kill"};
/* In turns, so that each has its share; stopped ones cost a heartbeat. */
static const enum event lots[] = {KILL, KILL, KILL, KILL, KILL, KILL, SEGV, SEGV, SEGV, SEGV, ABRT,
	ABRT, ABRT, OOM, OOM, OOM, OOM, STOP_KILL, STOP_CONT};

/* Written by the watched process. */
static struct watch {
	volatile uint64_t calls;    /* ended */
	volatile uint64_t since_ns; /* when the call under way began */
	volatile uint64_t injected; /* calls */
	volatile uint64_t last_ns;  /* when the last injected one returned */
} * watch;

static const char *jinx, *cgroup, *home;
static char root[4200]; /* of the cgroups */
static uint64_t ready_ns[NR_FAULTS];
static unsigned int at_round, hit_rounds, counts[NR_EVENTS];
static pid_t jinx_pid, watched;
static char doing[160] = "starting";

static _Noreturn void fail(const char *format, ...)
{
	va_list args;

	printf("round %u (%s): ", at_round, doing);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	if (jinx_pid > 0)
		kill(jinx_pid, SIGKILL);
	if (watched > 0)
		kill(watched, SIGKILL);
	exit(1);
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[4200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail("%s: %s", path, strerror(errno));
	close(fd);
}

static uint64_t read_number(const char *directory, const char *name, const char *word)
{
	char path[4200], text[1024] = "", *at;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		fail("%s: %s", path, strerror(errno));
	close(fd);
	at = word ? strstr(text, word) : text;
	return at ? strtoull(at + (word ? strlen(word) : 0), NULL, 10) : 0;
}

/* The watched process: a connect and an openat in turn, for ever. */
static _Noreturn void be_watched(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int udp = socket(AF_INET, SOCK_DGRAM, 0);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		uint64_t began = watch->since_ns = now(), ended;
		long ret = syscall(SYS_connect, udp, &a, sizeof(a));
		bool hit = ret < 0;

		if (ret >= 0) {
			ret = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);
			hit = ret < 0;
			if (!hit)
				syscall(SYS_close, ret);
		}
		ended = now();
		if (hit || ended - began > DELAYED) {
			watch->last_ns = ended;
			watch->injected++;
		}
		watch->calls++;
		pause_ns(2 * MS);
	}
}

static bool is_asleep(void)
{
	uint64_t since = watch->since_ns;
	uint64_t at = now();

	/* Between its calls it is not in one. */
	return since < at && at - since > ASLEEP;
}

static const char *const arguments[NR_FAULTS][12] = {
	[CONNECT] = {"fail", "connect", "--errno", "ECONNREFUSED", "--mechanisms", "cgroup-socket"},
	[OPENAT] = {"fail", "openat", "--errno", "EIO", "--mechanisms", "security"},
	[DELAY] = {"delay", "openat", "--by", "9s", "--mechanisms", "task-work,lsm-sleep"},
	[AT_FUNCTION] = {"delay", "openat", "--by", "9s", "--mechanisms", "uprobe-sleep"},
	[COMMAND] = {"fail", "connect", "--errno", "EIO", "--mechanisms", "cgroup-socket"},
};

static void start(enum fault f)
{
	const char *argv[24] = {jinx};
	int n = 1;

	while (arguments[f][n - 1]) {
		argv[n] = arguments[f][n - 1];
		n++;
	}
	argv[n++] = "--quiet";
	argv[n++] = "--for";
	argv[n++] = "100s";
	if (f == COMMAND) {
		argv[n++] = "--";
		argv[n++] = "sleep";
		argv[n++] = "1000";
	} else {
		argv[n++] = "--cgroup";
		argv[n++] = cgroup;
	}
	jinx_pid = fork();
	if (jinx_pid)
		return;
	write_file(home, "cgroup.procs", "0");
	execv(jinx, (char **)argv);
	_exit(127);
}

/* The command is there: jinx makes its cgroup last of all. */
static bool is_hit(enum fault f, uint64_t injected)
{
	if (f == DELAY || f == AT_FUNCTION)
		return is_asleep();
	if (f == COMMAND)
		return named(root, "jinx-");
	return watch->injected > injected;
}

/* 0: jinx has ended before; else how long it took until it hit. */
static uint64_t until_hit(enum fault f, uint64_t injected)
{
	uint64_t began = now();

	while (!is_hit(f, injected)) {
		if (now() > began + 60000 * MS)
			fail("nothing was injected within 60 s");
		if (waitpid(jinx_pid, NULL, WNOHANG) == jinx_pid)
			fail("jinx has ended by itself");
		pause_ns(2 * MS);
	}
	return now() - began;
}

/* A process that lowers the limit waits in that until it holds; the first kill is enough. */
static void out_of_memory(void)
{
	uint64_t before = read_number(home, "memory.events", "oom_kill "), until = now() + CLEAN_UP;
	char limit[32];
	pid_t pid;

	snprintf(limit, sizeof(limit), "%llu",
		(unsigned long long)read_number(home, "memory.current", NULL) / 2);
	pid = fork();
	if (pid == 0) {
		write_file(home, "memory.max", limit);
		_exit(0);
	}
	while (read_number(home, "memory.events", "oom_kill ") == before && now() < until) {
		if (waitpid(pid, NULL, WNOHANG) == pid) {
			pid = 0;
			break;
		}
		pause_ns(MS);
	}
	if (pid) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	write_file(home, "memory.max", "max");
	/* It had so little that cache was enough, or nothing yet: no kill, no round of this kind.
	 */
	if (read_number(home, "memory.events", "oom_kill ") == before)
		kill(jinx_pid, SIGKILL);
	else
		counts[OOM]++;
}

static void bury(void)
{
	uint64_t until = now() + 3 * CLEAN_UP;

	while (waitpid(jinx_pid, NULL, WNOHANG) != jinx_pid) {
		if (now() > until)
			fail("jinx still lives");
		pause_ns(MS);
	}
	jinx_pid = 0;
}

/*
 * From `limit` after the event on nothing is injected, and whoever slept goes on. Where it takes
 * time the whole of it is waited for; the dead need not be waited for so long.
 */
static void expect_freed(uint64_t event, uint64_t limit, bool whole)
{
	uint64_t injected = watch->injected, quiet = watch->calls;

	while (watch->calls < quiet + 5 || (whole && now() < event + limit)) {
		pause_ns(2 * MS);
		if (watch->injected != injected) {
			injected = watch->injected;
			quiet = watch->calls;
		}
		if (now() > event + limit && is_asleep() && watch->since_ns < event)
			fail("who was asleep still is");
		if (now() > event + limit + CLEAN_UP)
			fail("the watched process is held for ever");
	}
	if (watch->last_ns > event + limit)
		fail("the last injection was %llu ms after its end",
			(unsigned long long)((watch->last_ns - event) / MS));
}

static void expect_nothing_left(const struct state *before)
{
	uint64_t until = now() + CLEAN_UP;
	struct state s;

	for (;;) {
		s = look(root);
		if (same(&s, before))
			return;
		if (now() > until)
			break;
		pause_ns(5 * MS);
	}
	fail("left behind: links %u (before: %u), programs %u (%u), cgroups %u (%u), processes %u "
	     "(%u), "
	     "mounts %u (%u)",
		s.links, before->links, s.programs, before->programs, s.cgroups, before->cgroups,
		s.processes, before->processes, s.mounts, before->mounts);
}

static void stop(enum event e)
{
	uint64_t event = now();

	kill(jinx_pid, SIGSTOP);
	expect_freed(event, HEARTBEAT + SLACK, true);
	if (e == STOP_CONT) {
		kill(jinx_pid, SIGTERM);
		kill(jinx_pid, SIGCONT);
	} else {
		kill(jinx_pid, SIGKILL);
	}
	bury();
}

static void strike(enum event e)
{
	static const int signals[] = {[KILL] = SIGKILL, [SEGV] = SIGSEGV, [ABRT] = SIGABRT};
	uint64_t event;

	if (e == STOP_KILL || e == STOP_CONT) {
		counts[e]++;
		stop(e);
		return;
	}
	if (e == OOM) {
		out_of_memory();
	} else {
		counts[e]++;
		kill(jinx_pid, signals[e]);
	}
	event = now();
	bury();
	/* A kernel may take its time to end a process; the heartbeat holds meanwhile. */
	if (watch->last_ns > event + HEARTBEAT + SLACK)
		fail("the last injection was %llu ms after the signal",
			(unsigned long long)((watch->last_ns - event) / MS));
	expect_freed(now(), SLACK, false);
}

static void one_round(enum fault f, enum event e, const struct state *before)
{
	uint64_t injected = watch->injected, began = now();
	unsigned int moment = random() % 10;
	const char *when = "";

	if (moment < 5) {
		uint64_t at = ready_ns[f] * (random() % 1300) / 1000;

		when = "while starting";
		snprintf(doing, sizeof(doing), "%s, %s at %llu of %llu ms", fault_names[f],
			event_names[e], (unsigned long long)(at / MS),
			(unsigned long long)(ready_ns[f] / MS));
		start(f);
		pause_ns(at);
	} else {
		when = moment < 8 ? "armed" : "stopping";
		snprintf(doing, sizeof(doing), "%s, %s, %s", fault_names[f], event_names[e], when);
		start(f);
		until_hit(f, injected);
		pause_ns(random() % 100 * MS);
		if (moment >= 8) {
			kill(jinx_pid, SIGTERM);
			pause_ns(random() % 60 * MS);
		}
	}
	hit_rounds += is_hit(f, injected);
	strike(e);
	expect_nothing_left(before);
	printf("round %u: %s: %llu ms\n", at_round, doing,
		(unsigned long long)(now() - began) / 1000000);
	fflush(stdout);
}

/* How long a start takes, and that each fault is one. */
static void calibrate(enum fault f, const struct state *before)
{
	snprintf(doing, sizeof(doing), "%s, to the end", fault_names[f]);
	start(f);
	ready_ns[f] = until_hit(f, watch->injected);
	kill(jinx_pid, SIGTERM);
	bury();
	expect_nothing_left(before);
	printf("%s: %llu ms until it hits\n", doing, (unsigned long long)ready_ns[f] / 1000000);
}

static void start_watched(void)
{
	watched = fork();
	if (watched == 0) {
		write_file(cgroup, "cgroup.procs", "0");
		be_watched();
	}
	while (watch->calls < 10)
		pause_ns(MS);
	if (watch->injected)
		fail("calls fail before anything is injected");
}

int main(int argc, char **argv)
{
	struct rlimit none = {0, 0};
	unsigned int rounds, n_faults = 0;
	enum fault faults[MAX_FAULTS];
	struct state before;
	unsigned long first;

	if (argc < 7 || argc > 6 + MAX_FAULTS)
		return 2;
	jinx = argv[1];
	cgroup = argv[2];
	home = argv[3];
	snprintf(root, sizeof(root), "%s/..", home);
	rounds = atoi(argv[4]);
	srandom(atoi(argv[5]));
	for (int i = 6; i < argc; i++)
		for (enum fault f = 0; f < NR_FAULTS; f++)
			if (!strcmp(argv[i], fault_names[f]))
				faults[n_faults++] = f;
	if (n_faults != (unsigned int)argc - 6)
		return 2;
	setrlimit(RLIMIT_CORE, &none);
	watch = mmap(
		NULL, sizeof(*watch), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watch == MAP_FAILED)
		return 3;
	start_watched();
	before = look(root);
	for (unsigned int i = 0; i < n_faults; i++)
		if (!ready_ns[faults[i]])
			calibrate(faults[i], &before);
	first = random();
	for (at_round = 1; at_round <= rounds; at_round++)
		one_round(faults[random() % n_faults],
			lots[(first + at_round) % (sizeof(lots) / sizeof(lots[0]))], &before);
	kill(watched, SIGKILL);
	waitpid(watched, NULL, 0);
	printf("rounds=%u hit=%u", rounds, hit_rounds);
	for (int e = 0; e < NR_EVENTS; e++)
		printf(" %s=%u",
			(const char *[]){
				"kill", "stop_kill", "stop_cont", "segv", "abrt", "oom"}[e],
			counts[e]);
	printf("\n");
	return 0;
}
