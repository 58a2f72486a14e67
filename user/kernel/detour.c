// SPDX-License-Identifier: GPL-2.0
#include "kernel/detour.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "jinx.skel.h"
#include "kernel/core_types.h"
#include "kernel/quantiles.h"
#include "kernel/tc.h"
#include "shape/shaper.h"
#include "shape/tap.h"
#include "target/devices.h"
#include "target/netns.h"

#define TRIES 64      /* numbers of experiments */
#define START_MS 5000 /* until the shaper shows its life */
#define END_MS 1000

struct way {
	struct netns *network;
	struct device device;
	int tap;
	struct tc leave, arrive, back;
};

struct detours {
	struct jinx_bpf *skel;
	const struct plan *plan;
	struct netns_set networks;
	uint32_t experiment;
	unsigned int n;
	struct way ways[MAX_DETOURS];
	struct shaper_shared *shared;
	int32_t (*quantiles)[NR_QUANTILES];
	struct line lines[MAX_RULES][2];
	pid_t pid;
	int pidfd, life, wake;
};

/* Packets are cut where something happens to each. */
static bool takes_whole(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct shape *s = &plan->rules[i].fault->shape;

		if (s->loss_ppm || s->duplicate_ppm || s->reorder_ppm || s->corrupt_ppm ||
			s->bits_per_second)
			return false;
	}
	return true;
}

static void close_taps(struct detours *d)
{
	for (unsigned int i = 0; i < d->n; i++) {
		if (d->ways[i].tap >= 0)
			close(d->ways[i].tap);
		d->ways[i].tap = -1;
	}
}

static int make_tap(struct detours *d, struct netns *network, const struct device *device)
{
	struct way *w = &d->ways[d->n];
	char name[IF_NAMESIZE];

	snprintf(name, sizeof(name), "jinx%04x%02x", d->experiment, d->n);
	*w = (struct way){network, *device, .leave = TC_NONE, .arrive = TC_NONE, .back = TC_NONE};
	w->tap = tap_open(DETOUR_FIRST_TAP(d->experiment) + d->n, name, takes_whole(d->plan));
	if (w->tap < 0)
		return w->tap;
	d->n++;
	log_debug(
		"detour: %s beside %s of network namespace %u", name, device->name, network->inode);
	return 0;
}

/* Of the namespace that this process is in. */
static int make_taps(struct detours *d, struct netns *network)
{
	struct device devices[MAX_DETOURS];
	int n = devices_find(devices, MAX_DETOURS, DETOUR_FIRST_TAP(0)), err = n;

	for (int i = 0; i < n && err >= 0; i++)
		if (devices[i].frames && d->n < MAX_DETOURS)
			err = make_tap(d, network, &devices[i]);
	return err < 0 ? err : 0;
}

/* The number is nobody else's if no interface of those that belong to it is there. */
static int make_all(struct detours *d)
{
	int err = -EEXIST;

	for (int i = 0; i < TRIES && err == -EEXIST; i++) {
		if (getrandom(&d->experiment, sizeof(d->experiment), 0) < 0)
			return -errno;
		d->experiment &= MAX_DETOUR_EXPERIMENT;
		close_taps(d);
		d->n = 0;
		err = 0;
		for (unsigned int k = 0; k < d->networks.n && !err; k++) {
			err = netns_enter(&d->networks, &d->networks.all[k]);
			if (!err)
				err = make_taps(d, &d->networks.all[k]);
		}
	}
	return netns_leave(&d->networks) ?: err;
}

static bool has_direction(const struct plan *plan, enum point p)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (plan->bindings[i].mechanism == MECHANISM_DETOUR && plan->bindings[i].point == p)
			return true;
	return false;
}

static uint64_t marks_of(const struct where *w)
{
	uint64_t marks = 0;

	for (unsigned int i = 0; i < w->n_ports; i++)
		for (unsigned int k = w->ports[i].low; k <= w->ports[i].high; k++)
			marks |= 1ull << (k & 63);
	return w->n_ports ? marks : ~0ull;
}

/* Of the rules on the way in. */
static uint64_t port_marks(const struct plan *plan)
{
	uint64_t marks = 0;

	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct binding *b = &plan->bindings[i];

		if (b->mechanism == MECHANISM_DETOUR && b->point == POINT_ingress)
			marks |= marks_of(&plan->rules[b->rule].fault->where);
	}
	return marks;
}

int detours_open(const struct plan *plan, const struct targets *targets, struct jinx_bpf *skel,
	struct detours **ret, struct error *why)
{
	struct detours *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return error_errno(why, -ENOMEM, "detours");
	d->skel = skel;
	d->plan = plan;
	d->pidfd = d->life = d->wake = -1;
	err = netns_of(targets, plan_targets_by(plan, MECHANISM_DETOUR), &d->networks, why);
	if (!err) {
		err = make_all(d);
		if (err)
			error_errno(why, err, "a tap device beside each device of the target");
	}
	if (err) {
		detours_free(d);
		return err;
	}
	skel->rodata->detour_experiment = d->experiment;
	skel->rodata->detour_mark = DETOUR_MARK(d->experiment);
	skel->rodata->detour_types = (struct detour_types){
		core_types_id("sock"), core_types_id("cgroup"), core_types_id("list_head")};
	skel->rodata->detour_ports = port_marks(plan);
	bpf_program__set_autoload(skel->progs.detour_leave, has_direction(plan, POINT_egress));
	bpf_program__set_autoload(skel->progs.detour_return, true);
	bpf_program__set_autoload(
		skel->progs.detour_stub, !tc_has_links() && has_direction(plan, POINT_egress));
	bpf_program__set_autoload(
		skel->progs.detour_stub_in, !tc_has_links() && has_direction(plan, POINT_ingress));
	*ret = d;
	return 0;
}

const struct netns_set *detours_networks(const struct detours *d)
{
	return d ? &d->networks : NULL;
}

static int map_shared(struct detours *d)
{
	size_t page = sysconf(_SC_PAGESIZE), size = (sizeof(*d->shared) + page - 1) / page * page;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
		bpf_map__fd(d->skel->maps.shaping), 0);

	if (p == MAP_FAILED)
		return -errno;
	d->shared = p;
	return 0;
}

static int name_way(struct detours *d, uint32_t number)
{
	const struct way *w = &d->ways[number];
	struct detour_key key = {w->network->inode, w->device.number};

	d->shared->detours[number] = (struct detour){.device = w->device.number,
		.tap = DETOUR_FIRST_TAP(d->experiment) + number,
		.loopback = w->device.loopback};
	return bpf_map__update_elem(
		d->skel->maps.detour_numbers, &key, sizeof(key), &number, sizeof(number), BPF_ANY);
}

/* Before Linux 6.6 what stays at the device only jumps. -1: nothing goes there. */
static int leads_out(const struct detours *d)
{
	return bpf_program__fd(
		tc_has_links() ? d->skel->progs.detour_leave : d->skel->progs.detour_stub);
}

static int leads_in(const struct detours *d)
{
	return bpf_program__fd(
		tc_has_links() ? d->skel->progs.detour_ingress : d->skel->progs.detour_stub_in);
}

/* Back first: nothing goes where it can't come back from. */
static int lead(struct detours *d, uint32_t number, struct error *why)
{
	unsigned int tap = DETOUR_FIRST_TAP(d->experiment) + number;
	struct way *w = &d->ways[number];
	int netlink = w->network->netlink, out = leads_out(d), in = leads_in(d);
	int err = name_way(d, number);

	if (err)
		return error_errno(why, err, "a detour");
	err = tc_attach(
		bpf_program__fd(d->skel->progs.detour_return), tap, false, netlink, &w->back, why);
	if (!err && out >= 0)
		err = tc_attach(out, w->device.number, true, netlink, &w->leave, why);
	if (!err && in >= 0)
		err = tc_attach(in, w->device.number, false, netlink, &w->arrive, why);
	return err;
}

static int jump_to(struct detours *d, __u32 index, const struct bpf_program *p)
{
	__u32 program = bpf_program__fd(p);

	if (bpf_program__fd(p) < 0)
		return 0;
	return bpf_map__update_elem(d->skel->maps.detour_jump, &index, sizeof(index), &program,
		sizeof(program), BPF_ANY);
}

static int fill_jump(struct detours *d)
{
	if (tc_has_links())
		return 0;
	return jump_to(d, 0, d->skel->progs.detour_leave)
		       ?: jump_to(d, 1, d->skel->progs.detour_ingress);
}

static int lead_all(struct detours *d, struct error *why)
{
	int err = fill_jump(d);

	if (err)
		return error_errno(why, err, "the table of detours");
	for (uint32_t i = 0; i < d->n && !err; i++) {
		err = netns_enter(&d->networks, d->ways[i].network);
		err = err ? error_errno(why, err, "entering a network namespace") : lead(d, i, why);
	}
	return netns_leave(&d->networks) ?: err;
}

static int make_lines(struct detours *d, uint64_t seed)
{
	d->quantiles = calloc(NR_DISTRIBUTIONS, sizeof(*d->quantiles));
	if (!d->quantiles)
		return -ENOMEM;
	quantiles_fill(SPREAD_NORMAL, d->quantiles[SPREAD_NORMAL]);
	quantiles_fill(SPREAD_PARETO, d->quantiles[SPREAD_PARETO]);
	for (unsigned int i = 0; i < d->plan->n_rules; i++)
		for (unsigned int in = 0; in < 2; in++)
			d->lines[i][in] = (struct line){.shape = d->plan->rules[i].fault->shape,
				.reply = d->plan->rules[i].fault->dns.reply,
				.status = d->plan->rules[i].fault->respond.status,
				.quantiles = d->quantiles[d->plan->rules[i]
								  .fault->shape.delay.distribution],
				.cap_ns = d->plan->scenario->max_delay_ns,
				.seed = seed + (2 * i + in) * 0xd1b54a32d192ed03ull};
	return 0;
}

/* So that it can still remove what jinx would have; the links by which packets come back. */
static unsigned int list_kept(const struct detours *d, int ret[MAX_DETOURS])
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < d->n; i++)
		if (d->ways[i].back.link >= 0)
			ret[n++] = d->ways[i].back.link;
	return n;
}

static int wait_for_life(const struct detours *d)
{
	struct timespec pause = {.tv_nsec = 1000000};
	uint64_t until = monotonic_ns() + START_MS * 1000000ull;

	while (!__atomic_load_n(&d->shared->beat_ns, __ATOMIC_ACQUIRE)) {
		if (monotonic_ns() > until || process_has_ended(d->pidfd))
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int start_shaper(struct detours *d)
{
	int taps[MAX_DETOURS], kept[MAX_DETOURS], life[2];
	struct shaper_options options = {
		.shared = d->shared, .n_taps = d->n, .taps = taps, .kept = kept, .lines = d->lines};

	for (unsigned int i = 0; i < d->n; i++)
		taps[i] = d->ways[i].tap;
	options.n_kept = list_kept(d, kept);
	d->wake = options.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->wake < 0 || pipe2(life, O_CLOEXEC))
		return -errno;
	d->life = life[1];
	options.life = life[0];
	d->pid = fork();
	if (d->pid == 0)
		shaper_serve(&options);
	close(life[0]);
	if (d->pid < 0)
		return -errno;
	d->pidfd = syscall(SYS_pidfd_open, d->pid, 0);
	close_taps(d);
	return d->pidfd < 0 ? -errno : wait_for_life(d);
}

int detours_begin(struct detours *d, uint64_t seed, struct error *why)
{
	int err = map_shared(d) ?: make_lines(d, seed);

	if (err)
		return error_errno(why, err, "the shaper's memory");
	err = lead_all(d, why);
	if (err)
		return err;
	err = start_shaper(d);
	return err ? error_errno(why, err, "starting the shaper") : 0;
}

void detours_missing(const struct detours *d, char *ret, size_t size)
{
	for (unsigned int i = 0; i < d->n; i++)
		if (!tc_is_there(&d->ways[i].leave) || !tc_is_there(&d->ways[i].arrive) ||
			!__atomic_load_n(&d->shared->detours[i].device, __ATOMIC_ACQUIRE))
			text_append(ret, size, "%s%s", *ret ? ", " : "", d->ways[i].device.name);
}

static void wake_shaper(const struct detours *d)
{
	uint64_t one = 1;

	while (write(d->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

void detours_flush(struct detours *d)
{
	__atomic_fetch_add(&d->shared->epoch, 1, __ATOMIC_SEQ_CST);
	wake_shaper(d);
}

void detours_renew(struct detours *d, uint64_t deadline_ns)
{
	__atomic_store_n(&d->shared->deadline_ns, deadline_ns, __ATOMIC_RELEASE);
}

int detours_pidfd(const struct detours *d)
{
	return d->pidfd;
}

bool detours_stuck(struct detours *d, uint64_t now_ns, uint64_t timeout_ns)
{
	uint64_t beat = __atomic_load_n(&d->shared->beat_ns, __ATOMIC_ACQUIRE);

	if (now_ns < beat + timeout_ns || process_state(d->pid) == 'R')
		return false;
	kill(d->pid, SIGKILL);
	return true;
}

void detours_count(const struct detours *d, unsigned int rule, struct shaped *ret)
{
	*ret = d->shared->shaped[rule];
}

static void end_shaper(struct detours *d)
{
	__atomic_store_n(&d->shared->over, 1, __ATOMIC_RELEASE);
	wake_shaper(d);
	process_end(d->pid, d->pidfd, END_MS);
	d->pid = 0;
}

void detours_end(struct detours *d)
{
	/* In the order that leaves clsact to who has made it. */
	for (unsigned int i = 0; i < d->n; i++) {
		tc_detach(&d->ways[i].arrive);
		tc_detach(&d->ways[i].leave);
	}
	if (d->pid > 0)
		end_shaper(d);
	for (unsigned int i = 0; i < d->n; i++) {
		/* A filter at the tap has gone with it. */
		if (d->ways[i].back.link >= 0)
			tc_detach(&d->ways[i].back);
	}
}

void detours_free(struct detours *d)
{
	size_t page = sysconf(_SC_PAGESIZE);

	if (!d)
		return;
	detours_end(d);
	close_taps(d);
	if (d->shared)
		munmap(d->shared, (sizeof(*d->shared) + page - 1) / page * page);
	if (d->pidfd >= 0)
		close(d->pidfd);
	if (d->life >= 0)
		close(d->life);
	if (d->wake >= 0)
		close(d->wake);
	netns_done(&d->networks);
	free(d->quantiles);
	free(d);
}
