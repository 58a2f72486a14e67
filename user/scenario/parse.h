/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of a scenario file, between parse.c, targets.c and faults.c. */
#ifndef JINX_PARSE_H
#define JINX_PARSE_H

#include "scenario/document.h"

struct parsing {
	struct scenario *s;
	yaml_node_t *fault_target[MAX_RULES]; /* names, which may stand before the targets do */
};

int parse_target(struct document *d, yaml_node_t *node, void *parsing);
int parse_targets(struct document *d, yaml_node_t *node, void *parsing);
/* The faults of the last phase. */
int parse_faults(struct document *d, yaml_node_t *node, void *parsing);
int parse_where(struct document *d, yaml_node_t *node, void *where);
/* burst: of when. */
int parse_burst(struct document *d, yaml_node_t *node, void *trigger);
/* Identities: of only, except and where. */
int parse_comm(struct document *d, yaml_node_t *node, void *identities);
int parse_thread_name(struct document *d, yaml_node_t *node, void *identities);
int parse_uid(struct document *d, yaml_node_t *node, void *identities);
int parse_exe(struct document *d, yaml_node_t *node, void *identities);
/* Binds faults to targets, once both are known. */
int bind_targets(struct document *d, struct parsing *p);

#endif
