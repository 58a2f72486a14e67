// SPDX-License-Identifier: GPL-2.0
/* A bad line's decisions, the queue of what waits, and packets as a tap has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kernel/quantiles.h"
#include "shape/frame.h"
#include "shape/line.h"
#include "shape/queue.h"

#define MS 1000000ull
#define N 20000

static struct line line(struct shape shape)
{
	static int32_t normal[NR_QUANTILES];

	quantiles_fill(SPREAD_NORMAL, normal);
	return (struct line){
		.shape = shape, .quantiles = normal, .cap_ns = MAX_DELAY_NS, .seed = 4711};
}

static void a_delay_alone(void **state)
{
	struct line l = line((struct shape){.delay = {.mean_ns = 50 * MS}});
	struct fate f;

	(void)state;
	for (uint64_t now = MS; now < 100 * MS; now += MS) {
		line_take(&l, now, 1500, &f);
		assert_int_equal(f.lost, NOT_LOST);
		assert_int_equal(f.due_ns, now + 50 * MS);
		assert_false(f.twice || f.early || f.corrupt);
	}
}

static void about(unsigned int n, double share)
{
	/* Five deviations of a binomial distribution are less for all shares here. */
	assert_in_range(n, N * share - 330, N * share + 330);
}

static void shares_are_as_asked(void **state)
{
	struct line l = line((struct shape){.delay = {.mean_ns = MS},
		.loss_ppm = 50000,
		.duplicate_ppm = 100000,
		.reorder_ppm = 200000,
		.corrupt_ppm = 10000});
	unsigned int lost = 0, twice = 0, early = 0, corrupt = 0;
	struct fate f;

	(void)state;
	for (int i = 0; i < N; i++) {
		line_take(&l, MS, 1500, &f);
		lost += f.lost == LOST;
		twice += f.twice;
		early += f.early;
		corrupt += f.corrupt;
		if (f.lost)
			assert_false(f.twice || f.early || f.corrupt);
	}
	about(lost, 0.05);
	about(twice, 0.95 * 0.1);
	about(early, 0.95 * 0.2);
	about(corrupt, 0.95 * 0.01);
}

static void the_same_seed_has_the_same_fate(void **state)
{
	struct shape s = {.loss_ppm = 300000,
		.delay = {.mean_ns = 20 * MS, .jitter_ns = 5 * MS, .distribution = SPREAD_NORMAL}};
	struct line a = line(s), b = line(s), c = line(s);
	unsigned int differ = 0;
	struct fate x, y, z;

	(void)state;
	c.seed++;
	for (int i = 0; i < 1000; i++) {
		line_take(&a, i * MS, 100, &x);
		line_take(&b, i * MS, 100, &y);
		line_take(&c, i * MS, 100, &z);
		assert_memory_equal(&x, &y, sizeof(x));
		differ += x.lost != z.lost;
	}
	assert_true(differ > 200);
}

static void jitter_keeps_the_order(void **state)
{
	struct line l = line((struct shape){
		.delay = {
			.mean_ns = 20 * MS, .jitter_ns = 10 * MS, .distribution = SPREAD_NORMAL}});
	uint64_t last = 0;
	struct fate f;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		line_take(&l, i * MS, 100, &f);
		assert_true(f.due_ns >= last);
		last = f.due_ns;
	}
}

static void early_ones_overtake(void **state)
{
	struct line l = line((struct shape){.delay = {.mean_ns = 20 * MS}, .reorder_ppm = 250000});
	struct fate f;

	(void)state;
	for (int i = 0; i < 100; i++) {
		line_take(&l, i * MS, 100, &f);
		assert_int_equal(f.due_ns, i * MS + (f.early ? 0 : 20 * MS));
	}
}

static void a_rate_is_kept(void **state)
{
	/* 1250 bytes take 10 ms; of what comes at once 200 ms are kept, and the first. */
	struct line l = line((struct shape){.bits_per_second = 1000000});
	unsigned int kept = 0;
	struct fate f;

	(void)state;
	for (int i = 0; i < 100; i++) {
		line_take(&l, 0, 1250, &f);
		if (f.lost) {
			assert_int_equal(f.lost, OVERFLOWED);
			continue;
		}
		assert_int_equal(f.due_ns, ++kept * 10 * MS);
	}
	assert_int_equal(kept, 21);
	/* An idle line saves nothing up. */
	line_take(&l, 10000 * MS, 1250, &f);
	assert_int_equal(f.due_ns, 10010 * MS);
}

static void large_packets_have_room(void **state)
{
	struct line l = line((struct shape){.bits_per_second = 1000000});
	struct fate f;

	(void)state;
	for (int i = 0; i < 8; i++) {
		line_take(&l, 0, 65000, &f);
		assert_int_equal(f.lost, NOT_LOST);
	}
	line_take(&l, 0, 65000, &f);
	assert_int_equal(f.lost, OVERFLOWED);
	/* The first takes 520 ms to go out. */
	line_take(&l, 521 * MS, 65000, &f);
	assert_int_equal(f.lost, NOT_LOST);
	assert_int_equal(f.due_ns, 9 * 520 * MS);
}

/* As acknowledgements of TCP, without which it does not go on. */
static void small_packets_have_room_behind_a_large_one(void **state)
{
	struct line l = line((struct shape){.bits_per_second = 1000000});
	struct fate f;

	(void)state;
	line_take(&l, 0, 65000, &f);
	for (int i = 1; i < 8; i++) {
		line_take(&l, 0, 125, &f);
		assert_int_equal(f.lost, NOT_LOST);
		assert_int_equal(f.due_ns, (520 + i) * MS);
	}
	line_take(&l, 0, 125, &f);
	assert_int_equal(f.lost, OVERFLOWED);
}

static void nothing_takes_longer_than_the_longest(void **state)
{
	const struct shape narrow = {.bits_per_second = 1000000};
	struct line l = line(narrow);
	struct fate f;

	(void)state;
	for (int i = 0; i < 20; i++) {
		line_take(&l, 0, 65550, &f);
		if (!f.lost)
			assert_true(f.due_ns <= line_longest(&narrow, 10000 * MS));
	}
	assert_int_equal(line_longest(&(struct shape){}, 10000 * MS), 0);
	assert_int_equal(line_longest(&(struct shape){.delay = {.mean_ns = 5 * MS,
							      .jitter_ns = 2 * MS,
							      .distribution = SPREAD_UNIFORM}},
				 10000 * MS),
		7 * MS);
	assert_int_equal(line_longest(&(struct shape){.delay = {.mean_ns = 5 * MS,
							      .jitter_ns = 2 * MS,
							      .distribution = SPREAD_PARETO}},
				 10000 * MS),
		10000 * MS);
}

static void queues_by_time_then_order(void **state)
{
	struct queue q = {};
	unsigned int seed = 1;
	uint64_t last = 0, number = 0;

	(void)state;
	assert_null(queue_take(&q));
	for (unsigned int i = 0; i < 5000; i++)
		assert_int_equal(
			queue_add(&q, rand_r(&seed) % 100, i % 7, i % 64, &i, sizeof(i)), 0);
	assert_int_equal(q.bytes, 5000 * sizeof(unsigned int));
	for (unsigned int i = 0; i < 5000; i++) {
		struct packet *p = queue_take(&q);

		assert_true(p->due_ns > last || (p->due_ns == last && (!i || p->number > number)));
		assert_memory_equal(p->data, &(unsigned int){p->number}, sizeof(unsigned int));
		last = p->due_ns;
		number = p->number;
		free(p);
	}
	assert_int_equal(q.bytes, 0);
	assert_null(queue_first(&q));
	free(q.all);
}

/* A UDP datagram over IPv4, its checksum left to the device. */
static const unsigned char plain[] = {1, 0, 0, 0, 0, 0, 34, 0, 6,
	0, /* NEEDS_CSUM from byte 34 on, in the 6th of those */
	2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 8, 0,			      /* Ethernet */
	0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, /* IPv4 */
	0x1b, 0x58, 0x1b, 0x59, 0, 12, 0xfe, 0x1f, /* UDP; the pseudo header's sum */
	'a', 'b', 'c', 'd'};

static void a_tag_is_taken_out(void **state)
{
	unsigned char frame[sizeof(plain) + 4];
	size_t size = sizeof(frame);

	(void)state;
	memcpy(frame, plain, 22);
	memcpy(frame + 22, "\x81\x00\x00\x45", 4);
	memcpy(frame + 26, plain + 22, sizeof(plain) - 22);
	frame[6] += 4; /* csum_start counts the tag */
	assert_int_equal(frame_take_tag(frame, &size), 0x45);
	assert_int_equal(size, sizeof(plain));
	assert_memory_equal(frame, plain, sizeof(plain));
	assert_int_equal(frame_take_tag(frame, &size), -1);
	size = 12;
	assert_int_equal(frame_take_tag(frame, &size), -1);
}

static void a_tag_is_put_in_again(void **state)
{
	unsigned char frame[sizeof(plain) + 4], tagged[sizeof(frame)];
	size_t size = sizeof(plain);

	(void)state;
	memcpy(frame, plain, sizeof(plain));
	frame_put_tag(frame, &size, 0x45);
	assert_int_equal(size, sizeof(frame));
	assert_memory_equal(frame + 22, "\x81\x00\x00\x45", 4);
	assert_int_equal(frame[6], plain[6] + 4);
	memcpy(tagged, frame, sizeof(frame));
	assert_int_equal(frame_take_tag(frame, &size), 0x45);
	assert_memory_equal(frame, plain, sizeof(plain));
}

static uint16_t sum_of(const unsigned char *at, size_t size, uint32_t sum)
{
	for (size_t i = 0; i < size; i += 2)
		sum += at[i] << 8 | at[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void a_changed_one_does_not_fit_its_checksum(void **state)
{
	/* 127.0.0.1 twice, protocol 17, length 12 */
	const uint32_t pseudo = 0x7f00 + 1 + 0x7f00 + 1 + 17 + 12;

	(void)state;
	for (uint64_t random = 0; random < 12 * 8; random++) {
		unsigned char frame[sizeof(plain)];
		unsigned int changed = 0;

		memcpy(frame, plain, sizeof(plain));
		frame_corrupt(frame, sizeof(frame), random);
		assert_int_equal(frame[0], 0);
		assert_memory_equal(frame + 10, plain + 10, 34);
		assert_int_not_equal(sum_of(frame + 44, 12, pseudo), 0xffff);
		frame[44 + random / 8] ^= 1 << random % 8;
		assert_int_equal(sum_of(frame + 44, 12, pseudo), 0xffff);
		for (size_t i = 44; i < sizeof(plain); i++)
			changed += i != 50 && i != 51 && frame[i] != plain[i];
		assert_int_equal(changed, 0);
	}
}

static void short_ones_are_left_alone(void **state)
{
	unsigned char frame[FRAME_LEAST] = {};

	(void)state;
	frame_corrupt(frame, sizeof(frame), ~0ull);
	for (size_t i = 0; i < sizeof(frame); i++)
		assert_int_equal(frame[i], 0);
}

static void large_ones_count_as_many(void **state)
{
	unsigned char frame[8000] = {0, 1 /* TCPV4 */, 66, 0, 0xa8, 5 /* 1448 */};

	(void)state;
	assert_int_equal(frame_packets(frame, 10 + 66 + 5 * 1448), 5);
	assert_int_equal(frame_packets(frame, 10 + 66 + 5 * 1448 + 1), 6);
	frame[1] = 0;
	assert_int_equal(frame_packets(frame, 8000), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_delay_alone),
		cmocka_unit_test(shares_are_as_asked),
		cmocka_unit_test(the_same_seed_has_the_same_fate),
		cmocka_unit_test(jitter_keeps_the_order),
		cmocka_unit_test(early_ones_overtake),
		cmocka_unit_test(a_rate_is_kept),
		cmocka_unit_test(large_packets_have_room),
		cmocka_unit_test(nothing_takes_longer_than_the_longest),
		cmocka_unit_test(small_packets_have_room_behind_a_large_one),
		cmocka_unit_test(queues_by_time_then_order),
		cmocka_unit_test(a_tag_is_taken_out),
		cmocka_unit_test(a_tag_is_put_in_again),
		cmocka_unit_test(a_changed_one_does_not_fit_its_checksum),
		cmocka_unit_test(short_ones_are_left_alone),
		cmocka_unit_test(large_ones_count_as_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
