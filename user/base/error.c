// SPDX-License-Identifier: GPL-2.0
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int verror_set(struct error *why, int err, const char *format, va_list args)
{
	vsnprintf(why->message, sizeof(why->message), format, args);
	return err;
}

int error_set(struct error *why, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	verror_set(why, err, format, args);
	va_end(args);
	return err;
}

int error_errno(struct error *why, int err, const char *format, ...)
{
	size_t used;
	va_list args;

	va_start(args, format);
	verror_set(why, err, format, args);
	va_end(args);
	used = strlen(why->message);
	snprintf(why->message + used, sizeof(why->message) - used, ": %s%s", strerror(-err),
		err == -EMFILE ? " (ulimit -n)" : "");
	return err;
}
