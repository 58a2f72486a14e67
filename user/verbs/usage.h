/* SPDX-License-Identifier: GPL-2.0 */
/* How each verb is used, and what is said when it was used otherwise. */
#ifndef JINX_USAGE_H
#define JINX_USAGE_H

#include "verbs/verbs.h"

/* What `jinx --help` prints. */
void usage_print_all(FILE *to);

/* What `jinx VERB --help` prints. */
void usage_print(const struct verb *verb, FILE *to);

/* Points to it, after a message that tells what is wrong. Returns EXIT_USAGE. */
int usage_point_to(const struct verb *verb);

/* Says that the operands are not those that the verb takes. Returns EXIT_USAGE. */
int usage_wrong_operands(const struct verb *verb);

#endif
