// SPDX-License-Identifier: GPL-2.0
/* What must hold of workloads, probes and logs once all of a scenario is known. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/complain.h"

void argv_free(char **argv)
{
	for (char **p = argv; p && *p; p++)
		free(*p);
	free(argv);
}

static void ask_done(struct ask *a)
{
	argv_free(a->exec);
	free(a->user);
	free(a->address);
	free(a->send);
	free(a->expect.body);
	free(a->expect.output);
}

void workload_done(struct workload *w)
{
	free(w->name);
	ask_done(&w->ask);
	free(w->pattern);
	argv_free(w->verify.exec);
	free(w->verify.after);
}

void probe_done(struct probe_spec *p)
{
	free(p->name);
	ask_done(&p->ask);
}

void log_done(struct log_spec *l)
{
	free(l->name);
	free(l->source);
}

static int at(struct error *why, struct place place, int err)
{
	if (err)
		why->place = place;
	return err;
}

static int validate_answer(const struct ask *a, struct error *why)
{
	const struct expected *e = &a->expect;

	if (a->kind != ASK_HTTP && (e->status_low || e->body))
		return complain(why, "status and body are asked of http only");
	if (a->kind != ASK_EXEC && e->has_exit)
		return complain(why, "an exit code is asked of exec only");
	if (a->kind == ASK_HTTP && e->output)
		return complain(why, "http has no output, but a body");
	return 0;
}

static int validate_verify(const struct scenario *s, const struct verify *v, struct error *why)
{
	const char *names[64];

	if (!v->after)
		return 0;
	for (unsigned int i = 0; i < s->n_phases; i++) {
		names[i] = s->phases[i].name;
		if (!strcmp(names[i], v->after))
			return 0;
	}
	return complain_unknown(why, "phase", v->after, names, s->n_phases);
}

static int validate_log(const struct scenario *s, const struct log_spec *l, struct error *why)
{
	const char *names[MAX_TARGETS];

	if (l->kind != LOG_TARGET)
		return 0;
	for (unsigned int i = 0; i < s->n_targets; i++) {
		names[i] = s->targets[i].name;
		if (strcmp(names[i], l->source))
			continue;
		if (s->targets[i].kind != TARGET_COMMAND)
			return complain(why,
				"target \"%s\" is no command: only what jinx starts has an "
				"output that it can keep",
				l->source);
		for (const struct log_spec *other = s->logs; other < l; other++)
			if (other->kind == LOG_TARGET && !strcmp(other->source, l->source))
				return complain(why, "target \"%s\" has two logs", l->source);
		return 0;
	}
	return complain_unknown(why, "target", l->source, names, s->n_targets);
}

int validate_outside(const struct scenario *s, struct error *why)
{
	int err = 0;

	for (const struct workload *w = s->workloads; w < s->workloads + s->n_workloads; w++) {
		err = at(why, w->ask.expect.place, validate_answer(&w->ask, why));
		err = err ?: at(why, w->verify.place, validate_verify(s, &w->verify, why));
		if (err)
			return err;
	}
	for (const struct probe_spec *p = s->probes; p < s->probes + s->n_probes && !err; p++)
		err = at(why, p->ask.expect.place, validate_answer(&p->ask, why));
	if (!err)
		err = at(why, s->standing.ready.probe.ask.expect.place,
			validate_answer(&s->standing.ready.probe.ask, why));
	for (const struct log_spec *l = s->logs; l < s->logs + s->n_logs && !err; l++)
		err = at(why, l->place, validate_log(s, l, why));
	return err;
}
