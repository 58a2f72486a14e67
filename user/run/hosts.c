// SPDX-License-Identifier: GPL-2.0
#include "run/hosts.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/parts.h"

#define PAUSE_NS 5000000000ull

struct host_look {
	struct gaicb asked;
	char name[256];	  /* a resolver that is left behind reads it */
	uint64_t next_ns; /* when it is asked for again */
	bool under_way;
};

static void take(struct experiment *x, unsigned int i)
{
	struct host_look *l = &x->hosts.looks[i];

	if (!l->asked.ar_result)
		return; /* what was known of it stays */
	if (host_add(&x->targets.hosts[i], l->asked.ar_result))
		engine_set_host(x->engine, i, &x->targets.hosts[i]);
	freeaddrinfo(l->asked.ar_result);
	l->asked.ar_result = NULL;
}

static void look(struct experiment *x, unsigned int i, uint64_t now)
{
	struct host_look *l = &x->hosts.looks[i];
	struct gaicb *list[] = {&l->asked};

	if (l->under_way && gai_error(&l->asked) == EAI_INPROGRESS)
		return;
	if (l->under_way)
		take(x, i);
	l->under_way = false;
	if (now < l->next_ns)
		return;
	l->next_ns = now + PAUSE_NS;
	l->under_way = !getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
}

static void on_tick(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	for (unsigned int i = 0; i < x->targets.n_hosts; i++)
		look(x, i, now_ns);
}

static void set_up(struct host_look *l, const char *name)
{
	snprintf(l->name, sizeof(l->name), "%s", name);
	l->asked = (struct gaicb){.ar_name = l->name, .ar_request = &host_hints};
}

int hosts_begin(struct experiment *x)
{
	unsigned int n = 0;

	if (!x->targets.n_hosts)
		return 0;
	x->hosts.looks = calloc(x->targets.n_hosts, sizeof(*x->hosts.looks));
	if (!x->hosts.looks)
		return -ENOMEM;
	for (unsigned int i = 0; i < x->s->n_faults; i++)
		for (const struct where *w = &x->s->faults[i].where; w; w = w->barred)
			for (unsigned int k = 0; k < w->n_hosts; k++)
				set_up(&x->hosts.looks[n++], w->hosts[k]);
	return loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, on_tick, x, NULL);
}

/* What is under way can't be stopped, and writes there when it comes back: it is left to it. */
void hosts_end(struct experiment *x)
{
	bool all_done = true;

	for (unsigned int i = 0; x->hosts.looks && i < x->targets.n_hosts; i++) {
		struct host_look *l = &x->hosts.looks[i];

		if (l->under_way && gai_cancel(&l->asked) == EAI_NOTCANCELED)
			all_done = false;
		else if (l->under_way && l->asked.ar_result)
			freeaddrinfo(l->asked.ar_result);
	}
	if (all_done)
		free(x->hosts.looks);
	x->hosts.looks = NULL;
}
