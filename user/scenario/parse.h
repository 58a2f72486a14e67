/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of a scenario file, between the files that have its blocks. */
#ifndef JINX_PARSE_H
#define JINX_PARSE_H

#include "scenario/document.h"

/* A scenario that is being read, from a file or from the command line. */
struct parsing {
	struct scenario *s;
	yaml_node_t *fault_target[MAX_RULES]; /* names, which may stand before the targets do */
};

/* The blocks, each in the file that reads it. */
extern const struct block_row block_scenario, block_target, block_only, block_except,
	block_workload, block_lines, block_verify, block_probe, block_answer, block_log,
	block_safety, block_phase, block_use, block_fault, block_shape, block_when, block_burst,
	block_where, block_not, block_arg, block_expect, block_that, block_guard, block_steady,
	block_slo, block_hooks, block_step, block_ready, block_exhaust, block_restrict, block_leak,
	block_network, block_dns, block_respond, block_corrupt, block_skew, block_gameday,
	block_round;

/*
 * A file, or with "-" standard input; one whose words root may carry out, unless it is `trusted`
 * (trust.h). `what` it is to be is for messages. 0 and the text, the caller's; -errno with *why.
 */
int read_trusted(const char *path, bool trusted, const char *what, char **ret, size_t *ret_size,
	struct error *why);

int read_target(struct document *d, yaml_node_t *node, void *parsing);
int read_targets(struct document *d, yaml_node_t *node, void *parsing);
/* The program and its arguments, or a text for the shell. */
int read_command_line(struct document *d, yaml_node_t *node, const char *what, char ***ret);
/* What workloads and probes have in common, each into a struct ask. */
int take_url(struct value v, struct ask *a, struct error *why);
int take_address(struct value v, struct ask *a, struct error *why);
int read_answer(struct document *d, yaml_node_t *node, struct ask *a);
/* A regex that is one; a copy of it. */
int take_regex(struct value v, char **ret, struct error *why);
/* "exactly one of" for a block that has been read. */
int one_of(struct document *d, yaml_node_t *node, enum block block, const struct given *g);
int read_probes(struct document *d, yaml_node_t *node, void *parsing);
int read_logs(struct document *d, yaml_node_t *node, void *parsing);
int read_workload(struct document *d, yaml_node_t *node, void *parsing);
int read_workloads(struct document *d, yaml_node_t *node, void *parsing);
/* The faults of the last phase. */
int read_faults(struct document *d, yaml_node_t *node, void *parsing);
/* What is excepted, into the not of a where. */
int read_spared(struct document *d, yaml_node_t *node, struct where *w);
int read_where(struct document *d, yaml_node_t *node, struct where *w);
int read_exhaust(struct document *d, yaml_node_t *node, void *fault);
int read_restrict(struct document *d, yaml_node_t *node, void *fault);
int read_leak(struct document *d, yaml_node_t *node, void *fault);
int read_when(struct document *d, yaml_node_t *node, struct trigger *t);
int read_corrupt(struct document *d, yaml_node_t *node, void *fault);
int read_respond(struct document *d, yaml_node_t *node, void *fault);
int read_dns(struct document *d, yaml_node_t *node, void *fault);
int read_skew(struct document *d, yaml_node_t *node, void *fault);
int read_shape(struct document *d, yaml_node_t *node, void *fault);
/* expectations.c, steady.c */
int read_expectations(struct document *d, yaml_node_t *node, void *parsing);
int take_expected(struct value v, void *parsing, struct error *why);
int read_guard(struct document *d, yaml_node_t *node, void *parsing);
int take_guard(struct value v, void *parsing, struct error *why);
int read_steady(struct document *d, yaml_node_t *node, void *parsing);
int read_slo(struct document *d, yaml_node_t *node, void *parsing);
int take_window(struct value v, void *parsing, struct error *why);
/* standing.c, and of params, matrix and ports, which have been read by then (expand.h) */
int read_before(struct document *d, yaml_node_t *node, void *parsing);
int read_setup(struct document *d, yaml_node_t *node, void *parsing);
int read_teardown(struct document *d, yaml_node_t *node, void *parsing);
int read_steps(struct document *d, yaml_node_t *node, const char *what, struct steps *all);
int read_hooks(struct document *d, yaml_node_t *node, void *parsing);
int read_network(struct document *d, yaml_node_t *node, void *parsing);
int read_ready(struct document *d, yaml_node_t *node, void *parsing);
int take_tag(struct value v, void *parsing, struct error *why);
int take_source(struct value v, void *parsing, struct error *why);
/* Stretches phases, from, until and bursts. */
void stretch(struct scenario *s, double scale);
/* Binds a fault's parties to targets. 0 or -EINVAL. (partition.c) */
int bind_partition(struct document *d, const struct scenario *s, struct fault_spec *f);
/* Binds faults to targets, once both are known. */
int bind_targets(struct document *d, struct parsing *p);

#endif
