// SPDX-License-Identifier: GPL-2.0
#include "run/panel.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/output.h"
#include "base/text.h"

/* What a terminal that doesn't tell is taken for. */
#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS 24

bool panel_size(int fd, unsigned int *ret_columns, unsigned int *ret_rows)
{
	struct winsize size = {};
	pid_t foreground;

	if (!terminal_redraws(fd))
		return false;
	(void)ioctl(fd, TIOCGWINSZ, &size);
	*ret_columns = size.ws_col ?: DEFAULT_COLUMNS;
	*ret_rows = size.ws_row ?: DEFAULT_ROWS;
	/* Of a terminal that isn't ours nobody knows. */
	foreground = tcgetpgrp(fd);
	return foreground < 0 || foreground == getpgrp();
}

static bool begins_character(char c)
{
	return (c & 0xc0) != 0x80;
}

/* As much of a line as fits, in *ret_bytes; returns its columns. */
static unsigned int fit(const char *line, unsigned int columns, int *ret_bytes)
{
	unsigned int used = 0;
	int i = 0;

	for (; line[i]; i++) {
		if (begins_character(line[i]) && used == columns)
			break;
		used += begins_character(line[i]);
	}
	*ret_bytes = i;
	return used;
}

/* A terminal that has become narrower shows a long line in several rows. */
static unsigned int rows_of(unsigned int line, unsigned int columns)
{
	return line > columns ? (line + columns - 1) / columns : 1;
}

/* To the beginning of the first one. */
static void go_up(const struct panel *p, struct output *to, unsigned int columns)
{
	unsigned int rows = 0;
	char move[16] = "";

	for (unsigned int i = 0; i < p->n; i++)
		rows += rows_of(p->columns[i], columns);
	if (rows > 1)
		snprintf(move, sizeof(move), "\033[%uA", rows - 1);
	output_put(to, "\r");
	output_put(to, move);
}

void panel_draw(struct panel *p, struct output *to, const struct panel_lines *lines,
	unsigned int columns, unsigned int rows)
{
	/* The last column stays free: at the edge terminals differ in when they wrap. */
	unsigned int n = lines->n < rows ? lines->n : rows - 1;
	char frame[PANEL_LINES * (PANEL_COLUMNS + 8)] = "";
	size_t used = 0;

	go_up(p, to, columns);
	for (unsigned int i = 0; i < n; i++) {
		int bytes;

		p->columns[i] = fit(lines->all[i], columns - 1, &bytes);
		used += snprintf(frame + used, sizeof(frame) - used, "%s%.*s\033[K",
			i ? "\r\n" : "", bytes, lines->all[i]);
	}
	p->n = n;
	output_put(to, frame);
	output_put(to, "\033[J");
	output_flush(to);
}

void panel_clear(struct panel *p, struct output *to, unsigned int columns)
{
	if (!p->n)
		return;
	go_up(p, to, columns);
	output_put(to, "\033[J");
	p->n = 0;
}

void panel_forget(struct panel *p)
{
	p->n = 0;
}
