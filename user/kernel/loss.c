// SPDX-License-Identifier: GPL-2.0
#include "kernel/loss.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/log.h"
#include "base/text.h"
#include "jinx.skel.h"
#include "kernel/tc.h"
#include "target/devices.h"
#include "target/netns.h"

struct losses {
	struct jinx_bpf *skel;
	struct netns_set networks;
	unsigned int n;
	struct tc all[MAX_LOSSY_DEVICES];
	char names[MAX_LOSSY_DEVICES][IF_NAMESIZE];
};

int losses_open(const struct plan *plan, const struct targets *targets, struct jinx_bpf *skel,
	struct losses **ret, struct error *why)
{
	unsigned int served = plan_targets_by(plan, MECHANISM_LOSS);
	struct error reason = {};
	struct losses *l;

	bpf_map__set_max_entries(skel->maps.lossy_devices, served ? MAX_LOSSY_DEVICES : 1);
	if (!served)
		return 0;
	l = calloc(1, sizeof(*l));
	if (!l)
		return error_errno(why, -ENOMEM, "losses");
	l->skel = skel;
	/* In those that were not reached senders are told. */
	if (netns_of(targets, served, &l->networks, &reason))
		log_debug("loss: %s", reason.message);
	bpf_program__set_autoload(skel->progs.lose_packet, true);
	*ret = l;
	return 0;
}

static void attach(struct losses *l, const struct netns *network, const struct device *device)
{
	struct detour_key key = {network->inode, device->number};
	struct tc *at = &l->all[l->n];
	struct error why = {};
	__u32 yes = 1;
	int err = tc_attach(bpf_program__fd(l->skel->progs.lose_packet), device->number, true,
		network->netlink, at, &why);

	memcpy(l->names[l->n++], device->name, IF_NAMESIZE);
	if (!err)
		err = bpf_map__update_elem(
			l->skel->maps.lossy_devices, &key, sizeof(key), &yes, sizeof(yes), BPF_ANY);
	if (err)
		log_debug("loss: not at %s of network namespace %u: %s", device->name,
			network->inode, *why.message ? why.message : strerror(-err));
}

static void attach_in(struct losses *l, const struct netns *network)
{
	struct device *devices = calloc(MAX_LOSSY_DEVICES, sizeof(*devices));
	int n = devices ? devices_find(devices, MAX_LOSSY_DEVICES, DETOUR_FIRST_TAP(0)) : -ENOMEM;

	if (n < 0)
		log_debug("loss: the devices of network namespace %u: %s", network->inode,
			strerror(-n));
	for (int i = 0; i < n && l->n < MAX_LOSSY_DEVICES; i++)
		attach(l, network, &devices[i]);
	free(devices);
}

const struct netns_set *losses_networks(const struct losses *l)
{
	return l ? &l->networks : NULL;
}

void losses_begin(struct losses *l)
{
	for (unsigned int i = 0; i < l->networks.n; i++) {
		int err = netns_enter(&l->networks, &l->networks.all[i]);

		if (!err)
			attach_in(l, &l->networks.all[i]);
		else
			log_debug("loss: entering network namespace %u: %s",
				l->networks.all[i].inode, strerror(-err));
	}
	if (netns_leave(&l->networks))
		log_debug("loss: leaving a network namespace: %s", strerror(errno));
	/* Not held longer than need be: it may end under the experiment. */
	if (tc_has_links())
		netns_done(&l->networks);
}

void losses_missing(const struct losses *l, char *ret, size_t size)
{
	for (unsigned int i = 0; i < l->n; i++)
		if (!tc_is_there(&l->all[i]))
			text_append(ret, size, "%s%s", *ret ? ", " : "", l->names[i]);
}

void losses_end(struct losses *l)
{
	while (l->n)
		tc_detach(&l->all[--l->n]);
}

void losses_free(struct losses *l)
{
	if (!l)
		return;
	losses_end(l);
	netns_done(&l->networks);
	free(l);
}
