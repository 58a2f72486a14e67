// SPDX-License-Identifier: GPL-2.0
/* yardstick OBJECT PROGRAM[,PROGRAM] COMMAND...: runs the command while they are attached. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/libbpf.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

#define MOST 2

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
		links[i] = bpf_program__attach(progs[i]);
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
	for (int i = 0; i < MOST; i++)
		bpf_link__destroy(links[i]);
	bpf_object__close(obj);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
