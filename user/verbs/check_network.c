// SPDX-License-Identifier: GPL-2.0
#include "verbs/check_network.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "verbs/verbs.h"
#include "target/devices.h"
#include "target/netns.h"
#include "target/target.h"

static const enum mechanism at_devices[] = {MECHANISM_LOSS, MECHANISM_DETOUR};

/* Of the network namespace that this process is in; of `left` so many jinx takes at the most. */
static void list(enum mechanism m, unsigned int *left, json_t *taken, json_t *beyond)
{
	struct device *all = calloc(MAX_LOSSY_DEVICES, sizeof(*all));
	int n = all ? devices_find(all, MAX_LOSSY_DEVICES, DETOUR_FIRST_TAP(0)) : 0;

	for (int i = 0; i < n; i++) {
		bool takes = *left && (m != MECHANISM_DETOUR || all[i].frames);

		json_array_append_new(takes ? taken : beyond, json_string(all[i].name));
		*left -= takes;
	}
	free(all);
}

static json_t *one(
	enum mechanism m, struct netns_set *all, const struct netns *n, unsigned int *left)
{
	json_t *ret = json_pack("{s:s, s:I, s:b}", "mechanism", mechanisms[m].name, "namespace",
		(json_int_t)n->inode, "own", (int)n->own);
	json_t *taken = json_array(), *beyond = json_array();
	int err = netns_enter(all, n);

	if (!err)
		list(m, left, taken, beyond);
	json_object_set_new(ret, "devices", taken);
	json_object_set_new(ret, "beyond", beyond);
	json_object_set_new(ret, "reason", json_string(err ? strerror(-err) : ""));
	(void)netns_leave(all);
	return ret;
}

static void add(json_t *to, const struct plan *plan, const struct targets *t, enum mechanism m)
{
	unsigned int served = plan_targets_by(plan, m);
	unsigned int left = m == MECHANISM_DETOUR ? MAX_DETOURS : MAX_LOSSY_DEVICES;
	struct netns_set all = {.own = -1};
	struct error why = {};

	if (!served)
		return;
	if (netns_of(t, served, &all, &why))
		json_array_append_new(to, json_pack("{s:s, s:i, s:b, s:[], s:[], s:s}", "mechanism",
						  mechanisms[m].name, "namespace", 0, "own", 0,
						  "devices", "beyond", "reason", why.message));
	for (unsigned int i = 0; i < all.n; i++)
		json_array_append_new(to, one(m, &all, &all.all[i], &left));
	netns_done(&all);
}

json_t *devices_json(const struct plan *plan)
{
	_cleanup_free_ struct targets *t = malloc(sizeof(*t));
	json_t *ret = json_array();
	struct error why = {};
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(at_devices); i++)
		any |= plan_targets_by(plan, at_devices[i]);
	if (!any || !t || targets_find(plan->scenario, t, &why))
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(at_devices); i++)
		add(ret, plan, t, at_devices[i]);
	targets_release(t);
	return ret;
}

static void print_names(const char *before, const json_t *all)
{
	for (size_t i = 0; i < json_array_size(all); i++)
		print_shown(stdout, "%s%s", i ? ", " : before,
			json_string_value(json_array_get(all, i)));
}

void print_devices(const struct plan *plan)
{
	json_t *all = devices_json(plan);

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *o = json_array_get(all, i);
		const char *reason = json_string_value(json_object_get(o, "reason"));

		print_shown(stdout, "  %s in network namespace %lld%s",
			json_string_value(json_object_get(o, "mechanism")),
			(long long)json_integer_value(json_object_get(o, "namespace")),
			json_is_true(json_object_get(o, "own")) ? " (jinx's own)" : "");
		print_names(", at ", json_object_get(o, "devices"));
		print_names("; not at ", json_object_get(o, "beyond"));
		print_shown(stdout, "%s%s\n", *reason ? ": " : "", reason);
	}
	json_decref(all);
}

json_t *nodes_json(const struct standing *st, const char *why_not)
{
	json_t *all = json_array();
	char ipv4[48], ipv6[48];

	for (unsigned int i = 1; i <= st->n_nodes; i++)
		json_array_append_new(all,
			json_pack("{s:i, s:s, s:s, s:s}", "node", i, "ipv4",
				node_address(i, false, ipv4, sizeof(ipv4)), "ipv6",
				node_address(i, true, ipv6, sizeof(ipv6)), "device", NODE_DEVICE));
	return json_pack("{s:o, s:s}", "all", all, "reason", why_not);
}

void print_nodes(const struct standing *st, const char *why_not)
{
	char ipv4[48], ipv6[48];

	for (unsigned int i = 1; i <= st->n_nodes; i++)
		printf("  node %u: %s and %s, at " NODE_DEVICE
		       " of a network namespace of its own\n",
			i, node_address(i, false, ipv4, sizeof(ipv4)),
			node_address(i, true, ipv6, sizeof(ipv6)));
	if (*why_not)
		print_shown(stdout, "  no nodes: %s\n", why_not);
}
