// SPDX-License-Identifier: GPL-2.0
/* partition: packets between targets, or between one and networks, are lost. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/names.h"

/* What leaves a target is noted on its way out, and lost on its way in. */
static void set_points(struct fault_spec *f)
{
	const struct partition *p = &f->partition;

	if (!p->n_networks && !p->isolates) {
		f->points[f->n_points++] = POINT_egress;
		f->points[f->n_points++] = POINT_ingress;
		return;
	}
	/* Nobody is at the other end who could be asked: that is a drop, by address. */
	f->fault = FAULT_DROP;
	f->direction = p->isolates || !p->one_way ? DIRECTION_BOTH
		       : p->network_side	  ? DIRECTION_EGRESS
						  : DIRECTION_INGRESS;
	kind_of(f)->set_points(f);
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism packets[] = {MECHANISM_SKB};

	(void)f;
	*ret = packets;
	return ARRAY_SIZE(packets);
}

/* "db | web", "db -> web", "a, b | c" */
static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	const struct partition *p = &f->partition;

	*ret = '\0';
	for (unsigned int side = 0; side <= MAX_TARGETS; side++)
		for (unsigned int i = 0, n = 0; i < p->n; i++)
			if (p->all[i].side == side)
				text_append(ret, size, "%s%s",
					n++	     ? ", "
					: !*ret	     ? ""
					: p->one_way ? " -> "
						     : " | ",
					p->all[i].name);
}

static const struct key keys[] = {
	{"partition", VALUE_SIDES, .one_of = true, .option = "with", .read = read_partition,
		.about = "packets between these are lost: targets, groups of them, or networks",
		.example = "[db, web]",
		.help = "networks that the target is cut off from: \"10.0.0.0/8, fd00::/8\"",
		.missing = "--with is missing: the networks that the target is cut off from"},
};

const struct fault_kind fault_partition = {
	.flags = STRIKES_SINGLY | TAKES_LIMIT | NAMES_TARGETS,
	.set_points = set_points,
	.purpose = "cut the target off from networks",
	.examples = {"--with 127.0.0.0/8 --for 10s --unit redis-server",
		"--with 127.0.0.1 --chance 50% --for 1m --unit redis-server",
		"--with 127.0.0.0/8 --every 3 --for 10s --unit redis-server"},
	.takes_no_on = "it names targets",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = PACKETS_HAVE_NO_PROCESS,
	.not_narrowed =
		"packets have no comm, exe or uid: only and except can't narrow a partition",
	.describe = describe,
};
