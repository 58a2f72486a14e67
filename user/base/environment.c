// SPDX-License-Identifier: GPL-2.0
#include "base/environment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

/* The name stands before '='. */
static int is_kept(const char *entry)
{
	static const char *const names[] = {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ"};
	size_t length = strcspn(entry, "=");

	if (!strncmp(entry, "JINX_", 5))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == length && !strncmp(names[i], entry, length))
			return 1;
	return 0;
}

int environment_reduce(void)
{
	size_t n = 0, kept = 0;
	char **all;
	int err = 0;

	while (environ && environ[n])
		n++;
	all = calloc(n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < n && !err; i++)
		if (is_kept(environ[i]) && !(all[kept++] = strdup(environ[i])))
			err = -ENOMEM;
	if (!err && (clearenv() || setenv("LANG", "C.UTF-8", 1)))
		err = -ENOMEM;
	for (size_t i = 0; i < kept; i++) {
		char *value = all[i] ? strchr(all[i], '=') : NULL;

		if (value && !err) {
			*value = '\0';
			err = setenv(all[i], value + 1, 1) ? -errno : 0;
		}
		free(all[i]);
	}
	free(all);
	return err;
}

/* What TZ was while it is borrowed; NULL: there was none. */
static char *own_zone;
static bool borrowed;

int zone_borrow(const char *zone)
{
	const char *own = zone ? getenv("TZ") : NULL;

	if (!zone)
		return 0;
	own_zone = own ? strdup(own) : NULL;
	if ((own && !own_zone) || setenv("TZ", zone, 1))
		return -ENOMEM;
	borrowed = true;
	return 0;
}

void zone_return(void)
{
	if (!borrowed)
		return;
	borrowed = false;
	/* There is room for it, as there was before. */
	if (own_zone)
		(void)setenv("TZ", own_zone, 1);
	else
		(void)unsetenv("TZ");
	free(own_zone);
	own_zone = NULL;
}
