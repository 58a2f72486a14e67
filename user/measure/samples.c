// SPDX-License-Identifier: GPL-2.0
#include "measure/samples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 1024u

/* Shared by those who look at it: what is in it doesn't change, only more is appended. */
struct sample_buffer {
	unsigned int users;
	size_t capacity, used;
	struct sample all[];
};

static struct sample_buffer *buffer_new(size_t capacity)
{
	struct sample_buffer *b = malloc(sizeof(*b) + capacity * sizeof(b->all[0]));

	if (b)
		*b = (struct sample_buffer){.users = 1, .capacity = capacity};
	return b;
}

static void buffer_put(struct sample_buffer *b)
{
	if (b && !--b->users)
		free(b);
}

/* Every second one goes. */
static void thin(const struct samples *s, struct sample_buffer *to)
{
	for (size_t i = 1; i < s->n; i += 2)
		to->all[to->used++] = s->buffer->all[i];
}

static int make_room(struct samples *s)
{
	struct sample_buffer *more;
	bool full = s->n == MAX_SAMPLES;
	size_t capacity = s->buffer ? 2 * s->buffer->capacity : FIRST_CAPACITY;

	if (s->buffer && s->n < s->buffer->capacity)
		return 0;
	more = buffer_new(capacity < MAX_SAMPLES ? capacity : MAX_SAMPLES);
	if (!more)
		return -ENOMEM;
	if (full) {
		thin(s, more);
		s->every *= 2;
	} else if (s->n) {
		memcpy(more->all, s->buffer->all, s->n * sizeof(more->all[0]));
		more->used = s->n;
	}
	buffer_put(s->buffer);
	s->buffer = more;
	s->n = more->used;
	return 0;
}

int samples_add(struct samples *s, const struct sample *one)
{
	int err;

	if (!s->every)
		s->every = 1;
	if (++s->skipped < s->every)
		return 0;
	err = make_room(s);
	if (err)
		return err;
	/* It has become twice as many: this one is the first of two. */
	if (s->skipped < s->every)
		return 0;
	s->skipped = 0;
	s->buffer->all[s->n++] = *one;
	s->buffer->used = s->n;
	return 0;
}

struct samples samples_share(const struct samples *s)
{
	if (s->buffer)
		s->buffer->users++;
	return *s;
}

void samples_done(struct samples *s)
{
	buffer_put(s->buffer);
	*s = (struct samples){};
}

const struct sample *sample_at(const struct samples *s, size_t i)
{
	return &s->buffer->all[i];
}

uint64_t sample_count(const struct samples *s, const struct sample *one)
{
	return (uint64_t)(one->count ?: 1) * (s->every ?: 1);
}

size_t samples_from(const struct samples *s, uint64_t ns)
{
	size_t low = 0, high = s->n; /* none: no buffer */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->buffer->all[middle].end_ns < ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool sample_is_in(const struct sample *one, const struct selection *which)
{
	if (!(which->phases >> one->phase & 1))
		return false;
	return !which->to_ns || (one->end_ns >= which->from_ns && one->end_ns < which->to_ns);
}

void samples_tally(const struct samples *s, const struct selection *which, struct tally *ret)
{
	size_t i = which->to_ns ? samples_from(s, which->from_ns) : 0;

	*ret = (struct tally){};
	for (; i < s->n; i++) {
		const struct sample *one = sample_at(s, i);

		if (which->to_ns && one->end_ns >= which->to_ns)
			break;
		if (sample_is_in(one, which))
			ret->n[one->result] += sample_count(s, one);
	}
}

uint64_t tally_operations(const struct tally *t)
{
	return t->n[SAMPLE_OK] + t->n[SAMPLE_FAILED] + t->n[SAMPLE_INDETERMINATE];
}

static bool has_latency(const struct sample *one, bool all)
{
	if (one->result == SAMPLE_UNFINISHED)
		return false;
	return all || one->result == SAMPLE_OK || one->timed_out;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = ((const struct latency *)a)->ns, y = ((const struct latency *)b)->ns;

	return x < y ? -1 : x > y;
}

int latencies_add(
	struct latencies *l, const struct samples *s, const struct selection *which, bool all)
{
	size_t from = which->to_ns ? samples_from(s, which->from_ns) : 0;
	size_t to = which->to_ns ? samples_from(s, which->to_ns) : s->n;
	struct latency *more =
		realloc(l->all, (l->n + (to > from ? to - from : 0) + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	l->all = more;
	for (size_t i = from; i < to; i++) {
		const struct sample *one = sample_at(s, i);

		if (!has_latency(one, all) || !sample_is_in(one, which))
			continue;
		l->all[l->n++] = (struct latency){
			(one->end_ns - one->planned_ns) | (one->timed_out ? LATENCY_IS_MORE : 0),
			one->count ?: 1};
		l->operations += one->count ?: 1;
	}
	return 0;
}

/* Those that timed out come last, whatever they took: they would have taken longer. */
void latencies_sort(struct latencies *l)
{
	if (l->n)
		qsort(l->all, l->n, sizeof(*l->all), by_size);
}

void latencies_done(struct latencies *l)
{
	free(l->all);
	*l = (struct latencies){};
}

bool latencies_quantile(const struct latencies *l, double q, uint64_t *ret_ns, bool *ret_more)
{
	uint64_t rank;
	size_t at = 0;

	if (!l->n)
		return false;
	/* 0.07 * 100 is a little more than 7. */
	rank = ceil(q * l->operations - 1e-9);
	for (uint64_t seen = l->all[0].count; seen < rank && at + 1 < l->n;)
		seen += l->all[++at].count;
	*ret_ns = l->all[at].ns & ~LATENCY_IS_MORE;
	*ret_more = l->all[at].ns & LATENCY_IS_MORE;
	return true;
}
