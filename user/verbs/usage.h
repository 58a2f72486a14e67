/* SPDX-License-Identifier: GPL-2.0 */
/* How each verb is used, and what is said when it was used otherwise. */
#ifndef JINX_USAGE_H
#define JINX_USAGE_H

#include <getopt.h>
#include <stdio.h>

/* What `jinx VERB --help` prints. NULL: there is no such verb. */
const char *usage_of(const char *verb);

/* Points to it, after a message that tells what is wrong. Returns EXIT_USAGE. */
int usage_point_to(const char *verb);

/* Says that the operands are not those that the verb takes. Returns EXIT_USAGE. */
int usage_wrong_operands(const char *verb);

/* getopt_long(), with '?' for whatever is wrong with an option, having said what. */
int usage_next_option(int argc, char **argv, const char *letters, const struct option *options);

#endif
