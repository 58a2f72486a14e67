/* SPDX-License-Identifier: GPL-2.0 */
/* Many scenarios, each in a process of its own. */
#ifndef JINX_SUITE_H
#define JINX_SUITE_H

#include <stdbool.h>

#define DEFAULT_JOBS 2
#define MAX_JOBS 64

struct suite_options {
	const char *tag;   /* only those that have it; NULL: all */
	unsigned int jobs; /* so many at a time; 0: DEFAULT_JOBS */
	const char *junit; /* NULL: none is written */
	bool keep_going;   /* also when one has not held */
	bool prove;	   /* without the faults: an expectation has to be false then */
	bool also_long;	   /* those with the tag long too */
	bool figures;	   /* what each has measured stands at the end */
	const char *json;  /* NULL: the reports are not written */
};

#endif
