/* SPDX-License-Identifier: GPL-2.0 */
/* What jinx could leave behind, counted: fast enough to be looked at some hundred times. */
#ifndef JINX_TRACES_H
#define JINX_TRACES_H

#include <dirent.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint32_t next_id(int command, uint32_t id)
{
	union bpf_attr attr = {.start_id = id};

	return syscall(SYS_bpf, command, &attr, sizeof(attr)) ? 0 : attr.next_id;
}

static unsigned int ids(int command)
{
	unsigned int n = 0;

	for (uint32_t id = 0; (id = next_id(command, id));)
		n++;
	return n;
}

static unsigned int lines(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned int n = 0;

	for (int c; f && (c = fgetc(f)) != EOF;)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

static unsigned int named(const char *directory, const char *prefix)
{
	DIR *d = opendir(directory);
	unsigned int n = 0;

	for (struct dirent *e; d && (e = readdir(d));)
		n += !strncmp(e->d_name, prefix, strlen(prefix));
	if (d)
		closedir(d);
	return n;
}

/* But zombies: what jinx started and did not bury is the init's. */
static unsigned int processes(void)
{
	DIR *d = opendir("/proc");
	unsigned int n = 0;

	for (struct dirent *e; d && (e = readdir(d));) {
		char path[300], line[128] = "", state = 0;
		FILE *f;

		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		f = fopen(path, "re");
		if (f && fgets(line, sizeof(line), f) && strrchr(line, ')'))
			state = strrchr(line, ')')[2];
		n += state && state != 'Z' &&
		     (strstr(line, " (jinx") || strstr(line, " (delay-gate"));
		if (f)
			fclose(f);
	}
	if (d)
		closedir(d);
	return n;
}

struct state {
	unsigned int links, programs, cgroups, processes, mounts;
};

static struct state look(const char *root)
{
	return (struct state){ids(BPF_LINK_GET_NEXT_ID), ids(BPF_PROG_GET_NEXT_ID),
		named(root, "jinx-"), processes(), lines("/proc/self/mounts")};
}

static bool same(const struct state *a, const struct state *b)
{
	return !memcmp(a, b, sizeof(*a));
}

#endif
