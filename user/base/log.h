/* SPDX-License-Identifier: GPL-2.0 */
/* Messages to the person at the terminal, on stderr, each with "jinx: " before it. */
#ifndef JINX_LOG_H
#define JINX_LOG_H

#include <stdbool.h>

extern bool log_debug_enabled;
extern bool log_libbpf_enabled; /* with --debug=libbpf: what libbpf and the verifier say, too */

struct output;

/* From now on messages go there, without waiting; NULL: to stderr again. */
void log_to(struct output *o);

/* What is called before each message, for what stands on the terminal to make way; NULL: nothing.
 */
void log_before(void (*f)(void *context), void *context);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Printed only with --debug. */
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Printed only with --debug=libbpf: what libbpf says, or the verifier, a message a line. */
void log_libbpf(const char *text);

#endif
