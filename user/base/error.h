/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one way in which a reason travels: who finds it fills a struct error and returns -errno, and
 * the verb alone prints it.
 */
#ifndef JINX_ERROR_H
#define JINX_ERROR_H

#include <stdarg.h>

/* Where in a file something stands, 1-based; line 0: it came from somewhere else. */
struct place {
	unsigned int line, column;
};

/* The first thing that went wrong. */
struct error {
	struct place place;
	char message[512];
};

/* Fills the message and returns err, which is a -errno. */
int error_set(struct error *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

int verror_set(struct error *why, int err, const char *format, va_list args);

/* The same, followed by what err means: "opening /dev/fuse: Permission denied". */
int error_errno(struct error *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
