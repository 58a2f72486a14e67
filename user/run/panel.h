/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines that renew themselves at the bottom of a terminal's normal screen. No mode of the terminal
 * is changed, so that nothing has to be put back, whatever ends jinx.
 */
#ifndef JINX_PANEL_H
#define JINX_PANEL_H

#include <stdbool.h>

#define PANEL_LINES 48
#define PANEL_COLUMNS 400

struct panel {
	unsigned int n; /* lines that stand there */
	unsigned int columns[PANEL_LINES];
};

struct panel_lines {
	unsigned int n;
	char all[PANEL_LINES][PANEL_COLUMNS]; /* printable, in UTF-8 */
};

struct output;

/*
 * The size of the terminal now; it may have changed since the last frame. False: it is none, or
 * somebody else is in its foreground.
 */
bool panel_size(int fd, unsigned int *ret_columns, unsigned int *ret_rows);

/* Draws them over those that are there: as many and as much of each as there is room for. */
void panel_draw(struct panel *p, struct output *to, const struct panel_lines *lines,
	unsigned int columns, unsigned int rows);

/* Takes them away; what is written next begins where they did. */
void panel_clear(struct panel *p, struct output *to, unsigned int columns);

/* Others have written there: the next ones begin below that. */
void panel_forget(struct panel *p);

#endif
