// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inherited.h"
#include "base/log.h"
#include "base/process.h"
#include "report/report.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

uint64_t started_ns;

static const struct verb {
	const char *name, *arguments, *about;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{"run", "FILE", "run a scenario", verb_run},
	{"check", "FILE", "show how this kernel would run a scenario; attach nothing", verb_check},
	{"doctor", "", "try what this kernel can do", verb_doctor},
	{"fail", "CALLS --errno NAME TARGET", "make system calls fail", verb_quick},
	{"delay", "CALLS --by TIME TARGET", "make system calls take longer", verb_quick},
	{"drop", "TARGET", "drop packets", verb_quick},
	{"kill", "--signal NAME --on CALLS TARGET", "send a signal at a system call", verb_quick},
	{"ps", "", "list running experiments", verb_ps},
	{"stop", "ID | --all", "end running experiments", verb_stop},
	{"list", "points|faults|groups|mechanisms", "list points, faults, groups, mechanisms",
		verb_list},
};

static void help(FILE *to)
{
	fputs("jinx " JINX_VERSION ": a fault injector for Linux, in the kernel, by cgroup\n\n",
		to);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(to, "  jinx %-6s %-32s %s\n", verbs[i].name, verbs[i].arguments,
			verbs[i].about);
	fputs("\njinx VERB --help shows the options of each.\n\n"
	      "Exit codes: 0 held, 1 deviated, 2 bad usage or scenario, 3 unsupported on this\n"
	      "kernel, 4 aborted, 5 inconclusive (no fault fired), 6 jinx itself failed.\n",
		to);
}

static int unknown(const char *word)
{
	const char *names[ARRAY_SIZE(verbs)], *near;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		names[i] = verbs[i].name;
	near = nearest(word, names, ARRAY_SIZE(names));
	if (near)
		log_error("unknown verb \"%s\"; did you mean \"%s\"?", word, near);
	else
		log_error("unknown verb \"%s\"; jinx --help lists them", word);
	return EXIT_USAGE;
}

/* Or a file that is opened later would get their numbers, and what is said to the user. */
static void open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* What a verb printed may have got stuck on the way. */
static int close_standard(int code)
{
	if (!ferror(stdout) && !fflush(stdout))
		return code;
	log_error("writing to standard output failed: %s", strerror(errno));
	return VERDICT_FAILED;
}

/* What stands after -- is a command's. */
static bool wants_help(char **words)
{
	for (; *words && strcmp(*words, "--"); words++)
		if (!strcmp(*words, "--help") || !strcmp(*words, "-h"))
			return true;
	return false;
}

static int run(int argc, char **argv)
{
	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help(stdout);
		return 0;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "version")) {
		puts("jinx " JINX_VERSION);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(argv[1], verbs[i].name))
			continue;
		if (!wants_help(argv + 2))
			return verbs[i].run(argc - 1, argv + 1);
		fputs(usage_of(argv[1]), stdout);
		return 0;
	}
	return unknown(argv[1]);
}

int main(int argc, char **argv)
{
	started_ns = monotonic_ns();
	inherited_note();
	open_standard();
	return close_standard(run(argc, argv));
}
