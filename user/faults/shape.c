// SPDX-License-Identifier: GPL-2.0
/* shape: the packet is late, lost or changed, as on a bad line. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static void set_points(struct fault_spec *f)
{
	if (!f->direction)
		f->direction = DIRECTION_EGRESS;
	for (enum point p = 0; p < NR_POINTS; p++)
		if (points[p].kind == KIND_PACKET && point_direction(p) & f->direction)
			f->points[f->n_points++] = p;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	const struct shape *s = &f->shape;

	if (!s->delay.mean_ns && !s->loss_ppm && !s->duplicate_ppm && !s->reorder_ppm &&
		!s->corrupt_ppm && !s->bits_per_second)
		return complain(why,
			"\"shape\" is empty: give it a delay, loss, duplicate, corrupt "
			"or rate");
	if (s->reorder_ppm && !s->delay.mean_ns)
		return complain(why,
			"\"reorder\" needs a \"delay\": packets overtake others that are delayed");
	return 0;
}

static void add_share(const char *name, uint32_t ppm, char *ret, size_t size)
{
	if (ppm)
		text_append(ret, size, "%s%s %g%%", *ret ? ", " : "", name, ppm * 100.0 / PPM);
}

static void add_rate(uint64_t bits, char *ret, size_t size)
{
	static const struct {
		const char *name;
		double bits;
	} units[] = {{"gbit", 1e9}, {"mbit", 1e6}, {"kbit", 1e3}};
	size_t i = 0;

	if (!bits)
		return;
	while (i + 1 < ARRAY_SIZE(units) && bits < units[i].bits)
		i++;
	text_append(
		ret, size, "%srate %g%s", *ret ? ", " : "", bits / units[i].bits, units[i].name);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	const struct shape *s = &f->shape;
	char delay[80];

	*ret = '\0';
	if (s->delay.mean_ns) {
		describe_spread(&s->delay, delay, sizeof(delay));
		text_append(ret, size, "delay %s", delay);
	}
	add_share("loss", s->loss_ppm, ret, size);
	add_share("duplicate", s->duplicate_ppm, ret, size);
	add_share("reorder", s->reorder_ppm, ret, size);
	add_share("corrupt", s->corrupt_ppm, ret, size);
	add_rate(s->bits_per_second, ret, size);
}

static int take_direction(struct value v, void *fault, struct error *why)
{
	enum direction d = 0;
	int err = parse_direction(v.text, &d, why);

	((struct fault_spec *)fault)->direction |= d;
	return err;
}

static const struct key keys[] = {
	{"shape", VALUE_BLOCK, BLOCK_SHAPE, .one_of = true, .option = "as", .read = read_shape,
		.about = "what becomes of packets: delay, loss, duplicate, reorder, corrupt, rate",
		.example = "delay: 100ms, loss: 1%",
		.missing = "--as is missing: what becomes of "
			   "the packets?"},
	{"direction", VALUE_DIRECTION, .option = "direction", .take = take_direction,
		.about =
			"of what the target sends (egress), of what it receives (ingress), or both",
		.fallback = "egress", .example = "ingress"},
};

const struct fault_kind fault_shape = {
	.flags = STRIKES_SINGLY | TAKES_LIMIT | SHAPES,
	.set_points = set_points,
	.validate = validate,
	.check_limits = check_packet_delay,
	.purpose = "make the network slow, lossy or narrow for the target",
	.examples = {"--as \"delay: 100ms\" --for 1m --unit redis-server",
		"--as \"loss: 1%\" --where \"port: 5432\" --for 30s --unit "
		"postgresql",
		"--as \"rate: 10mbit\" --for 5s --cgroup /system.slice/nginx.service"},
	.takes_no_on = "it names packets by direction",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = detours,
	.no_process = PACKETS_HAVE_NO_PROCESS,
	.not_narrowed = "packets have no comm, exe or uid: only and except can't narrow shape",
	.describe = describe,
};
