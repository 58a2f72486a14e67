// SPDX-License-Identifier: GPL-2.0
/* jinx fail | delay | drop | kill: a scenario of one phase and one fault, from the command line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "faults/kind.h"
#include "run/experiment.h"
#include "scenario/names.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

enum option_id {
	OPTION_ERRNO = 256,
	OPTION_AT,
	OPTION_BY,
	OPTION_INTERRUPTIBLE,
	OPTION_SIGNAL,
	OPTION_ON,
	OPTION_EGRESS,
	OPTION_INGRESS,
	OPTION_CHANCE,
	OPTION_AFTER,
	OPTION_EVERY,
	OPTION_LIMIT,
	OPTION_RATE,
	OPTION_PER,
	OPTION_RAMP,
	OPTION_BURST,
	OPTION_WHERE,
	OPTION_SEED,
	OPTION_FOR,
	OPTION_CGROUP,
	OPTION_UNIT,
	OPTION_CONTAINER,
	OPTION_POD,
	OPTION_PID,
};

/* The options that only one verb takes. */
static bool belongs(int option, enum fault fault)
{
	switch (option) {
	case OPTION_ERRNO:
		return fault == FAULT_FAIL;
	case OPTION_AT:
		return fault == FAULT_FAIL || fault == FAULT_KILL;
	case OPTION_BY:
	case OPTION_INTERRUPTIBLE:
		return fault == FAULT_DELAY;
	case OPTION_SIGNAL:
	case OPTION_ON:
		return fault == FAULT_KILL;
	case OPTION_EGRESS:
	case OPTION_INGRESS:
		return fault == FAULT_DROP;
	default:
		return true;
	}
}

static int say(struct error *why, const char *message)
{
	return error_set(why, -EINVAL, "%s", message);
}

static int set_every(const char *text, struct trigger *t, struct error *why)
{
	uint64_t every;
	int err = parse_count(text, &every, why);

	if (!err && every > UINT32_MAX)
		return say(why, "--every is too large");
	t->every = every;
	return err;
}

static int set_limit(const char *text, struct trigger *t, struct error *why)
{
	int err = parse_count(text, &t->limit, why);

	return err ?: t->limit ? 0 : say(why, "--limit starts at 1");
}

static int set_seed(const char *text, struct scenario *s, struct error *why)
{
	int err = parse_count(text, &s->seed, why);

	s->has_seed = true;
	return err;
}

static int set_target(struct target_spec *t, enum target_kind kind, struct error *why)
{
	if (t->name)
		return say(why, "one target only: --cgroup, --unit, --container, --pod, --pid or a "
				"command");
	t->name = strdup("target");
	t->kind = kind;
	return t->name ? 0 : say(why, "out of memory");
}

static int set_cgroup(struct target_spec *t, const char *text, struct error *why)
{
	int err = set_target(t, TARGET_CGROUP, why);

	if (err)
		return err;
	if (!*text)
		return say(why, "--cgroup is empty");
	t->cgroup = strdup(text);
	return t->cgroup ? 0 : say(why, "out of memory");
}

static int set_pid(struct target_spec *t, const char *text, struct error *why)
{
	uint64_t pid;
	int err = parse_count(text, &pid, why);

	if (!err && (pid < 2 || pid > INT32_MAX))
		return say(why, "--pid takes a process number above 1");
	t->pid = pid;
	return err ?: set_target(t, TARGET_PID, why);
}

static int set_at(const char *text, enum moment *ret, struct error *why)
{
	if (strcmp(text, "entry") && strcmp(text, "exit"))
		return say(why, "--at takes entry or exit");
	*ret = strcmp(text, "exit") ? AT_ENTRY : AT_EXIT;
	return 0;
}

static int take(int option, const char *text, struct scenario *s, struct experiment_options *o,
	struct error *why)
{
	struct fault_spec *f = &s->faults[0];
	struct target_spec *t = &s->targets[0];

	switch (option) {
	case OPTION_ERRNO:
		return parse_errno(text, &f->error, why);
	case OPTION_AT:
		return set_at(text, &f->at, why);
	case OPTION_BY:
		return parse_spread(text, &f->delay, why);
	case OPTION_INTERRUPTIBLE:
		f->interruptible = true;
		return 0;
	case OPTION_SIGNAL:
		return parse_signal(text, &f->signal, why);
	case OPTION_ON:
		return parse_points(text, f, why);
	case OPTION_EGRESS:
		f->direction |= DIRECTION_EGRESS;
		return 0;
	case OPTION_INGRESS:
		f->direction |= DIRECTION_INGRESS;
		return 0;
	case OPTION_CHANCE:
		f->trigger.has_chance = true;
		return parse_chance(text, &f->trigger.chance_ppm, why);
	case OPTION_AFTER:
		return parse_count(text, &f->trigger.after, why);
	case OPTION_EVERY:
		return set_every(text, &f->trigger, why);
	case OPTION_LIMIT:
		return set_limit(text, &f->trigger, why);
	case OPTION_RATE:
		return parse_rate(text, &f->trigger.interval_ns, why);
	case OPTION_PER:
		return parse_per(text, &f->trigger.per, why);
	case OPTION_RAMP:
		return parse_ramp(text, &f->trigger, why);
	case OPTION_BURST:
		return parse_burst_option(text, &f->trigger, why);
	case OPTION_WHERE:
		return parse_where_option(text, &f->where, why);
	case OPTION_SEED:
		return set_seed(text, s, why);
	case OPTION_FOR:
		return parse_duration(text, &s->phases[0].duration_ns, why);
	case OPTION_CGROUP:
		return set_cgroup(t, text, why);
	case OPTION_UNIT:
		return set_target(t, TARGET_UNIT, why) ?: parse_unit(text, &t->unit, why);
	case OPTION_CONTAINER:
		return set_target(t, TARGET_CONTAINER, why)
			       ?: parse_container(text, &t->container, why);
	case OPTION_POD:
		return set_target(t, TARGET_POD, why) ?: parse_pod(text, &t->pod, why);
	case OPTION_PID:
		return set_pid(t, text, why);
	default:
		return take_shared(option, text, o);
	}
}

static int set_command(struct target_spec *t, int argc, char **argv, struct error *why)
{
	int err = set_target(t, TARGET_COMMAND, why);

	if (err)
		return err;
	if (!*argv[0])
		return say(why, "the command begins with the program's name");
	t->command = calloc(argc + 1, sizeof(*t->command));
	if (!t->command)
		return say(why, "out of memory");
	for (int i = 0; i < argc; i++) {
		t->command[i] = strdup(argv[i]);
		if (!t->command[i])
			return say(why, "out of memory");
	}
	return 0;
}

/* What the arguments as a whole lack. */
static int complete(const struct scenario *s, struct error *why)
{
	const struct fault_spec *f = &s->faults[0];

	if (f->fault == FAULT_FAIL && !f->error)
		return say(why, "--errno is missing");
	if (f->fault == FAULT_DELAY && !f->delay.mean_ns)
		return say(why, "--by is missing: how long?");
	if (f->fault == FAULT_KILL && !f->signal)
		return say(why, "--signal is missing");
	if (!f->n_points)
		return say(why, f->fault == FAULT_KILL ? "--on is missing"
						       : "name the calls: jinx fail openat,read");
	if (!s->targets[0].name)
		return say(why, "a target is missing: --cgroup, --unit, --container, --pod, --pid "
				"or -- command");
	if (!s->phases[0].duration_ns && s->targets[0].kind != TARGET_COMMAND)
		return say(why, "--for is missing: every experiment has an end");
	return scenario_validate(s, why);
}

static int parse(
	int argc, char **argv, struct scenario *s, struct experiment_options *o, struct error *why)
{
	static const struct option options[] = {{"errno", 1, NULL, OPTION_ERRNO},
		{"at", 1, NULL, OPTION_AT}, {"signal", 1, NULL, OPTION_SIGNAL},
		{"on", 1, NULL, OPTION_ON}, {"egress", 0, NULL, OPTION_EGRESS},
		{"ingress", 0, NULL, OPTION_INGRESS}, {"chance", 1, NULL, OPTION_CHANCE},
		{"after", 1, NULL, OPTION_AFTER}, {"every", 1, NULL, OPTION_EVERY},
		{"limit", 1, NULL, OPTION_LIMIT}, {"seed", 1, NULL, OPTION_SEED},
		{"rate", 1, NULL, OPTION_RATE}, {"per", 1, NULL, OPTION_PER},
		{"ramp", 1, NULL, OPTION_RAMP}, {"burst", 1, NULL, OPTION_BURST},
		{"where", 1, NULL, OPTION_WHERE}, {"by", 1, NULL, OPTION_BY},
		{"interruptible", 0, NULL, OPTION_INTERRUPTIBLE}, {"for", 1, NULL, OPTION_FOR},
		{"cgroup", 1, NULL, OPTION_CGROUP}, {"unit", 1, NULL, OPTION_UNIT},
		{"container", 1, NULL, OPTION_CONTAINER}, {"pod", 1, NULL, OPTION_POD},
		{"pid", 1, NULL, OPTION_PID}, PLAN_OPTIONS, RUN_OPTIONS, {}};
	struct fault_spec *f = &s->faults[0];
	int c, err;

	/* '-': operands come in order, as option 1; "--" ends the options before the command. */
	while ((c = usage_next_option(argc, argv, "-:", options)) != -1) {
		if (c == '?')
			return say(why, "");
		if (c == 1 && ((f->fault != FAULT_FAIL && f->fault != FAULT_DELAY) || f->n_points))
			return say(why, "a command to run as the target stands after --");
		if (c != 1 && !belongs(c, f->fault))
			return say(why, "that option belongs to another verb");
		err = c == 1 ? parse_points(optarg, f, why) : take(c, optarg, s, o, why);
		if (err)
			return err;
	}
	if (kind_of(f)->set_points)
		kind_of(f)->set_points(f);
	err = optind < argc ? set_command(&s->targets[0], argc - optind, argv + optind, why) : 0;
	err = err ?: narrow_points(f, why);
	return err ?: complete(s, why);
}

static struct scenario *begin(const char *verb)
{
	struct scenario *s = scenario_new();

	if (!s)
		return NULL;
	for (int i = 0; i < NR_FAULTS; i++)
		if (!strcmp(verb, fault_names[i]))
			s->faults[0].fault = i;
	trigger_init(&s->faults[0].trigger);
	s->name = strdup(verb);
	s->phases[0].name = strdup("inject");
	s->n_targets = s->n_phases = s->n_faults = 1;
	return s;
}

int verb_quick(int argc, char **argv)
{
	/* A command's stdout is its own. */
	struct experiment_options o = {
		.started_ns = started_ns, .table = stderr, .events_size = DEFAULT_EVENTS_SIZE};
	struct scenario *s = begin(argv[0]);
	struct error why = {};
	int code;

	if (!s || !s->name || !s->phases[0].name) {
		log_error("out of memory");
		code = VERDICT_FAILED;
	} else if (parse(argc, argv, s, &o, &why)) {
		if (why.message[0])
			log_error("%s", why.message);
		code = usage_point_to(argv[0]);
	} else {
		code = apply_limits(s) ? EXIT_USAGE : run_scenario(s, &o);
	}
	scenario_free(s);
	return code;
}
