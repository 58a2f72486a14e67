/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of the page that have a file of their own. */
#ifndef JINX_HTML_H
#define JINX_HTML_H

#include <stdio.h>

#include "measure/snapshot.h"

/* Of each workload how it went, over time, with the phases shaded and injections marked. 0 or
 * -ENOMEM. */
int html_charts(const struct snapshot *s, FILE *to);
/* How long operations took before, during and after the faults. 0 or -ENOMEM. */
int html_distributions(const struct snapshot *s, FILE *to);
/* Of each probe when it had which answer. */
void html_probes(const struct snapshot *s, FILE *to);
/* How earlier runs went. */
void html_trend(const struct snapshot *s, FILE *to);
/* What was taken of the error budget. */
void html_slo(const struct snapshot *s, FILE *to);
/* "<th>", "<td>" and so on with text from outside in it. */
void html_element(FILE *to, const char *name, const char *text);
/* A line of a table's head; ends with NULL. Those that begin with '#' are of numbers. */
void html_heads(FILE *to, const char *caption, const char *const *names);
void html_end_table(FILE *to);
/* "<td class=n>": a number, or a dash where there is none. */
void html_number(FILE *to, double value, const char *format);

extern const char html_style[];

#endif
