/* SPDX-License-Identifier: GPL-2.0 */
/* What `jinx list` prints, and what is made of the same rows. */
#ifndef JINX_LISTS_H
#define JINX_LISTS_H

#include <stdio.h>

#include <jansson.h>

/* The names of the lists, with | between them and in two lines, added to a text. */
void list_names(char *ret, size_t size);

/* The JSON Schema (draft 7) of scenarios. The caller's. */
json_t *schema_make(void);
json_t *gameday_schema_make(void);

/* docs/keys.md: all keys and options in tables. */
void reference_print(FILE *to);

/* jinx(1) and jinx-scenario(5), and completion for bash and zsh. */
void manual_print(FILE *to);
void scenario_manual_print(FILE *to);
void completion_print(FILE *to);
void zsh_completion_print(FILE *to);

#endif
