// SPDX-License-Identifier: GPL-2.0
#include "base/surroundings.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

/* With fewer a probe or the keeper fails for want of them, and reads as a kernel that can't. */
#define LEAST_DESCRIPTORS 128

int surroundings_check(bool probing, struct error *why)
{
	struct rlimit files;

	if (access("/proc/self/ns", F_OK))
		return error_set(why, -EIO, "/proc is not mounted here; jinx needs it");
	if (access("/sys/kernel", F_OK))
		return error_set(why, -EIO, "/sys is not mounted here; jinx needs it");
	if (probing && !getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur < LEAST_DESCRIPTORS)
		return error_set(why, -EIO,
			"jinx needs %d descriptors, and may have %llu (ulimit -n)",
			LEAST_DESCRIPTORS, (unsigned long long)files.rlim_cur);
	return 0;
}
