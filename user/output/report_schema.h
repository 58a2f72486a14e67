/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_REPORT_SCHEMA_H
#define JINX_REPORT_SCHEMA_H

#include <jansson.h>

/* The JSON Schema (draft 2020-12) of the JSON report. The caller's. */
json_t *report_schema_make(void);

#endif
