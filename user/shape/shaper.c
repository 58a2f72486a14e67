// SPDX-License-Identifier: GPL-2.0
#include "shape/shaper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/privileges.h"
#include "base/process.h"
#include "shape/dns.h"
#include "shape/frame.h"
#include "shape/http.h"
#include "shape/queue.h"
#include "target/cgroup.h"

#define BEAT_NS 100000000ull /* it shows its life this often, at the least */
#define AT_ONCE 64	     /* packets of a tap before others have their turn */
#define MOST_BYTES (256u << 20)

enum { LIFE_FD = 3, WAKE_FD, FIRST_TAP };

static struct {
	struct shaper_shared *shared;
	unsigned int n_taps;
	struct line (*lines)[2];
	struct queue queue;
	uint32_t epoch;
	uint64_t looked_ns; /* whether the taps are up */
} server;

static void add_to(__u64 *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

/* What a full device loses is lost as it would have been. */
static void put_back(struct packet *p)
{
	size_t size = p->size;

	/* What was on its way in goes on that way: it is told by the tag. */
	if (p->tag & DETOUR_TAG_INGRESS)
		frame_put_tag(p->data, &size, p->tag);
	if (write(FIRST_TAP + p->detour, p->data, size) < 0)
		add_to(&server.shared->shaped[DETOUR_TAG_RULE(p->tag)].refused, 1);
}

static void send_until(uint64_t until_ns)
{
	const struct packet *first;

	while ((first = queue_first(&server.queue)) && first->due_ns <= until_ns) {
		struct packet *p = queue_take(&server.queue);

		put_back(p);
		free(p);
	}
}

static void send_all(void)
{
	send_until(UINT64_MAX);
}

static void count_fate(struct shaped *s, const struct fate *f, unsigned int n)
{
	add_to(&s->taken, n);
	if (f->lost == LOST)
		add_to(&s->lost, n);
	if (f->lost == OVERFLOWED)
		add_to(&s->overflowed, n);
	if (f->twice)
		add_to(&s->duplicated, n);
	if (f->early)
		add_to(&s->reordered, n);
	if (f->corrupt)
		add_to(&s->corrupted, n);
}

/* To who asked, by the way of what comes in; to the server, if there is something. */
static void reply(unsigned int detour, unsigned int rule, uint64_t due_ns,
	const unsigned char *back, size_t n, const unsigned char *on, size_t m)
{
	if (queue_add(&server.queue, due_ns, detour, DETOUR_TAG_INGRESS | rule, back, n) ||
		(m && queue_add(&server.queue, due_ns, detour, rule, on, m)))
		add_to(&server.shared->shaped[rule].overflowed, 1);
}

/* In the name server's place; by TCP its end of the connection is closed. False: the packet is no
 * question. */
static bool answer(unsigned int detour, unsigned int rule, const unsigned char *frame, size_t size,
	uint64_t due_ns)
{
	unsigned char back[DNS_FRAME_MOST], on[DNS_FRAME_MOST];
	size_t n = dns_answer(frame, size, server.lines[rule][0].reply, back);

	if (n)
		reply(detour, rule, due_ns, back, n, on, dns_reset(frame, size, on));
	return n;
}

/* In the HTTP server's place, whose end of the connection is closed. False: the packet is no
 * request. */
static bool respond(unsigned int detour, unsigned int rule, const unsigned char *frame, size_t size,
	uint64_t due_ns)
{
	unsigned char back[HTTP_FRAME_MOST], on[HTTP_FRAME_MOST];
	size_t n = http_respond(frame, size, server.lines[rule][0].status, back);

	if (n)
		reply(detour, rule, due_ns, back, n, on, http_reset(frame, size, on));
	return n;
}

static void take(unsigned int detour, unsigned char *frame, size_t size)
{
	int tag = frame_take_tag(frame, &size);
	unsigned int rule = DETOUR_TAG_RULE(tag);
	struct fate fate;

	if (tag < 0) /* not a packet of the target's: the kernel's own, about the tap */
		return;
	line_take(&server.lines[rule][!!(tag & DETOUR_TAG_INGRESS)], monotonic_ns(),
		size - FRAME_HEADER, &fate);
	if (!fate.lost && server.queue.bytes > MOST_BYTES)
		fate = (struct fate){.lost = OVERFLOWED};
	count_fate(&server.shared->shaped[rule], &fate, frame_packets(frame, size));
	if (fate.lost)
		return;
	if (server.lines[rule][0].reply && answer(detour, rule, frame, size, fate.due_ns))
		return;
	if (server.lines[rule][0].status && respond(detour, rule, frame, size, fate.due_ns))
		return;
	/* The copy is whole, as if it had come on another way. */
	if (fate.twice)
		(void)queue_add(&server.queue, fate.due_ns, detour, tag, frame, size);
	if (fate.corrupt)
		frame_corrupt(frame, size, fate.random);
	if (queue_add(&server.queue, fate.due_ns, detour, tag, frame, size))
		add_to(&server.shared->shaped[rule].overflowed, 1);
}

static void take_all_of(unsigned int detour)
{
	static unsigned char frame[FRAME_MOST];

	for (int i = 0; i < AT_ONCE; i++) {
		ssize_t size = read(FIRST_TAP + detour, frame, sizeof(frame));

		if (size < FRAME_LEAST)
			return; /* none, or the device is gone with its namespace */
		take(detour, frame, size);
	}
}

static struct timespec until_next(uint64_t now)
{
	const struct packet *first = queue_first(&server.queue);
	uint64_t wait = BEAT_NS;

	if (first)
		wait = first->due_ns <= now ? 0 : first->due_ns - now;
	if (wait > BEAT_NS)
		wait = BEAT_NS;
	/* The kernel lets a poll sleep a thousandth longer (fs/select.c: __estimate_accuracy, 6.1
	 * to 7.3): the rest is another one, which is short. */
	wait -= wait / 512;
	return (struct timespec){wait / 1000000000, wait % 1000000000};
}

/* What went by a tap that has ended goes on as others do. */
static void forget(struct pollfd *fds, unsigned int i)
{
	fds[i].fd = -1;
	__atomic_store_n(&server.shared->detours[i].device, 0, __ATOMIC_RELEASE);
}

static void forget_ended(struct pollfd *fds, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (fds[i].revents & (POLLERR | POLLHUP | POLLNVAL))
			forget(fds, i);
}

/* One that somebody has set down says nothing of it, but takes nothing either: all would be lost.
 */
static void forget_down(struct pollfd *fds, unsigned int n, uint64_t now)
{
	struct pollfd taps[MAX_DETOURS];

	if (now < server.looked_ns + BEAT_NS)
		return;
	server.looked_ns = now;
	for (unsigned int i = 0; i < n; i++)
		taps[i] = (struct pollfd){.fd = fds[i].fd, .events = POLLOUT};
	if (poll(taps, n, 0) < 0)
		return;
	for (unsigned int i = 0; i < n; i++)
		if (fds[i].fd >= 0 && !(taps[i].revents & POLLOUT))
			forget(fds, i);
}

static void obey(uint64_t now)
{
	struct shaper_shared *s = server.shared;
	uint32_t epoch = __atomic_load_n(&s->epoch, __ATOMIC_ACQUIRE);

	if (epoch != server.epoch || now > __atomic_load_n(&s->deadline_ns, __ATOMIC_ACQUIRE))
		send_all();
	server.epoch = epoch;
	if (!__atomic_load_n(&s->over, __ATOMIC_ACQUIRE))
		return;
	send_all();
	_exit(0);
}

static _Noreturn void loop(void)
{
	struct pollfd fds[2 + MAX_DETOURS] = {
		{.fd = LIFE_FD, .events = POLLIN}, {.fd = WAKE_FD, .events = POLLIN}};
	uint64_t now, count;

	for (unsigned int i = 0; i < server.n_taps; i++)
		fds[2 + i] = (struct pollfd){.fd = FIRST_TAP + i, .events = POLLIN};
	for (;;) {
		struct timespec wait;

		now = monotonic_ns();
		__atomic_store_n(&server.shared->beat_ns, now, __ATOMIC_RELEASE);
		wait = until_next(now);
		if (ppoll(fds, 2 + server.n_taps, &wait, NULL) < 0)
			_exit(1);
		for (unsigned int i = 0; i < server.n_taps; i++)
			if (fds[2 + i].revents & POLLIN)
				take_all_of(i);
		forget_ended(fds + 2, server.n_taps);
		forget_down(fds + 2, server.n_taps, now);
		if (fds[1].revents && read(WAKE_FD, &count, sizeof(count)) < 0)
			_exit(1);
		now = monotonic_ns();
		if (fds[0].revents) {
			send_all(); /* jinx is gone: nobody waits any longer */
			_exit(0);
		}
		obey(now);
		send_until(now);
	}
}

/* Everything else is closed: what jinx has open must end with jinx. */
static void keep_fds(const struct shaper_options *o)
{
	unsigned int n = FIRST_TAP + o->n_taps + o->n_kept, at = 0;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), *kept = calloc(n, sizeof(*kept));

	if (null < 0 || !kept)
		_exit(1);
	while (at < LIFE_FD)
		kept[at++] = null;
	kept[at++] = o->life;
	kept[at++] = o->wake;
	for (unsigned int i = 0; i < o->n_taps; i++)
		kept[at++] = o->taps[i];
	for (unsigned int i = 0; i < o->n_kept; i++)
		kept[at++] = o->kept[i];
	/* Out of the way first: one may have another's number. */
	for (unsigned int i = 0; i < n; i++)
		kept[i] = fcntl(kept[i], F_DUPFD, n);
	for (unsigned int i = 0; i < n; i++)
		if (dup2(kept[i], i) < 0)
			_exit(1);
	free(kept);
	syscall(SYS_close_range, n, ~0u, 0);
}

/* Freezing jinx's cgroup is not to keep packets. */
static void leave_cgroup(void)
{
	const char *mount = cgroup_mount();

	if (mount)
		(void)cgroup_leave(mount);
}

_Noreturn void shaper_serve(const struct shaper_options *o)
{
	sigset_t all;

	prctl(PR_SET_NAME, "jinx-shaper");
	prctl(PR_SET_TIMERSLACK, 1);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	process_be_first();
	leave_cgroup();
	server.shared = o->shared;
	server.n_taps = o->n_taps;
	server.lines = o->lines;
	server.epoch = o->shared->epoch;
	keep_fds(o);
	if (privileges_drop(0))
		_exit(1);
	loop();
}
