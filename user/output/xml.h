/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_XML_H
#define JINX_XML_H

#include <stdio.h>

/* Text from outside, as XML may have it. */
void xml_text(FILE *to, const char *text);
/* ' name="text"' */
void xml_attribute(FILE *to, const char *name, const char *text);

#endif
