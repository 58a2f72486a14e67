// SPDX-License-Identifier: GPL-2.0
/* skew: of a fault: which clocks, and what they say. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

#define ZONES "/usr/share/zoneinfo/"

const char *const clock_names[NR_CLOCK_KINDS] = {
	[CLOCK_KIND_REALTIME] = "realtime",
	[CLOCK_KIND_MONOTONIC] = "monotonic",
	[CLOCK_KIND_BOOTTIME] = "boottime",
};

bool changes_clocks(const struct skew_spec *s)
{
	return s->offset_ns || s->slower_ppm || s->faster_ppm || s->frozen || s->step_ns;
}

/* "+1h", "-30s" */
static int take_shift(struct value v, int64_t *ret, struct error *why)
{
	uint64_t ns = 0;
	int err;

	if (*v.text != '+' && *v.text != '-')
		return complain(why, "%s takes a time with its sign (+1h, -30s), not \"%s\"",
			named(v), quoted(v.text));
	err = parse_years(v.text + 1, &ns, why);
	*ret = *v.text == '-' ? -(int64_t)ns : (int64_t)ns;
	return err;
}

static int take_jump(struct value v, void *fault, struct error *why)
{
	return take_shift(v, &((struct fault_spec *)fault)->skew.offset_ns, why);
}

static int take_drift(struct value v, void *fault, struct error *why)
{
	struct skew_spec *s = &((struct fault_spec *)fault)->skew;
	bool slower = *v.text == '-';
	uint32_t ppm = 0;
	int err = parse_chance(v.text + (slower || *v.text == '+'), &ppm, why);

	if (err)
		return complain(why,
			"%s takes a share of the time, at most 100%% (1%%, -200ppm), not \"%s\"",
			named(v), quoted(v.text));
	if (slower && ppm == PPM)
		return complain(why, "%s \"%s\" stands still: that is freeze: true", named(v),
			quoted(v.text));
	s->slower_ppm = slower ? ppm : 0;
	s->faster_ppm = slower ? 0 : ppm;
	return 0;
}

static int take_freeze(struct value v, void *fault, struct error *why)
{
	return take_bool(v, &((struct fault_spec *)fault)->skew.frozen, why);
}

static int take_step(struct value v, void *fault, struct error *why)
{
	return parse_duration(v.text, &((struct fault_spec *)fault)->skew.step_ns, why);
}

/* As all files of the time zone database begin (tzfile(5)), and lists that lie beside them don't.
 */
static bool is_zone(const char *path)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char head[4];

	return fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) &&
	       !memcmp(head, "TZif", sizeof(head));
}

static int take_zone(struct value v, void *fault, struct error *why)
{
	struct skew_spec *s = &((struct fault_spec *)fault)->skew;
	char path[sizeof(ZONES) + sizeof(s->zone)];

	if (!*v.text || strlen(v.text) >= sizeof(s->zone) || *v.text == '/' || strstr(v.text, ".."))
		return complain(why, "%s takes the name of a time zone (Asia/Tokyo), not \"%s\"",
			named(v), quoted(v.text));
	snprintf(path, sizeof(path), ZONES "%s", v.text);
	if (!is_zone(path))
		return complain(why, "there is no time zone \"%s\" in " ZONES, quoted(v.text));
	snprintf(s->zone, sizeof(s->zone), "%s", v.text);
	return 0;
}

static int take_clock(struct value v, void *fault, struct error *why)
{
	for (unsigned int i = 0; i < NR_CLOCK_KINDS; i++) {
		if (strcmp(v.text, clock_names[i]))
			continue;
		((struct fault_spec *)fault)->skew.clocks |= 1u << i;
		return 0;
	}
	return complain_unknown(why, "clock", v.text, clock_names, NR_CLOCK_KINDS);
}

static const struct key skew_keys[] = {
	{"jump", VALUE_SHIFT, .take = take_jump, .about = "by so much, from the beginning on",
		.example = "-10s"},
	{"drift", VALUE_DRIFT, .take = take_drift,
		.about = "they go so much faster, or slower with a minus", .example = "1%"},
	{"freeze", VALUE_BOOL, .take = take_freeze, .about = "true: they stand still",
		.fallback = "false", .example = "true"},
	{"step", VALUE_TIME, .take = take_step, .about = "they go on in steps of this",
		.example = "1s"},
	{"zone", VALUE_ZONE, .take = take_zone,
		.about = "the time zone of its commands that are started meanwhile, which is TZ in "
			 "their environment",
		.example = "Asia/Tokyo"},
	{"clocks", VALUE_CLOCK, .list = true, .take = take_clock,
		.about = "which: realtime, monotonic, boottime; those that never go backwards take "
			 "freeze, step and a drift with a minus alone",
		.fallback = "realtime", .example = "[realtime, monotonic]"},
};

const struct block_row block_skew = {"skew", "\"skew\"", skew_keys, ARRAY_SIZE(skew_keys)};

static int read_shift(struct document *d, yaml_node_t *node, void *fault)
{
	struct value v = {.name = "skew"};
	int err = read_text(d, node, v.name, &v.text);

	return err ?: wrong_value(d, node, take_jump(v, fault, d->why));
}

/* {+1h}: a key without a value, which the command line has. NULL: the mapping begins otherwise. */
static yaml_node_t *bare_time(struct document *d, const yaml_node_t *node)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	yaml_node_t *key, *value;

	if (node->type != YAML_MAPPING_NODE || node->data.mapping.pairs.top == pair)
		return NULL;
	key = yaml_document_get_node(&d->yaml, pair->key);
	value = yaml_document_get_node(&d->yaml, pair->value);
	if (key->type != YAML_SCALAR_NODE || value->type != YAML_SCALAR_NODE)
		return NULL;
	return key->data.scalar.length && !value->data.scalar.length &&
			       strchr("+-0123456789", *(const char *)key->data.scalar.value)
		       ? key
		       : NULL;
}

int read_skew(struct document *d, yaml_node_t *node, void *fault)
{
	yaml_node_t *time = bare_time(d, node);

	if (time && node->data.mapping.pairs.top - node->data.mapping.pairs.start > 1)
		return wrong(d, time, "beside other keys \"%s\" is written as jump: %s",
			quoted((const char *)time->data.scalar.value),
			quoted((const char *)time->data.scalar.value));
	if (time)
		return read_shift(d, time, fault);
	return node->type == YAML_MAPPING_NODE ? read_block(d, node, BLOCK_SKEW, fault, NULL)
					       : read_shift(d, node, fault);
}
