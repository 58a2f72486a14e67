// SPDX-License-Identifier: GPL-2.0
/*
 * survivors JINX CGROUP MECHANISM SEED ROUNDS: JINX pauses a process in CGROUP by MECHANISM, and
 * then jinx, its keeper and its janitor are killed in each of the seven combinations, ROUNDS times,
 * in an order and at a moment that are drawn. As long as one of them is left the process goes on at
 * once, and nothing is left behind. When all three are gone a frozen cgroup stays frozen, as
 * docs/safety.md says; one that is held by the kernel's programs goes on. Ends with 0 and a line of
 * figures, or with 1 and what was wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "clock.h"
#include "traces.h"

/* A process that stands still for so long is paused: no machine is so busy. */
#define STILL (700 * MS)
/* What an emulated machine may need to notice and to schedule. */
#define AT_ONCE (1500 * MS)
#define CLEAN_UP (10000 * MS)

enum { JINX, KEEPER, JANITOR, NR_PROCESSES };
static const char *const names[] = {"jinx", "jinx-keeper", "undo-janitor"};

static volatile uint64_t *ticked; /* by the watched process */
static const char *jinx, *cgroup, *mechanism;
static pid_t pids[NR_PROCESSES], watched;
static char doing[100] = "starting";

static void write_file(const char *name, const char *text)
{
	char path[4200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", cgroup, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

static bool is_frozen(void)
{
	char path[4200], c = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.freeze", cgroup);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (read(fd, &c, 1) != 1)
		perror(path);
	close(fd);
	return c == '1';
}

static _Noreturn void fail(const char *format, ...)
{
	va_list args;

	printf("%s by %s: ", doing, mechanism);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	for (int i = 0; i < NR_PROCESSES; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
	write_file("cgroup.freeze", "0");
	kill(watched, SIGKILL);
	exit(1);
}

static void start_watched(void)
{
	watched = fork();
	if (watched)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	write_file("cgroup.procs", "0");
	for (;; pause_ns(2 * MS))
		*ticked = now();
}

static bool is_still(void)
{
	uint64_t last = *ticked, at = now();

	return last < at && at - last > STILL;
}

static void start(void)
{
	pids[JINX] = fork();
	if (pids[JINX])
		return;
	execl(jinx, jinx, "pause", "--quiet", "--for", "100s", "--max-delay", "100s",
		"--mechanisms", mechanism, "--cgroup", cgroup, NULL);
	_exit(127);
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[512] = "", *end;
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (f && fgets(line, sizeof(line), f) && (end = strrchr(line, ')')))
		sscanf(end + 1, " %*c %d", &parent);
	if (f)
		fclose(f);
	return parent;
}

static bool is_named(pid_t pid, const char *name)
{
	char path[64], comm[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(comm, sizeof(comm), f))
		comm[strcspn(comm, "\n")] = '\0';
	if (f)
		fclose(f);
	return !strcmp(comm, name);
}

static pid_t find_child(const char *name)
{
	DIR *d = opendir("/proc");
	pid_t found = 0;

	for (struct dirent *e; d && !found && (e = readdir(d));) {
		pid_t pid = atoi(e->d_name);

		if (pid > 0 && is_named(pid, name) && parent_of(pid) == pids[JINX])
			found = pid;
	}
	if (d)
		closedir(d);
	return found;
}

static bool have_all(void)
{
	for (int i = KEEPER; i < NR_PROCESSES; i++)
		if ((pids[i] = find_child(names[i])) == 0)
			return false;
	return true;
}

static void await_pause(void)
{
	uint64_t until = now() + 60000 * MS;

	/* An emulated machine stands still by itself now and then: before there are all, it wasn't
	 * jinx. */
	while (!is_still() || !have_all()) {
		if (now() > until)
			fail("nothing was paused within 60 s");
		if (waitpid(pids[JINX], NULL, WNOHANG) == pids[JINX])
			fail("jinx has ended by itself");
		pause_ns(5 * MS);
	}
}

/* In an order that is drawn; the last kill is what counts. */
static void kill_some(unsigned int which)
{
	unsigned int first = random() % NR_PROCESSES;
	bool backwards = random() % 2;

	for (unsigned int i = 0; i < NR_PROCESSES; i++) {
		unsigned int p = (first + (backwards ? NR_PROCESSES - i : i)) % NR_PROCESSES;

		if (which >> p & 1)
			kill(pids[p], SIGKILL);
	}
}

static void await_going_on(uint64_t event)
{
	while (*ticked < event) {
		if (now() > event + AT_ONCE)
			fail("it still stands still after %llu ms",
				(unsigned long long)(now() - event) / 1000000);
		pause_ns(2 * MS);
	}
}

static int await_end(void)
{
	uint64_t until = now() + 3 * CLEAN_UP;
	int status;

	while (waitpid(pids[JINX], &status, WNOHANG) != pids[JINX]) {
		if (now() > until)
			fail("jinx still lives");
		pause_ns(MS);
	}
	return status;
}

static void expect_nothing_left(const char *root, const struct state *before)
{
	uint64_t until = now() + CLEAN_UP;
	struct state s = look(root);

	while (!same(&s, before)) {
		if (now() > until)
			fail("left behind: links %u (before: %u), programs %u (%u), cgroups %u "
			     "(%u), processes %u (%u)",
				s.links, before->links, s.programs, before->programs, s.cgroups,
				before->cgroups, s.processes, before->processes);
		pause_ns(5 * MS);
		s = look(root);
	}
	if (is_frozen())
		fail("the cgroup is frozen");
	memset(pids, 0, sizeof(pids));
}

static bool without_anybody(unsigned int which)
{
	return which == (1 << NR_PROCESSES) - 1 && !strcmp(mechanism, "freeze");
}

/* Returns whether the cgroup had to be thawed by hand. */
static bool one_round(unsigned int which, const char *root, const struct state *before)
{
	bool thawed = false;
	uint64_t event;
	int status;

	snprintf(doing, sizeof(doing), "killed%s%s%s", which & 1 << JINX ? " jinx" : "",
		which & 1 << KEEPER ? " keeper" : "", which & 1 << JANITOR ? " janitor" : "");
	start();
	await_pause();
	pause_ns(random() % 300 * MS);
	kill_some(which);
	event = now();
	if (which == 1 << JANITOR) { /* nothing of it is any reason to end */
		pause_ns(STILL);
		if (*ticked > event)
			fail("the pause has ended");
		kill(pids[JINX], SIGTERM);
		event = now();
	}
	if (without_anybody(which)) {
		pause_ns(AT_ONCE / 2);
		thawed = is_frozen();
		write_file("cgroup.freeze", "0");
	}
	await_going_on(event);
	status = await_end();
	if (!(which & 1 << JINX) && which & 1 << KEEPER &&
		(!WIFEXITED(status) || WEXITSTATUS(status) != 6))
		fail("jinx ends with status %x", status);
	expect_nothing_left(root, before);
	return thawed;
}

int main(int argc, char **argv)
{
	unsigned int rounds, done = 0, thawed = 0;
	char root[4200];
	struct state before;

	if (argc != 6)
		return 2;
	jinx = argv[1];
	cgroup = argv[2];
	mechanism = argv[3];
	srandom(atoi(argv[4]));
	rounds = atoi(argv[5]);
	snprintf(root, sizeof(root), "%s/..", cgroup);
	ticked = mmap(
		NULL, sizeof(*ticked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ticked == MAP_FAILED)
		return 3;
	start_watched();
	before = look(root);
	for (unsigned int i = 0; i < rounds; i++)
		for (unsigned int which = 1; which < 1 << NR_PROCESSES; which++) {
			thawed += one_round(which, root, &before);
			done++;
		}
	kill(watched, SIGKILL);
	waitpid(watched, NULL, 0);
	printf("rounds=%u thawed=%u\n", done, thawed);
	return 0;
}
