/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of the table and of the JSON report that have a file of their own. */
#ifndef JINX_SECTIONS_H
#define JINX_SECTIONS_H

#include <jansson.h>
#include <stdio.h>

#include "measure/snapshot.h"

/* The value by a format that takes a double, or "-" where there is none. Of the last 16 each stays
 * valid. */
const char *shown(double value, const char *format);

/* Of a rule that this kernel can't do; why is too long for a table. */
#define LEFT_OUT "this kernel can't (jinx check says why)"

/* What stands above and below all that is measured. Lines are wrapped at the width; 0: never. */
void print_head(const struct snapshot *s, unsigned int width, FILE *to);
void print_foot(const struct snapshot *s, unsigned int width, FILE *to);

/* Points of a group that were never called would drown the others: how many they are. */
void print_silent(unsigned int n, const char *before, FILE *to);
/* A binding is shown if its point was reached; of a rule without any that was the first one. */
bool shows_binding(const struct snapshot *s, const struct snapshot_rule *rule, unsigned int i);
/* Of the column of points in wide tables. */
int point_width(const struct snapshot *s);
/* How long a rule (its index) made threads sleep, if it made any. */
void print_delays(const struct snapshot *s, unsigned int index, const char *before, FILE *to);
void print_taken(const struct snapshot *s, unsigned int index, const char *before, FILE *to);
void print_shaped(const struct snapshot *s, unsigned int index, const char *before, FILE *to);

/* Whether there is anything to say of operations, or of several phases. */
bool measures_operations(const struct snapshot *s);

/* The workloads, each by itself where there may be several; how they were driven and verified. */
void print_workloads(const struct snapshot *s, FILE *to);
/* The latter alone. */
void print_workload_notes(const struct snapshot *s, unsigned int width, FILE *to);

/* Calls that were measured in the kernel, and those that could not be. */
void print_measured(const struct snapshot *s, unsigned int width, FILE *to);

void print_probes(const struct snapshot *s, unsigned int width, FILE *to);
void print_targets_and_logs(const struct snapshot *s, FILE *to);
/* Expectations and guards, and before them the outages; where there are none nothing. */
void print_expectations(const struct snapshot *s, unsigned int width, FILE *to);

/* "99.9% within 300ms, over 30d"; latency_ns 0: however long they take. Returns ret. */
const char *slo_promise(
	double success, uint64_t latency_ns, uint64_t window_s, char *ret, size_t size);

/* What was taken of the error budget; without an `slo` nothing. */
void print_slo(const struct snapshot *s, FILE *to);

/* How earlier runs went, a line of bars each; where there are none nothing. */
void print_trend(const struct snapshot *s, FILE *to);

/* For the JSON report. */
json_t *expectations_json(const struct snapshot *s);
json_t *guards_json(const struct snapshot *s);
json_t *slo_json(const struct snapshot *s);

#endif
