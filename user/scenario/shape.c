// SPDX-License-Identifier: GPL-2.0
/* shape: of a fault, what becomes of its packets. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

#define LEAST_BITS 1000.0
#define MOST_BITS 1e12

int parse_bandwidth(const char *text, uint64_t *ret_bits_per_second, struct error *why)
{
	static const struct {
		const char *name;
		double bits;
	} units[] = {{"bit", 1}, {"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}};
	const char *unit;
	double value;

	if (!decimal_number(text, &value, &unit))
		return complain(why, "\"%s\" is not a bandwidth (512kbit, 10mbit)", quoted(text));
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(unit, units[i].name))
			continue;
		value *= units[i].bits;
		if (value < LEAST_BITS)
			return complain(
				why, "the bandwidth \"%s\" is below 1kbit a second", quoted(text));
		if (value > MOST_BITS)
			return complain(
				why, "the bandwidth \"%s\" is above 1000gbit", quoted(text));
		*ret_bits_per_second = llround(value);
		return 0;
	}
	return complain(why,
		"the bandwidth \"%s\" needs bit, kbit, mbit or gbit after the number: bits a "
		"second",
		quoted(text));
}

static int take_delay(struct value v, void *shape, struct error *why)
{
	return parse_spread(v.text, &((struct shape *)shape)->delay, why);
}

static int take_loss(struct value v, void *shape, struct error *why)
{
	return parse_chance(v.text, &((struct shape *)shape)->loss_ppm, why);
}

static int take_duplicate(struct value v, void *shape, struct error *why)
{
	return parse_chance(v.text, &((struct shape *)shape)->duplicate_ppm, why);
}

static int take_reorder(struct value v, void *shape, struct error *why)
{
	return parse_chance(v.text, &((struct shape *)shape)->reorder_ppm, why);
}

static int take_corrupt(struct value v, void *shape, struct error *why)
{
	return parse_chance(v.text, &((struct shape *)shape)->corrupt_ppm, why);
}

static int take_rate(struct value v, void *shape, struct error *why)
{
	return parse_bandwidth(v.text, &((struct shape *)shape)->bits_per_second, why);
}

static const struct key shape_keys[] = {
	{"delay", VALUE_DELAY, .take = take_delay,
		.about = "how much later they arrive: TIME [+- TIME] [uniform|normal|pareto]",
		.example = "100ms +- 20ms normal"},
	{"loss", VALUE_CHANCE, .take = take_loss, .about = "this share is lost", .example = "1%"},
	{"duplicate", VALUE_CHANCE, .take = take_duplicate, .about = "this share comes twice",
		.example = "0.5%"},
	{"reorder", VALUE_CHANCE, .take = take_reorder,
		.about = "this share is not delayed, and so overtakes the others; else all keep "
			 "their order",
		.example = "5%"},
	{"corrupt", VALUE_CHANCE, .take = take_corrupt, .about = "this share has a bit changed",
		.example = "0.1%"},
	{"rate", VALUE_BANDWIDTH, .take = take_rate, .about = "no more bits a second than this",
		.example = "10mbit"},
};

const struct block_row block_shape = {"shape", "\"shape\"", shape_keys, ARRAY_SIZE(shape_keys)};

int read_shape(struct document *d, yaml_node_t *node, void *fault)
{
	return read_block(d, node, BLOCK_SHAPE, &((struct fault_spec *)fault)->shape, NULL);
}
