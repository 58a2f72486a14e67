// SPDX-License-Identifier: GPL-2.0
/* What several verbs have in common. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "kernel/caps.h"
#include "kernel/plan.h"
#include "run/experiment.h"
#include "verbs/verbs.h"

void print_shown(FILE *to, const char *format, ...)
{
	_cleanup_free_ char *text = NULL, *shown = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	shown = text ? printable_copy(text, "\n") : NULL;
	fputs(shown ?: "out of memory\n", to);
}

void print_complaint(const char *file, const struct error *why)
{
	if (file && why->place.line)
		print_shown(stderr, "%s:%u:%u: %s\n", file, why->place.line, why->place.column,
			why->message);
	else if (file)
		print_shown(stderr, "%s: %s\n", file, why->message);
	else
		log_error("%s", why->message);
}

static unsigned int allowed = ALL_MECHANISMS;

static int allow_mechanisms(const char *list)
{
	allowed = 0;
	while (*list) {
		size_t length = strcspn(list, ",");
		int found = -1;

		for (int m = 0; m < NR_MECHANISMS; m++)
			if (strlen(mechanisms[m].name) == length &&
				!strncmp(mechanisms[m].name, list, length))
				found = m;
		if (found < 0) {
			log_error("unknown mechanism \"%.*s\"; jinx list mechanisms shows them",
				(int)length, list);
			return -EINVAL;
		}
		allowed |= 1u << found;
		list += length + (list[length] == ',');
	}
	return 0;
}

struct planning {
	const struct scenario *scenario;
	struct plan *plan;
};

/* Each further probe would only find mechanisms that come after those of the plan. */
static bool plan_stands(const struct caps *caps, void *context)
{
	struct planning *p = context;

	plan_make(p->scenario, caps, p->plan);
	return plan_complete(p->plan);
}

void probe_and_plan(const struct scenario *s, struct caps *caps, struct plan *ret)
{
	struct planning planning = {s, ret};

	caps_probe(caps, plan_candidates(s) & allowed, plan_stands, &planning);
	for (int m = 0; m < NR_MECHANISMS; m++)
		if (!(allowed & (1u << m)))
			snprintf(caps->mechanisms[m].reason, sizeof(caps->mechanisms[m].reason),
				"left out by --mechanisms");
	plan_make(s, caps, ret);
}

static uint64_t max_delay_ns = DEFAULT_MAX_DELAY_NS, max_spin_ns = DEFAULT_MAX_SPIN_NS;
static struct safety safety = {.max_chance_ppm = PPM};
static bool host, trust;

/* The kernel's loops have an end: bpf/gate.bpf.h, spin_until(). */
#define LONGEST_SPIN_NS 100000000ull
#define SMALLEST_BUFFER 4096u
#define LARGEST_BUFFER (1u << 30)

static int take_duration(
	const char *option, const char *text, uint64_t most, uint64_t *ret, struct error *why)
{
	int err = parse_duration(text, ret, why);

	if (err || *ret <= most)
		return err;
	return error_set(why, -EINVAL, "%s can't be more than %gs", option, most / 1e9);
}

static int take_buffer(const char *text, uint32_t *ret, struct error *why)
{
	uint64_t size;
	int err = parse_size(text, &size, why);

	if (err)
		return err;
	*ret = size;
	if (size >= SMALLEST_BUFFER && size <= LARGEST_BUFFER && !(size & (size - 1)))
		return 0;
	return error_set(why, -EINVAL,
		"--event-buffer takes a power of two from 4k to 1G, not \"%.20s\"", text);
}

/* Commands must not inherit it. */
static int take_ready_fd(const char *text, int *ret, struct error *why)
{
	uint64_t fd;
	int err = parse_count(text, &fd, why);

	if (err)
		return err;
	if (fd && fd <= INT_MAX && !fcntl(fd, F_SETFD, FD_CLOEXEC)) {
		*ret = fd;
		return 0;
	}
	return error_set(why, -EINVAL,
		"--ready-fd takes the number of an open descriptor from 1 on, not \"%.20s\"", text);
}

static int take_max_injections(const char *text, struct error *why)
{
	int err = parse_count(text, &safety.max_injections, why);

	if (err || safety.max_injections)
		return err;
	return error_set(why, -EINVAL, "--max-injections starts at 1");
}

static int take_dry_run(const char *text, struct experiment_options *o, struct error *why)
{
	o->observe = !strcmp(text, "observe");
	if (o->observe)
		return 0;
	return error_set(why, -EINVAL,
		"--dry-run takes observe: everything is attached and counted, nothing injected");
}

static int take_exit_code(const char *text, struct experiment_options *o, struct error *why)
{
	o->pass_exit_code = !strcmp(text, "command");
	if (o->pass_exit_code || !strcmp(text, "verdict"))
		return 0;
	return error_set(why, -EINVAL, "--exit-code takes command or verdict");
}

int take_shared(int option, const char *text, struct experiment_options *o)
{
	struct error why = {};
	int err = 0;

	switch (option) {
	case OPTION_MECHANISMS:
		return allow_mechanisms(text);
	case OPTION_MAX_DELAY:
		err = take_duration("--max-delay", text, MAX_DELAY_NS, &max_delay_ns, &why);
		break;
	case OPTION_MAX_SPIN:
		err = take_duration("--max-spin", text, LONGEST_SPIN_NS, &max_spin_ns, &why);
		break;
	case OPTION_MAX_CHANCE:
		err = parse_chance(text, &safety.max_chance_ppm, &why);
		break;
	case OPTION_MAX_INJECTIONS:
		err = take_max_injections(text, &why);
		break;
	case OPTION_UNPROTECT:
		err = parse_unprotect(text, &safety, &why);
		break;
	case OPTION_HOST:
		host = true;
		break;
	case OPTION_TRUST:
		trust = true;
		break;
	case OPTION_DRY_RUN:
		err = take_dry_run(text, o, &why);
		break;
	case OPTION_EXIT_CODE:
		err = take_exit_code(text, o, &why);
		break;
	case OPTION_JSON:
		o->json_path = text;
		break;
	case OPTION_EVENTS:
		o->events_path = text;
		break;
	case OPTION_RECORD:
		o->record_path = text;
		break;
	case OPTION_REPLAY:
		o->replay_path = text;
		break;
	case OPTION_EVENT_BUFFER:
		err = take_buffer(text, &o->events_size, &why);
		break;
	case OPTION_READY_FD:
		err = take_ready_fd(text, &o->ready_fd, &why);
		break;
	case OPTION_QUIET:
		o->quiet = true;
		break;
	case OPTION_DEBUG:
		log_debug_enabled = true;
		break;
	default:
		return -EINVAL;
	}
	if (err)
		log_error("%s", why.message);
	return err;
}

int apply_limits(struct scenario *s)
{
	struct error why = {};
	int err;

	s->max_delay_ns = max_delay_ns;
	s->max_spin_ns = max_spin_ns;
	s->host = host;
	if (safety.max_chance_ppm < s->safety.max_chance_ppm)
		s->safety.max_chance_ppm = safety.max_chance_ppm;
	if (safety.max_injections &&
		(!s->safety.max_injections || safety.max_injections < s->safety.max_injections))
		s->safety.max_injections = safety.max_injections;
	for (unsigned int i = 0; i < safety.n_unprotect; i++)
		if (parse_unprotect(safety.unprotect[i], &s->safety, &why)) {
			log_error("%s", why.message);
			return -EINVAL;
		}
	err = scenario_check_limits(s, &why);
	if (err)
		print_complaint(s->file, &why);
	return err;
}

int read_scenario(const char *path, struct scenario **ret)
{
	struct error why = {};

	if (scenario_read(path, trust, ret, &why)) {
		print_complaint(path, &why);
		return EXIT_USAGE;
	}
	return 0;
}
