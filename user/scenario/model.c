// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/code.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/outside.h"

struct scenario *scenario_new(void)
{
	struct scenario *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->safety.max_chance_ppm = PPM;
	s->max_delay_ns = DEFAULT_MAX_DELAY_NS;
	s->max_spin_ns = DEFAULT_MAX_SPIN_NS;
	return s;
}

static void free_list(char **list)
{
	for (char **p = list; p && *p; p++)
		free(*p);
	free(list);
}

static void free_identities(struct identities *who)
{
	for (unsigned int i = 0; i < MAX_IDENTITIES; i++) {
		free(who->comm[i]);
		free(who->thread_name[i]);
		free(who->exe[i]);
	}
	for (unsigned int i = 0; i < MAX_IDENTITIES; i++)
		free(who->cmdline[i]);
}

void where_done(struct where *w)
{
	for (unsigned int i = 0; i < MAX_FILTERS; i++) {
		free(w->paths[i].directory);
		free(w->stacks[i].file);
		free(w->stacks[i].symbol);
		free(w->hosts[i]);
		free(w->devices[i]);
	}
	free_identities(&w->who);
	if (w->barred)
		where_done(w->barred);
	free(w->barred);
	free(w->text);
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	for (unsigned int i = 0; i < MAX_TARGETS; i++) {
		struct target_spec *t = &s->targets[i];

		free(t->name);
		free(t->cgroup);
		free(t->unit);
		free(t->container);
		free(t->pod);
		free_list(t->command);
		free(t->user);
		free(t->workload);
		free_identities(&t->only);
		free_identities(&t->except);
		free(t->only_text);
		free(t->except_text);
	}
	for (unsigned int i = 0; i < MAX_RULES; i++) {
		code_release(s->faults[i].points, s->faults[i].n_points);
		where_done(&s->faults[i].where);
		for (unsigned int k = 0; k < MAX_TARGETS; k++)
			free(s->faults[i].partition.all[k].name);
		free(s->faults[i].exhaust.disk);
		free(s->faults[i].limit.disk);
	}
	code_release(s->observed, s->n_observed);
	for (unsigned int i = 0; i < MAX_PHASES; i++)
		free(s->phases[i].name);
	judging_done(&s->judging);
	standing_done(&s->standing);
	for (unsigned int i = 0; i < MAX_WORKLOADS; i++)
		workload_done(&s->workloads[i]);
	for (unsigned int i = 0; i < MAX_PROBES; i++)
		probe_done(&s->probes[i]);
	for (unsigned int i = 0; i < MAX_LOGS; i++)
		log_done(&s->logs[i]);
	free(s->file);
	free(s->name);
	free(s->about);
	free(s);
}

enum role scenario_role(const struct scenario *s, unsigned int phase)
{
	bool before = false;

	for (unsigned int i = 0; i < s->n_faults; i++) {
		if (s->faults[i].phase == phase)
			return ROLE_INJECT;
		before |= s->faults[i].phase < phase;
	}
	return before ? ROLE_RECOVER : ROLE_BASELINE;
}

bool has_identities(const struct identities *who)
{
	return who->n_comm || who->n_thread_name || who->n_uid || who->n_exe || who->n_cmdline;
}

unsigned int fault_targets(const struct fault_spec *f)
{
	return f->partition.targets ?: 1u << f->target;
}

unsigned int where_asks(const struct where *w)
{
	return w->filter.asks | (w->barred ? w->barred->filter.asks : 0);
}

static int at(struct error *why, struct place place, int err)
{
	if (err)
		why->place = place;
	return err;
}

/* Its times lie in its phase; one without a length (a quick verb's) has room for all. */
static int validate_times(const struct fault_spec *f, uint64_t phase_ns, struct error *why)
{
	if (f->until_ns && f->from_ns >= f->until_ns)
		return complain(why, "\"until\" is not after \"from\"");
	if (phase_ns && f->from_ns >= phase_ns)
		return complain(why, "\"from\" is not before the phase's end");
	if (phase_ns && f->until_ns > phase_ns)
		return complain(why, "\"until\" is after the phase's end");
	if (f->trigger.has_ramp && !phase_ns && !f->until_ns)
		return complain(why, "a ramp needs an end: how long is it to take?");
	return 0;
}

/* What the kernel side couldn't find out at a packet, or at a call that was named. */
static int validate_where(const struct fault_spec *f, struct error *why)
{
	unsigned int asks = where_asks(&f->where);

	if (!strikes_calls(f) && asks & ~FILTER_PACKET)
		return complain(why,
			"packets have ports, addresses and protocols: \"where\" takes nothing "
			"else with %s",
			fault_names[f->fault]);
	if (!strikes_calls(f) || !(asks & (FILTER_FD | FILTER_PATH | FILTER_PEER)))
		return 0;
	for (unsigned int i = 0; i < f->n_points; i++) {
		const struct point_row *p = &points[f->points[i]];

		if (f->from_group[i])
			continue;
		if (asks & (FILTER_FD | FILTER_PEER) && !point_has_descriptor(f->points[i]))
			return complain(why,
				"\"%s\" works on no descriptor: fd, port, cidr, host, "
				"protocol and socket can't be asked of it",
				p->name);
		if (asks & FILTER_PATH && !point_has_path(f->points[i]))
			return complain(
				why, "\"%s\" is about no file: path can't be asked of it", p->name);
	}
	return 0;
}

/* Calls that are named have to tell how much they are about; of a group the others pass. */
static int validate_budget(const struct fault_spec *f, struct error *why)
{
	const struct trigger *t = &f->trigger;

	if (!strikes_calls(f) && (t->after_bytes || t->open_fds))
		return complain(why, "\"after_bytes\" and \"open_fds\" are of system calls");
	if (t->open_fds && f->at == AT_EXIT)
		return complain(why, "\"open_fds\" asks before the call: it takes no \"at: exit\"");
	for (unsigned int i = 0; i < f->n_points; i++) {
		const struct point_row *p = &points[f->points[i]];

		if (t->after_bytes && !f->from_group[i] && p->amount.kind == AMOUNT_NONE)
			return complain(why,
				"\"%s\" doesn't say how many bytes it reads or writes: "
				"\"after_bytes\" can't count it",
				p->name);
		if (t->open_fds && !(p->groups & GROUP_NEWFD))
			return complain(why,
				"\"%s\" makes no descriptor: \"open_fds\" can't be asked of it "
				"(%%newfd has those that do)",
				p->name);
	}
	return 0;
}

/* The others have them in registers. */
static bool takes_many_arguments(enum point p)
{
	const struct code_place *c = code_place(p);

	return c && (c->kind == CODE_TRACEPOINT || c->kind == CODE_USDT);
}

static int validate_arguments(const struct fault_spec *f, struct error *why)
{
	for (const struct where *w = &f->where; w; w = w->barred)
		for (unsigned int i = 0; i < w->filter.n_arguments; i++) {
			unsigned int n = w->filter.arguments[i].argument;

			for (unsigned int k = 0; k < f->n_points && n >= CALL_ARGUMENTS; k++)
				if (!takes_many_arguments(f->points[k]))
					return complain(why,
						"\"%s\" has no argument %u: of calls and functions "
						"there are 0 to 5",
						points[f->points[k]].name, n);
		}
	return 0;
}

/* What has no return, and what is no system call. */
static int validate_code(const struct fault_spec *f, struct error *why)
{
	for (unsigned int i = 0; i < f->n_points; i++) {
		const struct code_place *c = code_place(f->points[i]);
		const char *name = points[f->points[i]].name;

		if (!c)
			continue;
		if (c->kind == CODE_TRACEPOINT && (f->fault == FAULT_FAIL || f->at == AT_EXIT))
			return complain(why,
				"\"%s\" is a tracepoint: nothing returns from it, nor can it fail",
				name);
		if (c->kind == CODE_USDT && (f->fault == FAULT_FAIL || f->at == AT_EXIT))
			return complain(why,
				"\"%s\" is inside of a function: nothing returns from it, nor can "
				"it fail",
				name);
		if (c->kind == CODE_USER && strchr(c->name, '+') &&
			(f->fault == FAULT_FAIL || f->at == AT_EXIT))
			return complain(why,
				"\"%s\" is inside of the function: it can fail and return at its "
				"beginning alone",
				name);
	}
	return validate_arguments(f, why);
}

static int validate_trigger(const struct trigger *t, struct error *why)
{
	if (t->has_chance && t->has_ramp)
		return complain(why, "a fault takes chance or ramp, not both");
	if (!t->every)
		return complain(why, "\"every\" is 0: the least is 1");
	if (t->after > INT64_MAX || t->limit > INT64_MAX)
		return complain(
			why, "\"after\" and \"limit\": the most is %lld", (long long)INT64_MAX);
	return 0;
}

static int validate_targets(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	for (unsigned int i = 0; i < s->n_targets; i++) {
		const struct target_spec *t = &s->targets[i];
		const char *never = NULL;

		if (!(fault_targets(f) & 1u << i))
			continue;
		if (t->kind == TARGET_PID)
			never = kind_of(f)->no_process;
		if (!never && (has_identities(&t->only) || has_identities(&t->except)))
			never = kind_of(f)->not_narrowed;
		if (!never && kind_of(f)->not_to)
			never = kind_of(f)->not_to(f, t);
		if (never)
			return complain(why, "%s", never);
	}
	return kind_of(f)->check_targets ? kind_of(f)->check_targets(s, f, why) : 0;
}

static int validate_fault(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	int err = validate_times(f, s->phases[f->phase].duration_ns, why);

	if (!err && f->partition.n_networks && f->where.n_networks > f->partition.n_networks)
		return complain(why, "a partition names its networks itself: \"where\" takes no "
				     "cidr beside them");
	if (!err && f->trigger.hazard_ns && !takes_hazard(f))
		return complain(
			why, "\"hazard\" belongs to suspend and reset, and to kill without \"on\"");
	if (!err && f->has_to && !signals_target(f))
		return complain(why, "with \"on\" the calling process gets the signal: \"to\" "
				     "belongs to a kill without");
	if (!err)
		err = validate_trigger(&f->trigger, why);
	if (!err && strikes_singly(f))
		err = validate_bios(s, f, why) ?: validate_code(f, why) ?: validate_where(f, why) ?: validate_budget(f, why);
	if (!err)
		err = validate_targets(s, f, why);
	if (err)
		return err;
	if (!strikes_singly(f))
		return kind_of(f)->validate(f, why);
	if (f->n_points == 0)
		return complain(
			why, "\"%s\" needs \"on\": the system calls", fault_names[f->fault]);
	if (!strikes_calls(f) && f->trigger.per == PER_TASK)
		return complain(
			why, "packets belong to no task: \"per\" takes target or call here");
	return kind_of(f)->validate ? kind_of(f)->validate(f, why) : 0;
}

/* The kernel side's tables of values have room for so many of all rules together. */
static int validate_room(const struct scenario *s, struct error *why)
{
	_Static_assert(HOST_ADDRESSES == 16, "so it says");
	static const char a_host[] = " (a host counts as 16)";
	struct {
		const char *key;
		unsigned int n, most;
	} keys[] = {{"stack", 0, MAX_STACK_TESTS}, {"port", 0, MAX_TESTS}, {"cidr", 0, MAX_TESTS},
		{"path", 0, MAX_TESTS}, {"cmdline", 0, MAX_CMDLINES}, {"socket", 0, MAX_TESTS},
		{"names", 0, MAX_DNS_TESTS}, {"paths", 0, MAX_HTTP_TESTS},
		{"device", 0, MAX_DEVICE_TESTS}};

	for (unsigned int i = 0; i < s->n_targets; i++)
		keys[4].n += s->targets[i].only.n_cmdline + s->targets[i].except.n_cmdline;

	for (unsigned int i = 0; i < s->n_faults; i++) {
		for (const struct where *w = &s->faults[i].where; w; w = w->barred) {
			keys[0].n += w->n_stacks;
			keys[1].n += w->n_ports;
			keys[2].n += w->n_networks + w->n_hosts * HOST_ADDRESSES;
			keys[3].n += w->n_paths;
			keys[4].n += w->who.n_cmdline;
			keys[5].n += w->n_sockets;
			keys[8].n += w->n_devices;
		}
		keys[6].n += s->faults[i].dns.n;
		keys[7].n += s->faults[i].respond.n;
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			if (keys[k].n > keys[k].most)
				return at(why, s->faults[i].place,
					complain(why, "more than %u values of \"%s\" in all%s",
						keys[k].most, keys[k].key, k == 2 ? a_host : ""));
	}
	return 0;
}

const char *target_called(const struct target_spec *t)
{
	static char text[80];

	if (!strcmp(t->name, "target"))
		return "the target";
	snprintf(text, sizeof(text), "target %s", t->name);
	return text;
}

int find_workload(const struct scenario *s, const char *name)
{
	for (unsigned int i = 0; i < s->n_workloads; i++)
		if (!strcmp(s->workloads[i].name, name))
			return i;
	return -1;
}

static int unknown_workload(const struct scenario *s, const char *name, struct error *why)
{
	const char *names[MAX_WORKLOADS];

	for (unsigned int i = 0; i < s->n_workloads; i++)
		names[i] = s->workloads[i].name;
	return complain_unknown(why, "workload", name, names, s->n_workloads);
}

static bool same_workload(const struct target_spec *a, const struct target_spec *b)
{
	return a->kind == b->kind && (a->workload && b->workload ? !strcmp(a->workload, b->workload)
								 : a->workload == b->workload);
}

static int validate_workload_target(
	const struct scenario *s, const struct target_spec *t, struct error *why)
{
	if (!s->n_workloads)
		return complain(why, "the target is the workload, but there is no \"workload\"");
	if (t->workload && !s->names_workloads)
		return complain(why, "the workload has no name: \"workload: true\" means it");
	if (t->workload && find_workload(s, t->workload) < 0)
		return unknown_workload(s, t->workload, why);
	for (const struct target_spec *other = s->targets; other < t; other++)
		if (same_workload(other, t))
			return complain(why, "the workload can be one target only");
	return 0;
}

static int validate_workload_targets(const struct scenario *s, struct error *why)
{
	int err = 0;

	for (const struct target_spec *t = s->targets; t < s->targets + s->n_targets && !err; t++)
		if (t->kind == TARGET_WORKLOAD)
			err = at(why, t->place, validate_workload_target(s, t, why));
	return err;
}

/* What there has to be, or nothing else can be said. */
static int validate_whole(const struct scenario *s, struct error *why)
{
	struct place top = {1, 1};

	if (s->seed > INT64_MAX) /* reports give it as one of JSON's integers */
		return at(why, top,
			complain(why, "\"seed\": the most is %lld", (long long)INT64_MAX));
	if (!s->n_targets)
		return at(why, top,
			complain(why, "\"target\" is missing: name the target of the faults"));
	if (!s->n_phases)
		return at(why, top, complain(why, "\"timeline\" is missing or empty"));
	if (!s->n_faults && !s->n_observed)
		return at(why, s->phases[0].place,
			complain(why,
				"no fault in the timeline, and no call to observe: nothing to do"));
	return validate_workload_targets(s, why);
}

int scenario_complain(const struct scenario *s, struct complaints *all)
{
	struct error why = {};

	if (validate_whole(s, &why)) {
		complaints_add(all, &why);
		return -EINVAL;
	}
	for (unsigned int i = 0; i < s->n_faults; i++)
		if (validate_fault(s, &s->faults[i], &why)) {
			at(&why, s->faults[i].place, -EINVAL);
			complaints_add(all, &why);
		}
	if (validate_outside(s, &why) || validate_room(s, &why))
		complaints_add(all, &why);
	if (validate_nodes(s, &why))
		complaints_add(all, &why);
	return all->n ? -EINVAL : 0;
}

int scenario_validate(const struct scenario *s, struct error *why)
{
	struct complaints all = {};
	int err = scenario_complain(s, &all);

	*why = all.all[0];
	return err;
}

/* The chance that a fault may come to. */
static uint32_t highest_chance(const struct trigger *t)
{
	return t->has_ramp && t->ramp_ppm > t->chance_ppm ? t->ramp_ppm : t->chance_ppm;
}

int scenario_check_limits(const struct scenario *s, struct error *why)
{
	for (unsigned int i = 0; i < s->n_faults; i++) {
		const struct fault_spec *f = &s->faults[i];

		if (kind_of(f)->check_limits && kind_of(f)->check_limits(s, f, why))
			return at(why, f->place, -EINVAL);
		if (highest_chance(&f->trigger) > s->safety.max_chance_ppm)
			return at(why, f->place,
				complain(why, "a chance of %g%% is above max_chance, which is %g%%",
					highest_chance(&f->trigger) * 100.0 / PPM,
					s->safety.max_chance_ppm * 100.0 / PPM));
	}
	return 0;
}
