// SPDX-License-Identifier: GPL-2.0
#include "verbs/usage.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "report/report.h"
#include "scenario/names.h"

#define PLAN                                                                         \
	"  --mechanisms LIST      use only these (jinx list mechanisms)\n"           \
	"  --max-delay TIME       no delay is longer (10s)\n"                        \
	"  --max-spin TIME        no delay that keeps a CPU busy is longer (10ms)\n" \
	"  --max-chance CHANCE    no chance is higher\n"                             \
	"  --max-injections N     no more of them in all\n"                          \
	"  --unprotect NAME       programs of this name may be hit\n"                \
	"  --host                 the root cgroup may be a target\n"

#define TRUST "  --trust                as root, take another user's scenario file\n"

#define RUN                                                                            \
	"  --json FILE            write the report there\n"                            \
	"  --events FILE          write a line for each injection\n"                   \
	"  --event-buffer SIZE    between the kernel and jinx (4M)\n"                  \
	"  --record FILE          write which calls were hit\n"                        \
	"  --replay FILE          hit those calls, and no others\n"                    \
	"  --dry-run observe      count what would be hit\n"                           \
	"  --exit-code command    exit with the code of the command\n"                 \
	"  --ready-fd FD          write the id there when the first phase has begun\n" \
	"  --quiet                no live view and no table\n"                         \
	"  --debug                what libbpf and the verifier say\n"

#define WHEN                                                                         \
	"when\n"                                                                     \
	"  --for TIME             how long; needed unless the target is a command\n" \
	"  --chance 10%, --ramp \"0% -> 10%\"\n"                                     \
	"  --after N, --every N, --limit N, --rate 100/s\n"                          \
	"  --per target|call|task whose calls are counted together\n"                \
	"  --burst \"on: 200ms, off: 2s\"\n"                                         \
	"  --where \"path: /srv/**, fd: file\"\n"                                    \
	"  --seed N               the same seed draws the same numbers\n"            \
	"target\n"                                                                   \
	"  --cgroup PATH, --unit NAME, --container NAME, --pod UID, --pid N, or\n"   \
	"  -- COMMAND [ARGUMENT...]\n"                                               \
	"also\n"

#define JSON "  --json                 for programs\n"

static const struct {
	const char *verb, *text;
} usages[] = {
	{"run", "usage: jinx run FILE [OPTION...]\n"
		"Runs the scenario of a file.\n" RUN PLAN TRUST},
	{"check", "usage: jinx check FILE [OPTION...]\n"
		  "Shows how this kernel would run a scenario, and attaches nothing.\n" PLAN TRUST},
	{"fail", "usage: jinx fail CALLS --errno NAME [--at exit] [OPTION...] TARGET\n"
		 "Makes system calls fail.\n" WHEN RUN PLAN},
	{"delay", "usage: jinx delay CALLS --by \"TIME [+- TIME] [uniform|normal|pareto]\" "
		  "[--interruptible] [OPTION...] TARGET\n"
		  "Makes system calls take longer.\n" WHEN RUN PLAN},
	{"drop", "usage: jinx drop [--egress] [--ingress] [OPTION...] TARGET\n"
		 "Drops packets of the target's sockets.\n" WHEN RUN PLAN},
	{"kill", "usage: jinx kill --signal NAME --on CALLS [--at exit] [OPTION...] TARGET\n"
		 "Sends a signal at a system call.\n" WHEN RUN PLAN},
	{"doctor", "usage: jinx doctor [--json]\n"
		   "Tries what this kernel can do.\n" JSON},
	{"ps", "usage: jinx ps [--json]\n"
	       "Lists running experiments.\n" JSON},
	{"stop", "usage: jinx stop ID...\n"
		 "       jinx stop --all\n"
		 "Ends running experiments, and returns when they have cleaned up.\n"},
	{"list", "usage: jinx list points|faults|groups|mechanisms [--json]\n"
		 "Lists what scenarios may name.\n" JSON},
};

const char *usage_of(const char *verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(usages); i++)
		if (!strcmp(verb, usages[i].verb))
			return usages[i].text;
	return NULL;
}

int usage_point_to(const char *verb)
{
	log_error("\"jinx %s --help\" shows how it is used", verb);
	return EXIT_USAGE;
}

int usage_wrong_operands(const char *verb)
{
	const char *text = usage_of(verb);

	log_error("%.*s", (int)strcspn(text, "\n"), text);
	return usage_point_to(verb);
}

static void unknown_option(const char *word, const struct option *options)
{
	const char *names[64], *near;
	size_t n = 0;

	for (; n < ARRAY_SIZE(names) && options[n].name; n++)
		names[n] = options[n].name;
	near = nearest(word + strspn(word, "-"), names, n);
	if (near)
		log_error("unknown option \"%s\"; did you mean \"--%s\"?", word, near);
	else
		log_error("unknown option \"%s\"", word);
}

/* getopt_long() has left the number of an option that it knows, or a letter, or nothing. */
static const char *name_of(int number, const struct option *options)
{
	for (; options->name; options++)
		if (options->val == number)
			return options->name;
	return NULL;
}

int usage_next_option(int argc, char **argv, const char *letters, const struct option *options)
{
	const char *known;
	int c;

	opterr = 0;
	optopt = 0;
	c = getopt_long(argc, argv, letters, options, NULL);
	if (c != '?' && c != ':')
		return c;
	known = name_of(optopt, options);
	if (known && c == ':')
		log_error("--%s takes a value", known);
	else if (known)
		log_error("--%s takes no value", known);
	else if (optopt)
		log_error("unknown option \"-%c\"", optopt);
	else
		unknown_option(argv[optind - 1], options);
	return '?';
}
