// SPDX-License-Identifier: GPL-2.0
#include "scenario/scenario.h"

#include "scenario/names.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#ifndef __NR_open /* the generic table */
#define LEGACY_SYSCALL(name, groups, hook, traits) {#name, -1, groups, HOOK_##hook, traits},
#endif

const struct point_row points[NR_POINTS] = {
#define SYSCALL(name, groups, hook, traits) {#name, __NR_##name, groups, HOOK_##hook, traits},
#define PACKET(name) {#name, -1, 0, HOOK_none, 0},
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
};
const size_t n_groups = sizeof(groups) / sizeof(groups[0]);

const char *const distribution_names[NR_DISTRIBUTIONS] = {"uniform", "normal", "pareto"};

const char *const fd_kind_names[NR_FD_KINDS] = {
	"other", "file", "directory", "socket", "pipe", "device"};

const char *const protocol_names[NR_PROTOCOLS] = {"other", "tcp", "udp", "icmp"};

const char *point_function(enum point p)
{
	static const struct {
		const char *call, *function; /* arch/x86/entry/syscalls/syscall_64.tbl */
	} others[] = {{"stat", "newstat"}, {"lstat", "newlstat"}, {"fstat", "newfstat"},
		{"sendfile", "sendfile64"}, {"uname", "newuname"}, {"umount2", "umount"}};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(points[p].name, others[i].call))
			return others[i].function;
	return points[p].name;
}

bool point_has_descriptor(enum point p)
{
	return points[p].traits & ((1u << FD_ARGUMENTS) - 1);
}

bool point_has_path(enum point p)
{
	const struct point_row *row = &points[p];

	return row->groups & GROUP_FILE || row->hook == HOOK_file_open ||
	       (point_has_descriptor(p) && !(row->traits & PATHLESS));
}

int point_address_argument(enum point p)
{
	switch (p) {
	case POINT_connect:
	case POINT_bind:
		return 1;
	case POINT_sendto:
		return 4;
	default:
		return -1;
	}
}

enum direction point_direction(enum point p)
{
	switch (p) {
	case POINT_egress:
	case POINT_connect:
	case POINT_sendto:
	case POINT_sendmsg:
	case POINT_sendmmsg:
	case POINT_sendfile:
	case POINT_write:
	case POINT_writev:
	case POINT_pwrite64:
	case POINT_pwritev:
	case POINT_pwritev2:
		return DIRECTION_EGRESS;
	case POINT_ingress:
	case POINT_accept:
	case POINT_accept4:
	case POINT_recvfrom:
	case POINT_recvmsg:
	case POINT_recvmmsg:
	case POINT_read:
	case POINT_readv:
	case POINT_pread64:
	case POINT_preadv:
	case POINT_preadv2:
		return DIRECTION_INGRESS;
	default:
		return 0;
	}
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
#define MECHANISM(id, name, needs, attach, about) {name, needs, attach, about},
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
