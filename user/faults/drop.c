// SPDX-License-Identifier: GPL-2.0
/* drop: the packet is lost. */
#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/parse.h"

/* The command line may leave the direction out. */
static void set_points(struct fault_spec *f)
{
	if (!f->direction)
		f->direction = DIRECTION_BOTH;
	for (enum point p = 0; p < NR_POINTS; p++)
		if (points[p].kind == KIND_PACKET && point_direction(p) & f->direction)
			f->points[f->n_points++] = p;
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism packets[] = {MECHANISM_LOSS, MECHANISM_SKB};

	*ret = packets + f->visible;
	return ARRAY_SIZE(packets) - f->visible;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	if (f->visible && f->direction == DIRECTION_INGRESS)
		return complain(why,
			"\"visible\" is of what the target sends: of what it receives no sender "
			"is told");
	return 0;
}

static const char *describe_rest(const struct fault_spec *f)
{
	if (f->partition.isolates)
		return "isolated";
	return f->visible ? "visible" : "";
}

static int take_visible(struct value v, void *fault, struct error *why)
{
	return take_bool(v, &((struct fault_spec *)fault)->visible, why);
}

static int take_drop(struct value v, void *fault, struct error *why)
{
	enum direction d = 0;
	int err = parse_direction(v.text, &d, why);

	((struct fault_spec *)fault)->direction |= d;
	return err;
}

static const struct choice directions[] = {
	{"egress", "what the target sends; without either, both"},
	{"ingress", "what it receives"},
	{},
};

static const struct key keys[] = {
	{"drop", VALUE_DIRECTION, .one_of = true, .choices = directions, .take = take_drop,
		.about = "lose packets of this direction", .example = "ingress"},
	{"visible", VALUE_BOOL, .option = "visible", .take = take_visible,
		.about = "true: the sender is told of what it loses on the way out, as of a full "
			 "queue; else it is a loss on the wire",
		.fallback = "false", .example = "true",
		.help = "the sender is told, as of a full queue"},
};

const struct fault_kind fault_drop = {
	.flags = STRIKES_SINGLY | TAKES_LIMIT,
	.set_points = set_points,
	.validate = validate,
	.purpose = "drop packets of the target's sockets",
	.examples = {"--ingress --chance 2% --for 1m --unit redis-server",
		"--where \"port: 6379\" --for 10s --unit redis-server",
		"--for 5s --cgroup /system.slice/nginx.service"},
	.takes_no_on = "it names packets by direction",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = PACKETS_HAVE_NO_PROCESS,
	.not_narrowed = "packets have no comm, exe or uid: only and except can't narrow drop",
	.describe_rest = describe_rest,
};
