// SPDX-License-Identifier: GPL-2.0
/*
 * leftovers CGROUP-ROOT NAME=VALUE: what an experiment could leave behind, a line each: links,
 * programs, cgroups and processes of jinx, those that were started with this in their environment,
 * mounts. Compared before and after each case.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void print_ids(const char *what, int command)
{
	union bpf_attr attr = {};

	while (!syscall(SYS_bpf, command, &attr, sizeof(attr))) {
		printf("%s %u\n", what, attr.next_id);
		attr.start_id = attr.next_id;
	}
}

static void print_cgroups(const char *path)
{
	DIR *d = opendir(path);

	for (struct dirent *e; d && (e = readdir(d));) {
		char below[4096];

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		if (snprintf(below, sizeof(below), "%s/%s", path, e->d_name) >= (int)sizeof(below))
			continue;
		if (!strncmp(e->d_name, "jinx-", 5))
			puts(below);
		print_cgroups(below);
	}
	if (d)
		closedir(d);
}

static void print_mounts(void)
{
	FILE *f = fopen("/proc/self/mounts", "re");
	char line[4096], where[2048], type[64];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %2047s %63s", where, type) == 2)
			printf("mount %s %s\n", where, type);
	if (f)
		fclose(f);
}

/* Others on the host may run jinx, too. */
static bool was_started_with(const char *pid, const char *variable)
{
	char path[300], text[65536];
	size_t n, length = strlen(variable) + 1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/environ", pid);
	f = fopen(path, "re");
	n = f ? fread(text, 1, sizeof(text), f) : 0;
	if (f)
		fclose(f);
	for (size_t i = 0; i + length <= n; i += strnlen(text + i, n - i) + 1)
		if (!memcmp(text + i, variable, length))
			return true;
	return false;
}

/* But zombies: what jinx started and did not bury is the init's. */
static void print_processes(const char *variable)
{
	DIR *d = opendir("/proc");

	for (struct dirent *e; d && (e = readdir(d));) {
		char path[300], line[256] = "", *end;
		FILE *f;

		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		f = fopen(path, "re");
		if (!f)
			continue;
		if (fgets(line, sizeof(line), f) && (end = strrchr(line, ')')) && end[2] != 'Z' &&
			(strstr(line, " (jinx") || strstr(line, " (delay-gate") ||
				strstr(line, " (device-tidy") || strstr(line, " (undo-janitor")) &&
			was_started_with(e->d_name, variable))
			printf("process %s\n", e->d_name);
		fclose(f);
	}
	if (d)
		closedir(d);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	print_ids("link", BPF_LINK_GET_NEXT_ID);
	print_ids("program", BPF_PROG_GET_NEXT_ID);
	print_cgroups(argv[1]);
	print_mounts();
	print_processes(argv[2]);
	return fflush(stdout) ? 1 : 0;
}
