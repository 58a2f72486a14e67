// SPDX-License-Identifier: GPL-2.0
#include "run/pressure.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "run/parts.h"

static const char *const files[NR_PRESSURES] = {"cpu.pressure", "memory.pressure", "io.pressure"};

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345": the first line. */
static uint64_t total_us(int cgroup, const char *name)
{
	_cleanup_fd_ int fd = cgroup < 0 ? -1 : openat(cgroup, name, O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	unsigned long long total;
	const char *at;

	if (n <= 0)
		return UINT64_MAX;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	at = strstr(text, "total=");
	return at && sscanf(at, "total=%llu", &total) == 1 ? total : UINT64_MAX;
}

/* Of a process alone there is none: its cgroup is others', too. */
static uint64_t of_target(const struct target *t, enum pressure_of what)
{
	return t->spec->kind == TARGET_PID ? UINT64_MAX : total_us(t->cgroup_fd, files[what]);
}

void pressure_begin(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++)
		for (int what = 0; what < NR_PRESSURES; what++)
			x->pressures.since_us[i][what] = of_target(&x->targets.all[i], what);
}

void pressure_end(struct experiment *x, unsigned int phase, uint64_t duration_ns)
{
	for (unsigned int i = 0; i < x->targets.n; i++) {
		struct pressure *to = &x->measure->pressure[i * x->s->n_phases + phase];

		for (int what = 0; what < NR_PRESSURES; what++) {
			uint64_t since = x->pressures.since_us[i][what],
				 now = of_target(&x->targets.all[i], what);

			/* A cgroup that came back counts from zero. */
			if (since != UINT64_MAX && now != UINT64_MAX && now >= since && duration_ns)
				to->share[what] = (now - since) * 1000.0 / duration_ns;
		}
	}
}
