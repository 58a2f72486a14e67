// SPDX-License-Identifier: GPL-2.0
#include "base/privileges.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "base/cleanup.h"

static privileges read_set(cap_flag_t which)
{
	cap_t all = cap_get_proc();
	privileges set = 0;

	for (int c = 0; all && c <= CAP_LAST_CAP; c++) {
		cap_flag_value_t value = CAP_CLEAR;

		/* Those that this kernel doesn't know yet can't be asked for. */
		if (!cap_get_flag(all, c, which, &value) && value == CAP_SET)
			set |= 1ull << c;
	}
	if (all)
		cap_free(all);
	return set;
}

privileges privileges_held(void)
{
	privileges set = read_set(CAP_EFFECTIVE);

	if (set & PRIVILEGE(SYS_ADMIN))
		set |= PRIVILEGE(BPF) | PRIVILEGE(PERFMON);
	return set;
}

privileges privileges_for_events(void)
{
	_cleanup_file_ FILE *f = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	int level = 0;

	if (f && fscanf(f, "%d", &level) != 1)
		level = 0;
	return level > 2 ? PRIVILEGE(SYS_ADMIN) : PRIVILEGE(PERFMON);
}

char *privileges_text(privileges set, char *ret, size_t size)
{
	size_t used = 0;

	snprintf(ret, size, "none");
	for (int c = 0; c <= CAP_LAST_CAP && used < size; c++) {
		char *name;

		if (!(set & 1ull << c))
			continue;
		name = cap_to_name(c);
		used += snprintf(ret + used, size - used, "%s%s", used ? ", " : "", name ?: "?");
		cap_free(name);
	}
	return ret;
}

static int write_set(cap_t all, cap_flag_t which, privileges set)
{
	for (int c = 0; c <= CAP_LAST_CAP; c++) {
		cap_value_t one = c;

		if (set & 1ull << c && cap_set_flag(all, which, 1, &one, CAP_SET))
			return -errno;
	}
	return 0;
}

/* Frees it. */
static int set_process(cap_t all, int err)
{
	if (!err && cap_set_proc(all))
		err = -errno;
	if (all)
		cap_free(all);
	return err;
}

int privileges_use(privileges set)
{
	privileges permitted = read_set(CAP_PERMITTED);
	cap_t all = cap_get_proc();

	if (!all || cap_clear_flag(all, CAP_EFFECTIVE))
		return set_process(all, -errno);
	return set_process(all, write_set(all, CAP_EFFECTIVE, set & permitted));
}

int privileges_drop(privileges keep)
{
	cap_t all;

	/* The bounding set takes cap_setpcap, which not everybody has who may run jinx; then it is
	 * no_new_privs alone that keeps programs from gaining anything. */
	for (int c = 0; cap_get_bound(c) >= 0; c++)
		if (cap_drop_bound(c) && errno != EPERM)
			return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || (cap_reset_ambient() && errno != EINVAL))
		return -errno;
	keep &= read_set(CAP_PERMITTED);
	all = cap_init(); /* the inheritable set is empty */
	if (!all)
		return -ENOMEM;
	return set_process(
		all, write_set(all, CAP_PERMITTED, keep) ?: write_set(all, CAP_EFFECTIVE, keep));
}
