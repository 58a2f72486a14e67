// SPDX-License-Identifier: GPL-2.0
/* What several verbs have in common. */
#include <errno.h>
#include <math.h>
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

struct planning {
	const struct scenario *scenario;
	struct plan *plan;
};

/* A probe that would only find mechanisms that come after those of the plan is left out. */
static bool plan_wants(enum mechanism m, const struct caps *caps, void *context)
{
	struct planning *p = context;

	plan_make(p->scenario, caps, p->plan);
	return plan_lacks(p->plan, m);
}

void probe_and_plan(const struct scenario *s, uint64_t allowed, struct caps *caps, struct plan *ret)
{
	struct planning planning = {s, ret};

	caps_probe(caps, plan_candidates(s) & allowed, plan_wants, &planning);
	for (int m = 0; m < NR_MECHANISMS; m++)
		if (!(allowed & (1ull << m)))
			snprintf(caps->mechanisms[m].reason, sizeof(caps->mechanisms[m].reason),
				"left out by --mechanisms");
	plan_make(s, caps, ret);
	plan_tell(ret);
}

/* What lasts as long as its phase, like a hang, is stretched with it. */
static uint64_t longest_delay_ns(const struct plan_options *o)
{
	double longest = o->max_delay_ns * fmax(o->settings.scale, 1);

	return longest < MAX_DELAY_NS ? longest : MAX_DELAY_NS;
}

int apply_limits(struct scenario *s, const struct plan_options *o, struct error *why)
{
	s->max_delay_ns = longest_delay_ns(o);
	s->max_spin_ns = o->max_spin_ns;
	s->host = o->host;
	if (o->safety.max_chance_ppm < s->safety.max_chance_ppm)
		s->safety.max_chance_ppm = o->safety.max_chance_ppm;
	if (o->safety.max_injections &&
		(!s->safety.max_injections || o->safety.max_injections < s->safety.max_injections))
		s->safety.max_injections = o->safety.max_injections;
	for (unsigned int i = 0; i < o->safety.n_unprotect; i++)
		if (parse_unprotect(o->safety.unprotect[i], &s->safety, why))
			return -EINVAL;
	return scenario_check_limits(s, why);
}

int read_scenario(const char *path, const struct plan_options *o, struct scenario **ret)
{
	struct complaints all;
	int err = scenario_read(path, o->trust, &o->settings, ret, &all);

	if (!err) {
		err = apply_limits(*ret, o, &all.all[0]);
		if (err)
			scenario_free(*ret);
	}
	for (unsigned int i = 0; err && i < all.n; i++)
		print_complaint(path, &all.all[i]);
	if (err && all.left)
		log_error("%s: and %u more", path, all.left);
	return err ? EXIT_USAGE : 0;
}
