// SPDX-License-Identifier: GPL-2.0
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

bool log_debug_enabled;

static void emit(const char *prefix, const char *format, va_list args)
{
	char line[2048];
	int n = snprintf(line, sizeof(line), "jinx: %s", prefix);

	vsnprintf(line + n, sizeof(line) - n, format, args);
	fprintf(stderr, "%s\n", line); /* one write a line: other processes share the terminal */
}

#define DEFINE_LOG(name, prefix)            \
	void name(const char *format, ...)  \
	{                                   \
		va_list args;               \
                                            \
		va_start(args, format);     \
		emit(prefix, format, args); \
		va_end(args);               \
	}

DEFINE_LOG(log_error, "")
DEFINE_LOG(log_warning, "warning: ")
DEFINE_LOG(log_info, "")

void log_debug(const char *format, ...)
{
	va_list args;

	if (!log_debug_enabled)
		return;
	va_start(args, format);
	emit("debug: ", format, args);
	va_end(args);
}
