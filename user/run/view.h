/* SPDX-License-Identifier: GPL-2.0 */
/* The live view, on stderr: a line that renews itself on a terminal, a line a second elsewhere. */
#ifndef JINX_VIEW_H
#define JINX_VIEW_H

#include <stdbool.h>
#include <stdint.h>

struct view {
	bool shown; /* something of it stands on the terminal */
	uint64_t last_ns;
	unsigned int last_phase;
};

/* What it shows. */
struct progress {
	const char *phase;
	unsigned int number, of;
	uint64_t left_ns, injected, operations, failed;
	bool endless, has_load;
};

struct output;

/* Where the last one has not been written yet this one is left out: nobody waits for a terminal. */
void view_show(struct view *v, struct output *to, const struct progress *p, uint64_t now_ns);

/* Clears what the view left on the terminal. */
void view_end(struct view *v, struct output *to);

#endif
