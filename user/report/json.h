/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_JSON_H
#define JINX_JSON_H

#include <jansson.h>

/* Text from outside as a JSON string: what is not UTF-8 is escaped (base/text.h), never refused. */
json_t *json_foreign(const char *text);

/* A number, or null where it is infinite or none: numbers of JSON are finite. */
json_t *json_finite(double v);

#endif
