// SPDX-License-Identifier: GPL-2.0
#include "keeper/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "actors/actor.h"
#include "actors/schedule.h"
#include "base/cleanup.h"
#include "faults/kind.h"
#include "../../bpf/decide.bpf.h"
#include "target/cgroup.h"
#include "target/protected.h"

/* While something acts the heartbeat is looked at so often. */
#define TICK_NS 100000000ull

/* One actor at one target, whatever the number of rules. */
struct company {
	const struct actor *actor;
	struct scene scene;
	unsigned int target;
	bool waits; /* for a process in the target's new cgroup */
};

/* One rule. */
struct act {
	unsigned int binding, rule;
	const struct fault_spec *fault;
	struct company *company;
	uint64_t counted_ns; /* the beginning of the last span that was counted; NEVER: none yet */
	uint64_t until_ns;   /* it acts until then; 0: it doesn't */
	/* With a hazard: the next moment, since the phase began, and how many were drawn. */
	uint64_t moment_ns, n_moments;
};

struct stage {
	struct stage_options o;
	uint64_t rules, began_ns;
	unsigned int n_acts, n_companies;
	struct act acts[MAX_RULES];
	struct company companies[MAX_RULES];
	const char *zones[MAX_TARGETS]; /* that rules have given their commands */
};

static bool is_acted(const struct plan *plan, unsigned int binding)
{
	return actors[plan->bindings[binding].mechanism] != NULL;
}

bool stage_is_needed(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (is_acted(plan, i))
			return true;
	return false;
}

privileges stage_privileges(const struct plan *plan)
{
	privileges all = 0;

	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct actor *a = actors[plan->bindings[i].mechanism];

		if (a)
			all |= a->needs;
		if (a && a->also_needs)
			all |= a->also_needs(plan->rules[plan->bindings[i].rule].fault);
	}
	return all;
}

static unsigned int target_of(const struct plan *plan, unsigned int binding)
{
	return plan->rules[plan->bindings[binding].rule].fault->target;
}

static bool is_first(const struct plan *plan, unsigned int binding)
{
	for (unsigned int i = 0; i < binding; i++)
		if (plan->bindings[i].mechanism == plan->bindings[binding].mechanism &&
			target_of(plan, i) == target_of(plan, binding))
			return false;
	return true;
}

int stage_prepare(const struct plan *plan, const struct targets *t, struct error *why)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct actor *a = actors[plan->bindings[i].mechanism];
		const struct fault_spec *f = plan->rules[plan->bindings[i].rule].fault;
		int err = 0;

		if (a && a->admit)
			err = a->admit(f, why);
		if (!err && a && a->prepare && (a->by_rule || is_first(plan, i)))
			err = a->prepare(&t->all[f->target], f, t->janitor.journal, why);
		if (err)
			return err;
	}
	return 0;
}

bool stage_foretells(const struct plan *p, const struct planned_rule *r, char *ret, size_t size)
{
	const struct actor *a =
		r->n_bindings ? actors[p->bindings[r->first_binding].mechanism] : NULL;

	*ret = '\0';
	if (a && a->foretell)
		a->foretell(r->fault, ret, size);
	return *ret;
}

static void hold(void *context, unsigned int index, uint64_t until_ns)
{
	const struct stage *st = context;

	engine_hold(st->o.engine, index, until_ns);
}

static int throttle(void *context, unsigned int index, uint32_t share_ppm)
{
	const struct stage *st = context;

	return engine_throttle(st->o.engine, index, share_ppm);
}

static void skew(void *context, unsigned int index, const struct skew *skew)
{
	const struct stage *st = context;

	engine_skew(st->o.engine, index, skew);
}

static void spare(void *context, unsigned int index, pid_t pid, bool is)
{
	const struct stage *st = context;

	engine_spare(st->o.engine, index, pid, is);
}

static int zone(void *context, unsigned int index, const char *zone)
{
	struct stage *st = context;
	struct targets *all = st->o.targets;

	if (zone && st->zones[index])
		return -EALREADY;
	st->zones[index] = zone;
	for (unsigned int i = 0; i < all->n_executables; i++)
		if (all->executables[i].targets >> index & 1)
			all->executables[i].zone = zone;
	return 0;
}

static void skewed(void *context, unsigned int index, struct skew *ret)
{
	const struct stage *st = context;

	engine_skewed(st->o.engine, index, ret);
}

static uint64_t deadline(const void *context)
{
	const struct stage *st = context;

	return engine_deadline(st->o.engine);
}

/* Of the processes that are drawn; the moments' are those next to it. Not the kernel side's. */
static uint64_t stage_seed(const struct stage *st, unsigned int rule)
{
	return random_at(~st->o.seed, 2 * rule);
}

static bool is_protected(const void *context, pid_t pid)
{
	const struct stage *st = context;

	return protected_from_signals(st->o.plan->scenario, pid);
}

static struct company *company_of(struct stage *st, unsigned int binding)
{
	const struct actor *a = actors[st->o.plan->bindings[binding].mechanism];
	unsigned int rule = st->o.plan->bindings[binding].rule;
	unsigned int target = target_of(st->o.plan, binding);
	struct company *c;

	for (unsigned int i = 0; i < st->n_companies; i++)
		if (st->companies[i].actor == a && st->companies[i].target == target && !a->by_rule)
			return &st->companies[i];
	c = &st->companies[st->n_companies++];
	*c = (struct company){.actor = a,
		.target = target,
		.scene = {.target = &st->o.targets->all[target],
			.journal = st->o.targets->janitor.journal,
			.hold = hold,
			.throttle = throttle,
			.skew = skew,
			.spare = spare,
			.zone = zone,
			.skewed = skewed,
			.context = st,
			.deadline = deadline,
			.id = st->o.targets->id,
			.index = target,
			.rule = rule,
			.fault = st->o.plan->rules[rule].fault,
			.is_protected = is_protected,
			.seed = stage_seed(st, rule),
			.record = NO_RECORD}};
	return c;
}

struct stage *stage_new(const struct stage_options *o)
{
	struct stage *st = calloc(1, sizeof(*st));

	if (!st)
		return NULL;
	st->o = *o;
	for (unsigned int i = 0; i < o->plan->n_bindings; i++) {
		unsigned int rule = o->plan->bindings[i].rule;

		if (is_acted(o->plan, i))
			st->acts[st->n_acts++] = (struct act){.binding = i,
				.rule = rule,
				.fault = o->plan->rules[rule].fault,
				.company = company_of(st, i),
				.counted_ns = NEVER};
	}
	return st;
}

void stage_free(struct stage *st)
{
	if (st)
		stage_arm(st, 0, 0);
	free(st);
}

/* The last one of its rules ends then; 0: none acts. */
static uint64_t until_of(const struct stage *st, const struct company *c)
{
	uint64_t until = 0;

	for (unsigned int i = 0; i < st->n_acts; i++)
		if (st->acts[i].company == c && st->acts[i].until_ns > until)
			until = st->acts[i].until_ns;
	return until;
}

static int arm(struct stage *st, struct company *c, uint64_t until_ns)
{
	int err;

	if (c->scene.target->gone)
		return -ENOENT;
	if (!c->scene.acts && holds_target(c->scene.fault) &&
		protected_from_pause(st->o.plan->scenario, c->scene.target))
		return -EPERM;
	err = c->actor->arm(&c->scene, until_ns);
	if (!err && !c->actor->at_once)
		c->scene.acts = true;
	return err;
}

static void look(const struct stage *st)
{
	for (unsigned int i = 0; i < st->n_acts; i++) {
		const struct act *a = &st->acts[i];

		if (a->company->scene.acts && a->company->actor->look)
			a->company->actor->look(&a->company->scene, &st->o.taken[a->rule]);
	}
}

static void disarm(struct company *c)
{
	if (c->scene.acts)
		c->actor->disarm(&c->scene);
	c->scene.acts = false;
}

/* By its path: the keeper has no descriptor of a cgroup that came back. */
static bool is_inhabited(const struct target *t)
{
	_cleanup_fd_ int dir = open(t->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return dir >= 0 && cgroup_is_inhabited(dir);
}

static bool waits(struct company *c)
{
	c->waits = c->waits && !c->scene.target->gone && !is_inhabited(c->scene.target);
	return c->waits;
}

/* What of its rules have ended does not hold any more; what waited is done. */
static void settle(struct stage *st)
{
	for (unsigned int i = 0; i < st->n_companies; i++) {
		struct company *c = &st->companies[i];
		uint64_t until = until_of(st, c);
		bool waited = c->waits;

		if (!until)
			disarm(c);
		else if (c->scene.acts || (waited && !waits(c)))
			(void)arm(st, c, until);
	}
}

static void tend(struct stage *st)
{
	for (unsigned int i = 0; i < st->n_companies; i++) {
		struct company *c = &st->companies[i];

		if (c->scene.acts && c->actor->tend)
			c->actor->tend(&c->scene);
	}
}

/* What is over is not begun again before its rules say so. */
static void notice_ends(struct stage *st)
{
	for (unsigned int i = 0; i < st->n_acts; i++) {
		struct company *c = st->acts[i].company;

		if (c->scene.acts && c->actor->has_ended && c->actor->has_ended(&c->scene))
			st->acts[i].until_ns = 0;
	}
}

static enum reason reason_of(int err)
{
	if (err == -EPERM)
		return REASON_PROTECTED;
	if (err == -EALREADY)
		return REASON_SHADOWED;
	return err ? REASON_REFUSED : REASON_INJECTED;
}

static enum reason begin(struct stage *st, struct act *a, uint64_t until_ns, bool expired)
{
	uint64_t others = until_of(st, a->company);
	enum reason r;

	if (expired)
		return REASON_EXPIRED;
	if (st->o.observe)
		return REASON_OBSERVED;
	if (!engine_may_inject(st->o.engine))
		return REASON_CAP;
	r = reason_of(arm(st, a->company, until_ns > others ? until_ns : others));
	if (r == REASON_INJECTED && !a->company->actor->at_once)
		a->until_ns = until_ns;
	return r;
}

/* At the latest with its phase, if that has an end; by its verb it has no other. */
static uint64_t end_of(const struct stage *st, const struct act *a, struct span s)
{
	uint64_t phase_ns = st->o.plan->scenario->phases[a->fault->phase].duration_ns ?: NEVER;
	uint64_t end_ns = s.to_ns < phase_ns ? s.to_ns : phase_ns;

	return end_ns == NEVER ? NEVER : st->began_ns + end_ns;
}

/* The moments of a hazard, and what begins there; or what the timeline says. */
static struct span next_span(const struct act *a, uint64_t at)
{
	const struct fault_spec *f = a->fault;
	uint64_t end = f->until_ns ?: NEVER;

	if (!f->trigger.hazard_ns)
		return schedule_at(f, at);
	if (a->moment_ns >= end || (f->trigger.limit && a->n_moments > f->trigger.limit))
		return (struct span){NEVER, NEVER};
	return (struct span){a->moment_ns, a->moment_ns + (f->hold_ns ?: 1)};
}

/* Not before then. */
static void draw_moment(const struct stage *st, struct act *a, uint64_t from_ns)
{
	if (a->fault->trigger.hazard_ns)
		a->moment_ns = schedule_moment(random_at(~st->o.seed, 2 * a->rule + 1),
			a->n_moments++, a->fault->trigger.hazard_ns, from_ns);
}

static void begin_span(
	struct stage *st, struct act *a, struct span s, uint64_t until_ns, bool expired)
{
	struct counters *c = &st->o.counters[a->binding];
	enum reason r = begin(st, a, until_ns, expired);

	a->counted_ns = s.from_ns;
	c->eligible++;
	c->matched++;
	c->by_reason[r]++;
	/* While it acts it can't happen again. */
	draw_moment(st, a, a->until_ns ? s.to_ns : s.from_ns);
}

/* Returns when there is something to do for it again. */
static uint64_t run(struct stage *st, struct act *a, uint64_t now, bool expired)
{
	uint64_t at = now - st->began_ns;
	struct span s = next_span(a, at);

	if (a->until_ns && (expired || now >= a->until_ns))
		a->until_ns = 0;
	if (s.from_ns != NEVER && at >= s.from_ns && a->counted_ns != s.from_ns) {
		begin_span(st, a, s, end_of(st, a, s), expired);
		s = a->fault->trigger.hazard_ns ? next_span(a, at) : s;
	}
	if (a->until_ns)
		return a->until_ns;
	if (s.from_ns == NEVER || at < s.from_ns)
		return s.from_ns == NEVER ? NEVER : st->began_ns + s.from_ns;
	if (a->counted_ns != s.from_ns) /* one that is due as well */
		return now;
	/* Past it nothing is left to do but to be disarmed. */
	return end_of(st, a, s) > now ? end_of(st, a, s) : NEVER;
}

/* At the latest then. */
static uint64_t next_of_actors(const struct stage *st, uint64_t next)
{
	for (unsigned int i = 0; i < st->n_companies; i++) {
		const struct company *c = &st->companies[i];
		uint64_t when = c->scene.acts && c->actor->goes_on ? c->actor->goes_on(&c->scene)
								   : UINT64_MAX;

		next = when < next ? when : next;
	}
	return next;
}

uint64_t stage_run(struct stage *st, uint64_t now_ns)
{
	bool expired = now_ns > engine_deadline(st->o.engine);
	uint64_t next = UINT64_MAX, acting = 0;

	journal_renew(st->o.targets->janitor.journal, now_ns + VOUCH_NS);
	look(st);
	notice_ends(st);
	for (unsigned int i = 0; i < st->n_acts; i++) {
		struct act *a = &st->acts[i];
		uint64_t when = NEVER;

		if (st->rules >> a->rule & 1)
			when = run(st, a, now_ns, expired);
		if (when < next)
			next = when;
		acting |= a->until_ns;
	}
	settle(st);
	tend(st);
	next = acting && next > now_ns + TICK_NS ? now_ns + TICK_NS : next;
	return next_of_actors(st, next);
}

void stage_arm(struct stage *st, uint64_t rules, uint64_t began_ns)
{
	look(st);
	for (unsigned int i = 0; i < st->n_acts; i++) {
		st->acts[i].until_ns = 0;
		st->acts[i].counted_ns = NEVER;
		st->acts[i].n_moments = 0;
		draw_moment(st, &st->acts[i], st->acts[i].fault->from_ns);
	}
	settle(st);
	st->rules = rules;
	st->began_ns = began_ns;
}

void stage_move(struct stage *st, unsigned int target)
{
	for (unsigned int i = 0; i < st->n_companies; i++) {
		struct company *c = &st->companies[i];
		uint64_t until = until_of(st, c);

		if (c->target != target)
			continue;
		disarm(c);
		c->waits = c->actor->after_owner;
		if (until && !waits(c))
			(void)arm(st, c, until); /* what can't be had there is not held there */
	}
}
