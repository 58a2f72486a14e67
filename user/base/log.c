// SPDX-License-Identifier: GPL-2.0
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/output.h"
#include "base/text.h"

bool log_debug_enabled, log_libbpf_enabled;

/* The process has one terminal, whoever writes to it. */
static struct output *to;

static void (*before)(void *context);
static void *before_context;

void log_before(void (*f)(void *context), void *context)
{
	before = f;
	before_context = context;
}

void log_to(struct output *o)
{
	to = o;
}

static void emit(const char *prefix, const char *format, va_list args)
{
	char text[2048], line[3072];
	size_t n = snprintf(line, sizeof(line), "jinx: %s", prefix);

	vsnprintf(text, sizeof(text), format, args);
	n += printable(text, "\n\t", line + n, sizeof(line) - n - 1);
	line[n++] = '\n';
	line[n] = '\0';
	if (before)
		before(before_context);
	if (to) {
		output_put(to, line);
		output_flush(to);
	} else {
		fputs(line, stderr); /* one write a line: other processes share the terminal */
	}
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

void log_libbpf(const char *text)
{
	static const char prefix[] =
		"libbpf: "; /* which libbpf itself mostly has, and the verifier not */

	while (log_libbpf_enabled && *text) {
		int length = strcspn(text, "\n");

		if (!strncmp(text, prefix, sizeof(prefix) - 1))
			log_debug("%.*s", length, text);
		else if (length)
			log_debug("%s%.*s", prefix, length, text);
		text += length + (text[length] == '\n');
	}
}
