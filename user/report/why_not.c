// SPDX-License-Identifier: GPL-2.0
#include "report/why_not.h"

#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"

#define MAX_KIN 9

/* Calls that programs make for the same end: one took another than was expected. */
static const enum point kin[][MAX_KIN] = {
	{POINT_fsync, POINT_fdatasync, POINT_sync_file_range, POINT_syncfs, POINT_msync,
		POINT_sync},
	{POINT_open, POINT_openat, POINT_openat2, POINT_creat},
	{POINT_read, POINT_pread64, POINT_readv, POINT_preadv, POINT_preadv2, POINT_recvfrom,
		POINT_recvmsg, POINT_copy_file_range},
	{POINT_write, POINT_pwrite64, POINT_writev, POINT_pwritev, POINT_pwritev2, POINT_sendto,
		POINT_sendmsg, POINT_sendfile, POINT_copy_file_range},
	{POINT_recvfrom, POINT_recvmsg, POINT_recvmmsg, POINT_read, POINT_readv},
	{POINT_sendto, POINT_sendmsg, POINT_sendmmsg, POINT_write, POINT_writev, POINT_sendfile},
	{POINT_accept, POINT_accept4},
	{POINT_stat, POINT_lstat, POINT_fstat, POINT_newfstatat, POINT_statx},
	{POINT_access, POINT_faccessat, POINT_faccessat2},
	{POINT_fork, POINT_vfork, POINT_clone, POINT_clone3},
	{POINT_poll, POINT_ppoll, POINT_select, POINT_pselect6, POINT_epoll_wait, POINT_epoll_pwait,
		POINT_epoll_pwait2},
	{POINT_rename, POINT_renameat, POINT_renameat2},
	{POINT_unlink, POINT_unlinkat},
	{POINT_mkdir, POINT_mkdirat},
	{POINT_dup, POINT_dup2, POINT_dup3, POINT_fcntl},
	{POINT_nanosleep, POINT_clock_nanosleep},
	{POINT_wait4, POINT_waitid},
};

/* The row that begins with the call, or else has it; NULL when it has no kin. */
static const enum point *kin_of(enum point p)
{
	const enum point *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(kin); i++)
		for (size_t k = 0; k < MAX_KIN && (!k || kin[i][k]); k++)
			if (kin[i][k] == p && (!found || !k))
				found = kin[i];
	return found;
}

/* "; programs also use fdatasync, msync (%sync)", or nothing. */
static void name_kin(const struct fault_spec *f, char *ret, size_t size)
{
	const enum point *others = f->n_points == 1 ? kin_of(f->points[0]) : NULL;

	*ret = '\0';
	for (size_t k = 0; others && k < MAX_KIN && (!k || others[k]); k++)
		if (others[k] != f->points[0] && points[others[k]].syscall_nr >= 0)
			snprintf(ret + strlen(ret), size - strlen(ret), "%s%s",
				*ret ? ", " : "; programs also use ", points[others[k]].name);
	if (*ret && points[f->points[0]].groups & GROUP_SYNC)
		snprintf(ret + strlen(ret), size - strlen(ret), " (%%sync)");
}

static void no_such_call(struct measure *r, const struct fault_spec *f, unsigned int rule)
{
	char others[160];

	/* nginx, PostgreSQL: those that work were there before. */
	const char *children = r->plan->scenario->targets[f->target].kind == TARGET_PID
				       ? "; existing children are not included: use the cgroup"
				       : "";

	if (!strikes_calls(f)) {
		measure_note(r,
			"rule %u: no packets of the target's sockets: a socket belongs to the "
			"cgroup in which it was made",
			rule + 1);
		return;
	}
	name_kin(f, others, sizeof(others));
	if (f->n_points == 1)
		measure_note(r, "rule %u: the target never called %s%s%s", rule + 1,
			points[f->points[0]].name, others, children);
	else
		measure_note(r, "rule %u: the target made none of its calls%s", rule + 1, children);
}

static void none_meant(
	struct measure *r, const struct fault_spec *f, unsigned int rule, uint64_t eligible)
{
	static const struct {
		unsigned int asks;
		const char *hint;
	} causes[] = {
		{FILTER_PATH, "; path: links are followed for whole names, not for names with *"},
		{FILTER_STACK, "; stack: programs need frame pointers"},
		{FILTER_PEER, "; ports and addresses are those of the target's own sockets"},
		{FILTER_FD, "; fd: see what it is in /proc/PID/fd"},
		{FILTER_WHO | FILTER_THREAD,
			"; comm is the process's name, thread_name a thread's"},
	};
	const char *hint = "";
	char others[160] = "";

	if (where_asks(&f->where) & (FILTER_FD | FILTER_PATH | FILTER_PEER))
		name_kin(f, others, sizeof(others));
	for (size_t i = 0; i < ARRAY_SIZE(causes) && !*hint; i++)
		if (where_asks(&f->where) & causes[i].asks)
			hint = causes[i].hint;
	measure_note(r, "rule %u: of %llu calls none was what %s%s%s", rule + 1,
		(unsigned long long)eligible,
		where_asks(&f->where) ? "`where` means" : "only and except let through", hint,
		others);
}

void why_not(struct measure *r)
{
	const struct plan *plan = r->plan;

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct planned_rule *rule = &plan->rules[i];
		uint64_t eligible = 0, matched = 0;

		if (rule->refused || !r->phases[rule->fault->phase].reached)
			continue;
		for (unsigned int b = 0; b < rule->n_bindings; b++) {
			eligible += r->counters[rule->first_binding + b].eligible;
			matched += r->counters[rule->first_binding + b].matched;
		}
		if (!eligible)
			no_such_call(r, rule->fault, i);
		else if (!matched && strikes_calls(rule->fault))
			none_meant(r, rule->fault, i, eligible);
	}
}
