/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points that are places in code: functions of programs and of the kernel, tracepoints, and the
 * probes that programs have been built with (USDT). There are as many as points.def has rows for
 * them; a scenario claims one for each place that it names, and it is called as it is written.
 */
#ifndef JINX_CODE_H
#define JINX_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../bpf/abi.h"
#include "base/error.h"

enum code_kind { CODE_USER, CODE_KERNEL, CODE_TRACEPOINT, CODE_USDT, NR_CODE_KINDS };

#define CODE_TEXT_MAX 256

struct code_place {
	enum code_kind kind;
	char file[CODE_TEXT_MAX]; /* of CODE_USER and CODE_USDT: as the target sees it */
	char provider[64];	  /* of CODE_USDT; of a tracepoint its subsystem, or "" */
	/* The function, "function+0x10"; of a tracepoint its own name, without its subsystem's. */
	char name[CODE_TEXT_MAX];
};

/* What they are called; "" when nobody has claimed one. */
extern char code_texts[NR_CODE_POINTS][CODE_TEXT_MAX];

/* The text is of that form, whether or not it is right: "user:", "kernel:" and so on. */
bool is_code(const char *text);
/* How long such a text is, up to one of `ends`: "," in a list, ",]" in brackets. Names in C++ have
 * such signs of their own. */
size_t code_length(const char *text, const char *ends);

/* Whether a scenario may have it: it is no longer than what there is room for, and so on. */
bool code_can_name(const char *text);

/*
 * The point of the place that a text names. Each is to be released as often as it was claimed. 0;
 * -EINVAL with *why.
 */
int code_claim(const char *text, enum point *ret, struct error *why);
/* Once more, of one that is claimed; nothing of what is no place in code. */
void code_claim_again(enum point p);
/* Those of a list that are such points. */
void code_release(const uint16_t *list, unsigned int n);

/* What a point is that was claimed; NULL: no place in code. */
const struct code_place *code_place(enum point p);
/* It is one in programs: their functions, and USDT. */
bool is_user_code(enum point p);
bool is_kernel_code(enum point p);
bool is_tracepoint(enum point p);

/* What other tools call otherwise ("kprobe:vfs_read"): "kernel:"; NULL: no such thing. */
const char *code_called_elsewhere(const char *text);

#endif
