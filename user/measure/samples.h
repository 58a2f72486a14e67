/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operations of one workload, one by one in the order of their ends. Whatever is said of
 * latencies, stalls and recovery is computed from them (docs/judging.md has the definitions).
 * A million are kept; when there are more, every second one goes, and those that are left stand
 * for two each, and so on: counts are close then, not exact.
 */
#ifndef JINX_SAMPLES_H
#define JINX_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_SAMPLES 1000000u

enum sample_result {
	SAMPLE_OK,
	SAMPLE_FAILED,
	SAMPLE_INDETERMINATE, /* nobody knows whether it took effect: timed out, cut off */
	SAMPLE_UNFINISHED,    /* the end of the experiment ended it: it is in no rate */
	NR_SAMPLE_RESULTS
};

/* Times are CLOCK_MONOTONIC. */
struct sample {
	uint64_t planned_ns; /* when it was to start; in a closed loop when it did */
	uint64_t start_ns, end_ns;
	uint8_t result; /* enum sample_result */
	uint8_t phase;	/* the one that it counts to: see phase_of() in run/operations.c */
	bool timed_out; /* so that it would have taken longer than it did */
	uint32_t count; /* so many alike, as a load tool's line tells of; 0 is 1 */
};

struct sample_buffer;

/* All zero: none yet. A copy made by samples_share() never changes. */
struct samples {
	struct sample_buffer *buffer;
	size_t n;
	unsigned int every; /* each stands for so many; 0 is 1 */
	uint64_t skipped;   /* since the last one that was kept */
};

/* Appends one; its end is not before that of the last one. 0 or -ENOMEM. */
int samples_add(struct samples *s, const struct sample *one);

/* What there is now; costs no copy. */
struct samples samples_share(const struct samples *s);
void samples_done(struct samples *s);

const struct sample *sample_at(const struct samples *s, size_t i);
/* How many operations it stands for. */
uint64_t sample_count(const struct samples *s, const struct sample *one);
/* The number of the first one that ended then or later; s->n: none. */
size_t samples_from(const struct samples *s, uint64_t ns);

/* Some of them. */
struct selection {
	uint32_t phases; /* a bit each: they count to one of these */
	uint64_t from_ns,
		to_ns; /* and ended at from_ns or later and before to_ns; 0, 0: whenever */
};
#define ALL_PHASES UINT32_MAX

bool sample_is_in(const struct sample *one, const struct selection *which);

/* How many there are, by result. */
struct tally {
	uint64_t n[NR_SAMPLE_RESULTS];
};

void samples_tally(const struct samples *s, const struct selection *which, struct tally *ret);
/* All but the unfinished ones. */
uint64_t tally_operations(const struct tally *t);

/*
 * How long they took from their planned starts: those that succeeded, and those that timed out,
 * which would have taken longer; with `all` those that failed too. All zero: none yet.
 */
struct latencies {
	size_t n;
	struct latency {
		uint64_t ns; /* with LATENCY_IS_MORE where it would have been longer */
		uint64_t count;
	} * all;
	uint64_t operations; /* all counts together */
};
#define LATENCY_IS_MORE (1ull << 63)

/* Adds those of a workload. 0 or -ENOMEM. */
int latencies_add(
	struct latencies *l, const struct samples *s, const struct selection *which, bool all);
/* They are all there. */
void latencies_sort(struct latencies *l);
void latencies_done(struct latencies *l);

/* The nearest rank: number ceil(q * operations) of them, sorted. False: there are none. */
bool latencies_quantile(const struct latencies *l, double q, uint64_t *ret_ns, bool *ret_more);

#endif
