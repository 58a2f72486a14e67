// SPDX-License-Identifier: GPL-2.0
#include "run/load.h"

#include <sys/wait.h>

#include "base/process.h"
#include "keeper/start.h"
#include "target/target.h"

static const struct load_kind *const kinds[] = {
	[ASK_EXEC] = &load_exec,
	[ASK_HTTP] = &load_net,
	[ASK_TCP] = &load_net,
	[ASK_LINES] = &load_lines,
};

struct load *load_new(const struct load_options *o)
{
	const struct load_kind *kind = kinds[o->spec->ask.kind];
	struct load *l = kind->make(o);

	if (!l)
		return NULL;
	l->o = *o;
	l->kind = kind;
	return l;
}

int load_prepare(struct load *l)
{
	return l->kind->prepare ? l->kind->prepare(l) : 0;
}

int load_start(struct load *l, unsigned int phase)
{
	load_phase(l, phase);
	return l->kind->start(l);
}

void load_phase(struct load *l, unsigned int phase)
{
	l->phase = phase;
	l->phase_began_ns[phase] = monotonic_ns();
}

unsigned int load_phase_at(const struct load *l, uint64_t ns)
{
	unsigned int phase = l->phase;

	while (phase && l->phase_began_ns[phase] > ns)
		phase--;
	return phase;
}

void load_pace(const struct load *l, struct pace *ret)
{
	*ret = (struct pace){};
	if (l->kind->pace)
		l->kind->pace(l, ret);
}

int load_drain(struct load *l, struct loop *loop)
{
	return l->kind->drain(l, loop);
}

unsigned int load_under_way(const struct load *l)
{
	return l->kind->under_way(l);
}

void load_free(struct load *l)
{
	if (l)
		l->kind->free(l);
}

void load_kill(const struct load *l, unsigned int cgroup, pid_t pid, int pidfd)
{
	start_kill(l->o.targets->executables[l->o.number].cgroup, cgroup, pidfd);
	waitpid(pid, NULL, 0);
}
