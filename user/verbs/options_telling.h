/* SPDX-License-Identifier: GPL-2.0 */
/* Values of options about what is told to other programs while an experiment runs; for options.c.
 */
#ifndef JINX_OPTIONS_TELLING_H
#define JINX_OPTIONS_TELLING_H

#include "verbs/options.h"

int take_metrics(const char *text, struct options *o, struct error *why);
int take_otlp(const char *text, struct options *o, struct error *why);
int take_metrics_linger(const char *text, struct options *o, struct error *why);

#endif
