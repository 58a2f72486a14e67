/* SPDX-License-Identifier: GPL-2.0 */
/* Of expand.c, and of variables.c, which reads what there is to put in. */
#ifndef JINX_EXPAND_OWN_H
#define JINX_EXPAND_OWN_H

#include "scenario/expand.h"

#define MAX_VARIABLES (MAX_PARAMS + MAX_PORTS + 2 + 2 * MAX_NODES)

struct variable {
	const char *name;
	char *made; /* its name, where that is none of the document's */
	const char *value;
	yaml_node_t *key;  /* NULL: it needs none to be there, nor to be used */
	yaml_node_t *list; /* of the matrix */
	yaml_node_t *text; /* of a param: its value as it was written */
	unsigned int node; /* it is the address of that one; 0: of none */
	bool ipv6;
	bool used;
	bool mentioned; /* by the value of another one, whichever is taken */
	enum { RAW, UNDER_WAY, READY, WRONG } state;
	char *expanded;
};

struct expansion {
	struct document *d;
	const struct settings *settings;
	struct standing *standing;
	unsigned int n;
	struct variable all[MAX_VARIABLES];
	size_t length; /* of all that has been put in */
	/* Texts that others have taken the place of: what is made of them may come later. */
	char **replaced;
	size_t n_replaced;
	yaml_node_t *params, *matrix, *ports, *network;
};

/* Of so many characters. NULL: there is none of that name. */
struct variable *variable_find(struct expansion *e, const char *name, size_t length);

/* params, matrix, ports, and what there is always; the combination is chosen. 0 or -EINVAL, having
 * complained. */
int variables_read(struct expansion *e);

#endif
