// SPDX-License-Identifier: GPL-2.0
#include "shape/line.h"

#include "../../bpf/decide.bpf.h"

/*
 * With a rate so much waits at the most: what goes out in that time, but some packets in any case.
 * Routers have that much; with more a full queue is a delay of its own.
 */
#define QUEUE_NS 200000000ull
#define LARGEST 65550 /* of the loopback device */

/* What is drawn for a packet: each from a stream of its own. */
enum stream { STREAM_LOSS, STREAM_TWICE, STREAM_EARLY, STREAM_CORRUPT, STREAM_BIT, STREAM_DELAY };

static uint64_t seed_for(const struct line *l, enum stream stream)
{
	return l->seed + (stream + 1) * 0x9fb21c651e98df25ull;
}

static bool draw(const struct line *l, enum stream stream, uint32_t chance_ppm)
{
	return chance_ppm &&
	       (chance_ppm >= PPM || dice(seed_for(l, stream), l->packets, chance_ppm));
}

static uint64_t delay(const struct line *l)
{
	const struct rule rule = {.delay_ns = l->shape.delay.mean_ns,
		.jitter_ns = l->shape.delay.jitter_ns,
		.distribution = l->shape.delay.distribution,
		.cap_ns = l->cap_ns};
	const struct draw d = {seed_for(l, STREAM_DELAY), l->packets};

	return draw_delay(&rule, l->quantiles, &d);
}

static uint64_t time_for(const struct shape *s, size_t size)
{
	return size * 8 * 1000000000ull / s->bits_per_second;
}

/* When a packet has gone out over a narrow line; false: the queue before it is full. */
static bool go_out(struct line *l, uint64_t now_ns, size_t size, uint64_t *ret_ns)
{
	uint64_t takes = time_for(&l->shape, size);
	uint64_t *out_ns = &l->out_ns[l->went_out % LINE_QUEUE_PACKETS];

	if (l->free_ns < now_ns)
		l->free_ns = now_ns;
	if (l->free_ns > now_ns + QUEUE_NS && *out_ns > now_ns)
		return false;
	*ret_ns = *out_ns = l->free_ns += takes;
	l->went_out++;
	return true;
}

void line_take(struct line *l, uint64_t now_ns, size_t size, struct fate *ret)
{
	const struct shape *s = &l->shape;

	*ret = (struct fate){.due_ns = now_ns};
	if (draw(l, STREAM_LOSS, s->loss_ppm))
		ret->lost = LOST;
	else if (s->bits_per_second && !go_out(l, now_ns, size, &ret->due_ns))
		ret->lost = OVERFLOWED;
	if (!ret->lost) {
		ret->twice = draw(l, STREAM_TWICE, s->duplicate_ppm);
		ret->corrupt = draw(l, STREAM_CORRUPT, s->corrupt_ppm);
		ret->early = draw(l, STREAM_EARLY, s->reorder_ppm);
		ret->random = random_at(seed_for(l, STREAM_BIT), l->packets);
		if (!ret->early) {
			ret->due_ns += delay(l);
			if (ret->due_ns < l->last_due_ns)
				ret->due_ns = l->last_due_ns;
			l->last_due_ns = ret->due_ns;
		}
	}
	l->packets++;
}

uint64_t line_longest(const struct shape *s, uint64_t cap_ns)
{
	uint64_t delay = s->delay.mean_ns + s->delay.jitter_ns, queue = 0;

	if (s->delay.distribution != SPREAD_UNIFORM || delay > cap_ns)
		delay = cap_ns;
	if (s->bits_per_second)
		queue = QUEUE_NS + LINE_QUEUE_PACKETS * time_for(s, LARGEST);
	return delay + queue;
}
