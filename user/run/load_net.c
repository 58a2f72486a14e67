// SPDX-License-Identifier: GPL-2.0
/* A workload over the network: jinx's side of run/loader.h. */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "keeper/keeper.h"
#include "run/load.h"
#include "run/loader.h"

/* How often it is looked what it has told. */
#define READ_NS 10000000ull

/* So long after its death a process has a successor. */
#define RETRY_NS 100000000ull

struct net_load {
	struct load base;
	struct loader *loader;
	pid_t pid; /* of its process; 0: there is none */
	int pidfd;
	struct source *end, *look;
	unsigned int n_cgroups;
	uint64_t again_ns; /* when another process is to be started */
	bool stopped;
};

static struct net_load *net_of(const struct load *l)
{
	return (struct net_load *)l;
}

static struct load *make(const struct load_options *o)
{
	struct net_load *l = calloc(1, sizeof(*l));

	if (l)
		l->loader = o->targets->executables[o->number].argument;
	return l ? &l->base : NULL;
}

static void tell(struct net_load *l, const struct loader_record *r)
{
	static const enum outcome outcomes[] = {
		[REPLY_OK] = OPERATION_SUCCEEDED,
		[REPLY_FAILED] = OPERATION_FAILED,
		[REPLY_TIMED_OUT] = OPERATION_TIMED_OUT,
		[REPLY_CUT_OFF] = OPERATION_CUT_OFF,
		[REPLY_UNKNOWN] = OPERATION_FAILED,
	};
	const struct operation o = {.phase = load_phase_at(&l->base, r->began_ns),
		.planned_ns = r->planned_ns,
		.began_ns = r->began_ns,
		.ended_ns = r->ended_ns,
		.outcome = outcomes[r->result],
		.way = r->way,
		.status = r->status};

	l->base.o.on_end(&o, l->base.o.context);
}

static void read_all(struct net_load *l)
{
	struct loader_record r;

	while (loader_read(l->loader, &r))
		tell(l, &r);
}

static unsigned int under_way(const struct load *base)
{
	struct net_load *l = net_of(base);
	unsigned int n = 0;

	for (unsigned int i = 0; i < base->o.spec->concurrency; i++)
		n += l->pid && atomic_load(&l->loader->slots[i].began_ns);
	return n;
}

/* Its process has ended, and they with it. */
static void end_all(struct net_load *l, enum outcome outcome, int status)
{
	uint64_t now = monotonic_ns();

	read_all(l);
	for (unsigned int i = 0; i < l->base.o.spec->concurrency; i++) {
		struct loader_slot *s = &l->loader->slots[i];
		uint64_t began = atomic_exchange(&s->began_ns, 0);
		const struct operation o = {.phase = load_phase_at(&l->base, began),
			.planned_ns = s->planned_ns,
			.began_ns = began,
			.ended_ns = now,
			.outcome = outcome,
			.status = status};

		if (began)
			l->base.o.on_end(&o, l->base.o.context);
	}
}

static void forget_process(struct net_load *l)
{
	loop_remove(l->end);
	l->end = NULL;
	close(l->pidfd);
	l->pid = 0;
}

static void on_end(uint32_t events, void *context)
{
	struct net_load *l = context;
	int status = 0;

	(void)events;
	if (waitpid(l->pid, &status, WNOHANG) != l->pid)
		return;
	forget_process(l);
	l->again_ns = monotonic_ns() + RETRY_NS;
	end_all(l, OPERATION_CUT_OFF, status);
}

static int spawn(struct net_load *l)
{
	const struct start_request r = {.executable = l->base.o.number, .cgroup = l->n_cgroups++};
	int err = keeper_spawn(l->base.o.keeper, &r, -1, &l->pid, &l->pidfd);

	if (err) {
		l->pid = 0;
		l->again_ns = monotonic_ns() + RETRY_NS;
		return err;
	}
	return loop_watch(l->base.o.loop, l->pidfd, EPOLLIN, on_end, l, &l->end);
}

static void on_look(uint64_t now_ns, void *context)
{
	struct net_load *l = context;

	read_all(l);
	if (!l->pid && !l->stopped && now_ns >= l->again_ns)
		(void)spawn(l);
}

static int prepare(struct load *base)
{
	return spawn(net_of(base));
}

static int start(struct load *base)
{
	struct net_load *l = net_of(base);

	atomic_store(&l->loader->go, true);
	return loop_timer(base->o.loop, monotonic_ns() + READ_NS, READ_NS, on_look, l, &l->look);
}

static void leave(struct net_load *l)
{
	loop_remove(l->look);
	loop_remove(l->end);
	l->look = l->end = NULL;
}

static int drain(struct load *base, struct loop *loop)
{
	struct net_load *l = net_of(base);
	int err;

	l->stopped = true;
	atomic_store(&l->loader->stop, true);
	leave(l);
	base->o.loop = loop;
	err = loop_timer(loop, monotonic_ns(), READ_NS, on_look, l, &l->look);
	if (!err && l->pid)
		err = loop_watch(loop, l->pidfd, EPOLLIN, on_end, l, &l->end);
	return err;
}

static void free_load(struct load *base)
{
	struct net_load *l = net_of(base);

	leave(l);
	if (l->pid) {
		load_kill(base, l->n_cgroups - 1, l->pid, l->pidfd);
		forget_process(l);
	}
	end_all(l, OPERATION_UNFINISHED, 0);
	free(l);
}

static void tell_pace(const struct load *base, struct pace *ret)
{
	*ret = net_of(base)->loader->pace;
}

const struct load_kind load_net = {
	make, start, drain, under_way, free_load, tell_pace, .prepare = prepare};
