// SPDX-License-Identifier: GPL-2.0
/* yardstick OBJECT PROGRAM[,PROGRAM] COMMAND...: runs the command while they are attached. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <net/if.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* Newer than the headers of Debian 12 (include/uapi/linux/bpf.h, Linux 6.6). */
#define TCX_INGRESS 46
#define TCX_EGRESS 47
#define LOOPBACK 1

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

#define MOST 3

/* Named by the environment; the command is not in it. */
static int cgroup(void)
{
	const char *path = getenv("CGROUP");

	return path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

/* At the loopback device, or one that the environment names, for as long as this process lives. */
static int attach_to_device(const struct bpf_program *prog)
{
	const char *name = bpf_program__name(prog), *other = getenv("DEVICE");
	enum bpf_attach_type side = strstr(name, "egress") ? TCX_EGRESS : TCX_INGRESS;
	int device = strstr(name, "elsewhere") && other ? (int)if_nametoindex(other) : LOOPBACK;

	return bpf_link_create(bpf_program__fd(prog), device, side, NULL) < 0;
}

static int attach(struct bpf_object *obj, char *names, struct bpf_link *links[MOST])
{
	struct bpf_program *progs[MOST];
	int n = 0;

	for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
		if (n == MOST)
			return -1;
		progs[n] = bpf_object__find_program_by_name(obj, name);
		if (!progs[n] || bpf_program__set_autoload(progs[n++], true))
			return -1;
	}
	if (bpf_object__load(obj))
		return -1;
	for (int i = 0; i < n; i++) {
		if (bpf_program__type(progs[i]) == BPF_PROG_TYPE_SCHED_CLS) {
			if (attach_to_device(progs[i]))
				return -1;
			continue;
		}
		links[i] = bpf_program__type(progs[i]) == BPF_PROG_TYPE_CGROUP_SKB
				   ? bpf_program__attach_cgroup(progs[i], cgroup())
				   : bpf_program__attach(progs[i]);
		if (!links[i])
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_link *links[MOST] = {};
	struct bpf_object *obj;
	int status;

	if (argc < 4)
		return 2;
	libbpf_set_print(quiet);
	obj = bpf_object__open(argv[1]);
	if (!obj || attach(obj, argv[2], links))
		return 3;
	if (fork() == 0) {
		execv(argv[3], argv + 3);
		_exit(127);
	}
	wait(&status);
	for (int i = 0; i < MOST; i++) /* of NULL too */
		bpf_link__destroy(links[i]);
	bpf_object__close(obj);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
