// SPDX-License-Identifier: GPL-2.0
#include "run/showing.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/process.h"
#include "faults/kind.h"
#include "run/parts.h"

#define FRAME_NS 250000000ull

static uint64_t all_operations(const struct experiment *x)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < x->s->n_phases; i++)
		sum += x->measure->phases[i].operations;
	return sum;
}

static void take_rates(struct experiment *x, struct progress *p, uint64_t now)
{
	struct showing *s = &x->showing;
	const struct instant here = {now, all_operations(x), p->injected},
			     *then = &s->last[s->n < SHOWING_MOMENTS ? 0 : s->n % SHOWING_MOMENTS];
	double seconds = s->n ? (now - then->at_ns) / 1e9 : 0;

	p->operations_rate = seconds > 0 ? (here.operations - then->operations) / seconds : 0;
	p->injected_rate = seconds > 0 ? (here.injected - then->injected) / seconds : 0;
	s->last[s->n++ % SHOWING_MOMENTS] = here;
}

static void take_rule(const struct experiment *x, unsigned int i, struct view_rule *r)
{
	const struct planned_rule *rule = &x->measure->plan->rules[i];

	r->armed = x->timeline.open && rule->fault->phase == x->timeline.phase && !rule->refused;
	r->eligible = r->matched = r->injected = 0;
	for (unsigned int b = 0; b < rule->n_bindings; b++) {
		const struct counters *c = &x->measure->counters[rule->first_binding + b];

		r->eligible += c->eligible;
		r->matched += c->matched;
		r->injected += c->by_reason[REASON_INJECTED];
	}
}

static void take_guard(
	const struct experiment *x, unsigned int i, uint64_t now, struct view_guard *g)
{
	uint64_t since = x->guards.since_ns[i];

	g->on = x->guards.on[i];
	g->held_ns = since && now > since ? now - since : 0;
}

static uint64_t all_left(const struct experiment *x, uint64_t now)
{
	uint64_t sum = timeline_left_ns(x, now);

	for (unsigned int i = x->timeline.phase + 1; i < x->s->n_phases; i++)
		sum += x->s->phases[i].duration_ns;
	return sum;
}

static void take(struct experiment *x, uint64_t now)
{
	const struct phase_report *phase = &x->measure->phases[x->timeline.phase];
	struct progress *p = &x->showing.now;
	struct headline h;

	measure_headline(phase, &h);
	p->phase = x->s->phases[x->timeline.phase].name;
	p->number = x->timeline.phase + 1;
	p->left_ns = timeline_left_ns(x, now);
	p->endless = timeline_is_endless(x);
	p->between = !x->timeline.open && x->hooks.pending;
	p->passed_ns = now > x->timeline.began_ns ? now - x->timeline.began_ns : 0;
	p->all_left_ns = all_left(x, now);
	p->injected = measure_injected(x->measure);
	p->operations = phase->operations;
	p->failed = phase->failed;
	p->success = h.success_rate;
	p->p50_ms = h.p50_ms;
	p->p99_ms = h.p99_ms;
	take_rates(x, p, now);
	for (unsigned int i = 0; i < p->n_rules; i++)
		take_rule(x, i, &p->rules[i]);
	for (unsigned int i = 0; i < p->n_guards; i++)
		take_guard(x, i, now, &p->guards[i]);
}

/*
 * After a stop the shell has written below what stood there. Looked at before each frame: a wait
 * that a stop interrupts ends without events, and timers come first.
 */
static void look_for_resumption(struct experiment *x)
{
	struct signalfd_siginfo info;

	while (read(x->showing.resumed, &info, sizeof(info)) == sizeof(info))
		panel_forget(&x->showing.view.panel);
}

static void on_frame(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	look_for_resumption(x);
	take(x, now_ns);
	view_show(&x->showing.view, x->out.terminal, &x->showing.now, now_ns);
}

/* A message is coming, and would stand in the middle. */
static void make_way(void *context)
{
	struct experiment *x = context;

	look_for_resumption(x);
	view_end(&x->showing.view, x->out.terminal);
}

/* Commands that jinx starts write to its terminal, and know nothing of lines that renew. */
static bool is_shared(const struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_targets; i++)
		if (x->s->targets[i].kind == TARGET_COMMAND)
			return true;
	return false;
}

/* What stays as it is. */
static void set_up(struct experiment *x)
{
	struct progress *p = &x->showing.now;

	p->name = x->s->name;
	p->id = x->id;
	p->of = x->s->n_phases;
	p->has_load = x->operations.n;
	p->one_line = is_shared(x);
	p->n_rules = x->measure->plan->n_rules;
	p->n_guards = x->s->judging.n_guards;
	for (unsigned int i = 0; i < p->of; i++)
		p->phases[i] = (struct view_phase){
			x->s->phases[i].name, scenario_role(x->s, i), x->s->phases[i].duration_ns};
	for (unsigned int i = 0; i < p->n_rules; i++)
		fault_describe(x->measure->plan->rules[i].fault, p->rules[i].text,
			sizeof(p->rules[i].text));
	for (unsigned int i = 0; i < p->n_guards; i++) {
		const struct guard *g = &x->s->judging.guards[i];

		p->guards[i] = (struct view_guard){.text = g->stop.text,
			.relation = condition_relation(g->stop.condition),
			.now = &x->guards.now[i],
			.for_ns = g->for_ns};
	}
}

static int watch_resumption(struct experiment *x)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCONT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	x->showing.resumed = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return x->showing.resumed < 0 ? -errno : 0;
}

int showing_begin(struct experiment *x)
{
	x->showing.resumed = -1;
	if (x->options->quiet)
		return 0;
	set_up(x);
	log_before(make_way, x);
	return watch_resumption(x)
		       ?: loop_timer(x->loop, x->began_ns + FRAME_NS, FRAME_NS, on_frame, x, NULL);
}

void showing_end(struct experiment *x)
{
	if (x->options->quiet)
		return;
	log_before(NULL, NULL);
	look_for_resumption(x);
	view_end(&x->showing.view, x->out.terminal);
	if (x->showing.resumed >= 0)
		close(x->showing.resumed);
}
