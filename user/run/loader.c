// SPDX-License-Identifier: GPL-2.0
#include "run/loader.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/privileges.h"
#include "base/process.h"

/* A closed-loop worker whose operation failed at once would do nothing else any more. */
#define AFTER_FAILURE_NS 10000000ull

/* Of this process. */
struct net_worker {
	struct loading *loading;
	struct loader_slot *slot;
	struct client *client;
	struct source *again;
};

struct loading {
	struct loader *shared;
	struct loop *loop;
	struct network *network;
	struct source *due;
	struct net_worker workers[MAX_LOADER_WORKERS];
};

struct loader *loader_new(const struct workload *w)
{
	struct loader *l = mmap(NULL, sizeof(*l), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (l == MAP_FAILED)
		return NULL;
	l->spec = w;
	return l;
}

void loader_free(struct loader *l)
{
	if (l)
		munmap(l, sizeof(*l));
}

bool loader_read(struct loader *l, struct loader_record *ret)
{
	uint64_t tail = atomic_load_explicit(&l->tail, memory_order_relaxed);

	if (tail == atomic_load_explicit(&l->head, memory_order_acquire))
		return false;
	*ret = l->records[tail % LOADER_RECORDS];
	atomic_store_explicit(&l->tail, tail + 1, memory_order_release);
	return true;
}

void loader_tell(struct loader *l, const struct loader_record *r)
{
	uint64_t head = atomic_load_explicit(&l->head, memory_order_relaxed);

	if (head - atomic_load_explicit(&l->tail, memory_order_acquire) == LOADER_RECORDS) {
		atomic_fetch_add(&l->untold, 1);
		return;
	}
	l->records[head % LOADER_RECORDS] = *r;
	atomic_store_explicit(&l->head, head + 1, memory_order_release);
}

static uint64_t patience(const struct loader *l)
{
	return l->spec->ask.timeout_ns;
}

/* planned_ns 0: now. */
static void begin(struct net_worker *w, uint64_t planned_ns)
{
	uint64_t now = monotonic_ns();

	w->slot->planned_ns = planned_ns ?: now;
	atomic_store(&w->slot->began_ns, now);
	if (!client_ask(w->client))
		return;
	atomic_store(&w->slot->began_ns, 0);
	loop_set(w->again, now + AFTER_FAILURE_NS);
}

static bool begin_due(struct net_worker *w)
{
	struct loader *l = w->loading->shared;
	uint64_t planned;

	if (!pace_take(&l->pace, monotonic_ns(), patience(l), l->exhausted, &planned)) {
		l->exhausted = false;
		return false;
	}
	begin(w, planned);
	return true;
}

static void go_on(struct net_worker *w, bool failed)
{
	const struct loader *l = w->loading->shared;

	if (atomic_load(&l->stop))
		return;
	if (l->spec->interval_ns) {
		if (!begin_due(w))
			loop_set(w->loading->due, pace_due(&l->pace));
	} else if (failed) {
		loop_set(w->again, monotonic_ns() + AFTER_FAILURE_NS);
	} else {
		begin(w, 0);
	}
}

static void on_reply(const struct reply *r, void *context)
{
	struct net_worker *w = context;
	const struct loader_record one = {.planned_ns = w->slot->planned_ns,
		.began_ns = atomic_load(&w->slot->began_ns),
		.ended_ns = monotonic_ns(),
		.result = r->result,
		.way = r->result == REPLY_UNKNOWN ? WAY_OTHER : r->way,
		.status = r->result == REPLY_UNKNOWN ? FAILURE_PROTOCOL : r->status};

	loader_tell(w->loading->shared, &one);
	atomic_store(&w->slot->began_ns, 0);
	go_on(w, r->result != REPLY_OK);
}

static void on_again(uint64_t now_ns, void *context)
{
	(void)now_ns;
	go_on(context, false);
}

static struct net_worker *idle_worker(struct loading *l)
{
	for (unsigned int i = 0; i < l->shared->spec->concurrency; i++)
		if (!atomic_load(&l->workers[i].slot->began_ns))
			return &l->workers[i];
	return NULL;
}

static void on_due(uint64_t now_ns, void *context)
{
	struct loading *l = context;
	struct net_worker *w;

	(void)now_ns;
	if (atomic_load(&l->shared->stop))
		return;
	while ((w = idle_worker(l)))
		if (!begin_due(w)) {
			loop_set(l->due, pace_due(&l->shared->pace));
			return;
		}
	l->shared->exhausted = true;
}

static int set_up(struct loading *l, struct loader *shared)
{
	struct error ignored;
	int err;

	*l = (struct loading){.shared = shared};
	err = loop_new(&l->loop);
	err = err ?: network_new(l->loop, shared->spec->concurrency, &l->network);
	for (unsigned int i = 0; i < shared->spec->concurrency && !err; i++) {
		struct net_worker *w = &l->workers[i];

		w->loading = l;
		w->slot = &shared->slots[i];
		err = client_new(l->network, &shared->spec->ask, shared->spec->keep_alive, on_reply,
			w, &w->client, &ignored);
		err = err ?: loop_timer(l->loop, LOOP_NEVER, 0, on_again, w, &w->again);
	}
	return err ?: loop_timer(l->loop, LOOP_NEVER, 0, on_due, l, &l->due);
}

static void start(struct loading *l)
{
	struct pace *p = &l->shared->pace;

	if (!l->shared->spec->interval_ns) {
		for (unsigned int i = 0; i < l->shared->spec->concurrency; i++)
			begin(&l->workers[i], 0);
		return;
	}
	if (!p->began_ns)
		*p = (struct pace){
			.began_ns = monotonic_ns(), .interval_ns = l->shared->spec->interval_ns};
	loop_set(l->due, pace_due(p));
}

void loader_main(void *loader)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	struct loading *l = malloc(sizeof(*l));
	struct loader *shared = loader;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "jinx-load");
	if (privileges_drop(0) || !l || set_up(l, shared))
		return;
	atomic_store(&shared->ready, true);
	while (!atomic_load(&shared->go))
		nanosleep(&moment, NULL);
	start(l);
	/* A fault may make waiting for events fail as well: that is no reason to end. */
	for (;;)
		if (loop_run(l->loop))
			nanosleep(&moment, NULL);
}
