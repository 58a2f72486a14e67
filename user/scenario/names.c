// SPDX-License-Identifier: GPL-2.0
#include "scenario/scenario.h"

#include "scenario/code.h"
#include "scenario/names.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#define CALL(call, number, its_groups, its_hook, its_traits, ...) \
	{.name = (call),                                          \
		.kind = KIND_SYSCALL,                             \
		.syscall_nr = (number),                           \
		.groups = (its_groups),                           \
		.hook = HOOK_##its_hook,                          \
		.traits = (its_traits),                           \
		__VA_ARGS__},

#ifndef __NR_open /* the generic table */
#define LEGACY_SYSCALL(call, ...) CALL(#call, -1, __VA_ARGS__)
#endif

const struct point_row points[NR_POINTS] = {
#define SYSCALL(call, ...) CALL(#call, __NR_##call, __VA_ARGS__)
#define PACKET(direction, its_traits) \
	{.name = #direction, .kind = KIND_PACKET, .syscall_nr = -1, .traits = (its_traits)},
#define BIO(what) {.name = #what, .kind = KIND_BIO, .syscall_nr = -1},
#define WHOLE(what) {.name = #what, .kind = KIND_WHOLE, .syscall_nr = -1},
#define CODE(number) {.name = code_texts[number], .kind = KIND_CODE, .syscall_nr = -1},
#include "../../bpf/points.def"
};

#define LOCKED_NOTHING NULL
#define LOCKED_DIRECTORY "the directory is locked there, and others would wait"
#define LOCKED_FILE "the file is locked there, and others would wait"
#define LOCKED_UNKNOWN "what is locked there is not known, and others might wait"

const struct hook_row hooks[NR_HOOKS] = {
	[HOOK_none] = {NULL, NULL, NULL},
#define HOOK(name, function, locked) [HOOK_##name] = {#name, #function, LOCKED_##locked},
#include "../../bpf/hooks.def"
};

const struct group_row groups[] = {
	{"%file", GROUP_FILE},
	{"%desc", GROUP_DESC},
	{"%network", GROUP_NETWORK},
	{"%memory", GROUP_MEMORY},
	{"%process", GROUP_PROCESS},
	{"%ipc", GROUP_IPC},
	{"%signal", GROUP_SIGNAL},
	{"%sync", GROUP_SYNC},
	{"%newfd", GROUP_NEWFD},
};
const size_t n_groups = sizeof(groups) / sizeof(groups[0]);

const char *const distribution_names[NR_DISTRIBUTIONS] = {"uniform", "normal", "pareto"};

const char *const fd_kind_names[NR_FD_KINDS] = {
	"other", "file", "directory", "socket", "pipe", "device"};

const char *const protocol_names[NR_PROTOCOLS] = {"other", "tcp", "udp", "icmp"};

const char *point_id(enum point p)
{
	static const char *const ids[] = {
#define CODE(number) "code_" #number,
#define SYSCALL(...)
#define PACKET(...)
#define BIO(...)
#define WHOLE(...)
#include "../../bpf/points.def"
	};

	return p >= POINT_code_0 ? ids[p - POINT_code_0] : points[p].name;
}

const char *point_function(enum point p)
{
	return points[p].function ?: points[p].name;
}

bool point_has_descriptor(enum point p)
{
	return points[p].traits & ((1u << FD_ARGUMENTS) - 1);
}

bool point_has_count(enum point p)
{
	const struct point_row *row = &points[p];

	return (row->amount.kind == AMOUNT_HERE && row->amount.argument == COUNT_ARGUMENT) ||
	       (row->buffer.kind == BUFFER_HERE && row->buffer.argument == COUNT_ARGUMENT - 1);
}

bool point_has_path(enum point p)
{
	const struct point_row *row = &points[p];

	return row->groups & GROUP_FILE || row->hook == HOOK_file_open ||
	       (point_has_descriptor(p) && !(row->traits & PATHLESS));
}

enum direction point_direction(enum point p)
{
	unsigned int traits = points[p].traits;

	return (traits & SENDS ? DIRECTION_EGRESS : 0) |
	       (traits & RECEIVES ? DIRECTION_INGRESS : 0);
}

const char *const per_names[NR_PERS] = {"target", "call", "task"};

const char *const fault_names[NR_FAULTS] = {
#define FAULT(name, id, about) #name,
#include "../../bpf/faults.def"
};

const char *const fault_abouts[NR_FAULTS] = {
#define FAULT(name, id, about) about,
#include "../../bpf/faults.def"
};

const struct mechanism_row mechanisms[NR_MECHANISMS] = {
#define MAY(privilege) PRIVILEGE(privilege)
#define MECHANISM(id, name, needs, flags, attach, about) {name, needs, flags, attach, about},
#include "../../bpf/mechanisms.def"
#undef MAY
};

const char *const reason_names[NR_REASONS] = {
	[REASON_INJECTED] = "injected",
#define REASON(id, name, about) [REASON_##id] = name,
#include "../../bpf/reasons.def"
};

const char *const reason_abouts[NR_REASONS] = {
	[REASON_INJECTED] = "the fault took place",
#define REASON(id, name, about) [REASON_##id] = about,
#include "../../bpf/reasons.def"
};

const char *errno_name(int error)
{
	static char number[32];
	const char *name = strerrorname_np(error);

	if (name)
		return name;
	snprintf(number, sizeof(number), "errno %d", error);
	return number;
}

const char *signal_name(int signal)
{
	static char text[32];
	const char *name = sigabbrev_np(signal);

	if (name)
		snprintf(text, sizeof(text), "SIG%s", name);
	else
		snprintf(text, sizeof(text), "signal %d", signal);
	return text;
}
