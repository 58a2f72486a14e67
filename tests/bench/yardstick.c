// SPDX-License-Identifier: GPL-2.0
/* yardstick OBJECT PROGRAM COMMAND...: runs the command while the program is attached. */
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

int main(int argc, char **argv)
{
	struct bpf_object *obj;
	struct bpf_program *prog;
	struct bpf_link *link;
	int status;

	if (argc < 4)
		return 2;
	libbpf_set_print(quiet);
	obj = bpf_object__open(argv[1]);
	prog = obj ? bpf_object__find_program_by_name(obj, argv[2]) : NULL;
	if (!prog || bpf_program__set_autoload(prog, true) || bpf_object__load(obj))
		return 3;
	link = bpf_program__attach(prog);
	if (!link)
		return 3;
	if (fork() == 0) {
		execv(argv[3], argv + 3);
		_exit(127);
	}
	wait(&status);
	bpf_link__destroy(link);
	bpf_object__close(obj);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
