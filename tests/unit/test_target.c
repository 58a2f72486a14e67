// SPDX-License-Identifier: GPL-2.0
/* What is looked up of targets: functions, processes, root directories, cgroups. */
#include <linux/elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "remove_tree.h"
#include "base/cleanup.h"
#include "base/privileges.h"
#include "target/cgroup.h"
#include "target/namespaces.h"
#include "target/processes.h"
#include "target/roots.h"
#include "target/symbols.h"

static char top[] = "/tmp/jinx-unit.XXXXXX";

/* Looked for in this very program. */
__attribute__((noinline, used)) static int sought(int n)
{
	return n * 3 + 1;
}

/* A child that has done what `prepare` does, until end_child(). */
static pid_t start_child(void (*prepare)(void))
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prepare();
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void prepare_nothing(void)
{
}

static int write_file(const char *name, const void *bytes, size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	return fd;
}

static void a_function_of_this_program(void **state)
{
	_cleanup_fd_ int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	uint64_t low = 0, high = 0;
	struct error why = {};
	unsigned char there[16];

	(void)state;
	assert_int_equal(symbol_find(fd, "self", "sought", &low, &high, &why), 0);
	assert_true(high > low && high - low < 4096);
	/* The bytes at that place of the file are those that are executed. */
	assert_true(high - low >= sizeof(there));
	assert_int_equal(pread(fd, there, sizeof(there), low), sizeof(there));
	assert_memory_equal(there, (const void *)(uintptr_t)sought, sizeof(there));
	assert_int_equal(sought(1), 4);
}

static void not_a_function(void **state)
{
	_cleanup_fd_ int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	uint64_t low, high;
	struct error why = {};

	(void)state;
	assert_int_equal(symbol_find(fd, "self", "nowhere", &low, &high, &why), -ENOENT);
	assert_string_equal(why.message, "\"self\" has no symbol for a function \"nowhere\"");
	/* A variable, and a function of a library. */
	assert_int_equal(symbol_find(fd, "self", "top", &low, &high, &why), -ENOENT);
	assert_int_equal(symbol_find(fd, "self", "waitpid", &low, &high, &why), -ENOENT);
}

/* This program with its table of symbols taken out of it, and broken in other ways. */
static void files_without_symbols(void **state)
{
	_cleanup_fd_ int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), other = -1;
	uint64_t low, high;
	struct error why = {};
	struct stat st;
	Elf64_Ehdr *head;
	Elf64_Shdr *sections;
	char *all;

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	all = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(all, MAP_FAILED);
	head = (Elf64_Ehdr *)all;
	sections = (Elf64_Shdr *)(all + head->e_shoff);
	for (unsigned int i = 0; i < head->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB)
			sections[i].sh_type = SHT_PROGBITS;
	other = write_file("stripped", all, st.st_size);
	assert_int_equal(symbol_find(other, "it", "sought", &low, &high, &why), -ENOENT);
	close(other);
	/* What the sections say is nonsense. */
	for (unsigned int i = 0; i < head->e_shnum; i++) {
		sections[i].sh_type = i % 2 ? SHT_SYMTAB : SHT_DYNSYM;
		sections[i].sh_link = i * 7919;
		sections[i].sh_entsize = i % 3;
		sections[i].sh_offset += i * 131;
	}
	other = write_file("broken", all, st.st_size);
	assert_int_equal(symbol_find(other, "it", "sought", &low, &high, &why), -ENOENT);
	close(other);
	/* It ends where the sections should be. */
	other = write_file("short", all, head->e_shoff);
	assert_int_equal(symbol_find(other, "it", "sought", &low, &high, &why), -ENOENT);
	munmap(all, st.st_size);
}

static void no_elf(void **state)
{
	_cleanup_fd_ int script = write_file("script", "#!/bin/sh\n", 10);
	_cleanup_fd_ int empty = write_file("empty", "", 0);
	uint64_t low, high;
	struct error why = {};

	(void)state;
	assert_int_equal(symbol_find(script, "script", "main", &low, &high, &why), -ENOEXEC);
	assert_string_equal(why.message,
		"\"script\" is a script: what runs is the program that its first line leads to");
	assert_int_equal(symbol_find(empty, "empty", "main", &low, &high, &why), -ENOEXEC);
	assert_int_equal(symbol_find(empty, "empty", "*", &low, &high, &why), -ENOEXEC);
}

/* Whether this process sees addresses: by its privileges and kernel.kptr_restrict. */
static bool kernel_hides_addresses(void)
{
	_cleanup_file_ FILE *f = fopen("/proc/kallsyms", "re");
	unsigned long long address;

	while (f && fscanf(f, "%llx%*[^\n]", &address) == 1)
		if (address)
			return false;
	return true;
}

static int look_for_kernel_functions(void)
{
	uint64_t low = 0, high = 0;
	struct error why = {};
	int err = symbol_find_kernel("vfs_read", &low, &high, &why);

	if (kernel_hides_addresses())
		return err == -EACCES && strstr(why.message, "CAP_SYSLOG") ? 0 : 1;
	return !err && low && high > low && high - low < 1 << 20 ? 0 : 2;
}

static void kernel_functions(void **state)
{
	uint64_t low, high;
	struct error why = {};
	int status;
	pid_t pid;

	(void)state;
	if (access("/proc/kallsyms", R_OK))
		skip();
	assert_int_equal(symbol_find_kernel("no_such_function_", &low, &high, &why), -ENOENT);
	assert_int_equal(look_for_kernel_functions(), 0);
	/* The same without any privilege, which most kernels show no address. */
	pid = fork();
	if (!pid)
		_exit(privileges_drop(0) ? 9 : look_for_kernel_functions());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static struct target_spec by_pid = {.kind = TARGET_PID}, by_cgroup = {.kind = TARGET_CGROUP};

static bool always(void *context)
{
	(void)context;
	return true;
}

static bool once(void *context)
{
	return (*(int *)context)++ == 0;
}

static bool is(pid_t pid, const void *context)
{
	return pid == *(const pid_t *)context;
}

static void make_directory(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void processes_of_a_cgroup(void **state)
{
	struct target t = {.spec = &by_cgroup};
	const pid_t deep = 202, none = 300;

	(void)state;
	assert_int_equal(target_find(&t, is, &deep), 0); /* not made yet */
	make_directory("group");
	make_directory("group/a");
	make_directory("group/a/b");
	close(write_file("group/cgroup.procs", "100\n101\n", 8));
	close(write_file("group/a/cgroup.procs", "", 0));
	close(write_file("group/a/b/cgroup.procs", "201\n202\n", 8));
	snprintf(t.path, sizeof(t.path), "%s/group", top);
	assert_int_equal(target_find(&t, is, &deep), 202);
	assert_int_equal(target_find(&t, is, &none), 0);
	t = (struct target){.spec = &by_pid, .pid = 202};
	assert_int_equal(target_find(&t, is, &deep), 202);
	assert_int_equal(target_find(&t, is, &none), 0);
}

static void use_aio(void)
{
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, 4, &context))
		_exit(1);
}

static void what_processes_are_doing(void **state)
{
	struct target t = {.spec = &by_pid, .pid = getpid()};
	int asked = 0;

	(void)state;
	assert_int_equal(target_look(&t, always, NULL), 0);
	t.pid = start_child(use_aio);
	assert_int_equal(target_look(&t, always, NULL), 1u << NOTICE_AIO);
	/* Who has no more time has seen nothing, and has not been asked again. */
	assert_int_equal(target_look(&t, once, &asked), 0);
	assert_in_range(asked, 2, 4);
	end_child(t.pid);
	assert_int_equal(target_look(&t, always, NULL), 0); /* it has ended */
}

static void enter_root(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/root", top);
	if (chroot(path) || chdir("/"))
		_exit(1);
}

static int read_in(int fd)
{
	char byte = 0;

	if (fd < 0)
		return fd;
	if (read(fd, &byte, 1) != 1)
		byte = 0;
	close(fd);
	return byte;
}

static void roots(void **state)
{
	struct target t = {.spec = &by_pid, .pid = getpid()};
	struct roots found;
	char link[128];

	(void)state;
	roots_of(&t, &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.pids[0], 0); /* the own one */
	if (geteuid() != 0)
		skip();
	make_directory("root");
	make_directory("root/etc");
	close(write_file("root/etc/which", "i", 1));
	close(write_file("outside", "o", 1));
	snprintf(link, sizeof(link), "%s/root/etc/absolute", top);
	assert_int_equal(symlink("/etc/which", link), 0);
	snprintf(link, sizeof(link), "%s/root/etc/climbs", top);
	assert_int_equal(symlink("../../../../outside", link), 0);
	t.pid = start_child(enter_root);
	roots_of(&t, &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.pids[0], t.pid);
	/* Links stay within. */
	assert_int_equal(read_in(target_open(&t, "/etc/which", O_RDONLY)), 'i');
	assert_int_equal(read_in(target_open(&t, "/etc/absolute", O_RDONLY)), 'i');
	assert_int_equal(target_open(&t, "/etc/climbs", O_RDONLY), -ENOENT);
	assert_int_equal(target_open(&t, "/../outside", O_RDONLY), -ENOENT);
	assert_int_equal(read_in(root_open(0, "/proc/self/comm", O_RDONLY)), 't');
	assert_int_equal(read_in(root_open(t.pid, "/proc/self/comm", O_RDONLY)), 't');
	end_child(t.pid);
	assert_int_equal(root_open(t.pid, "/etc/which", O_RDONLY), -ENOENT);
}

/* A root each, one of them twice. */
static void several_roots(void **state)
{
	struct target t = {.spec = &by_cgroup};
	struct roots found;
	char list[64];
	pid_t a, b, same;
	int n;

	(void)state;
	if (geteuid() != 0)
		skip();
	a = start_child(enter_root);
	b = start_child(enter_root);
	same = start_child(prepare_nothing);
	make_directory("roots");
	n = snprintf(list, sizeof(list), "%d\n%d\n%d\n", a, same, b);
	close(write_file("roots/cgroup.procs", list, n));
	snprintf(t.path, sizeof(t.path), "%s/roots", top);
	roots_of(&t, &found);
	assert_int_equal(found.n, 2);
	assert_int_equal(found.pids[0], a);
	assert_int_equal(found.pids[1], 0);
	end_child(a);
	end_child(b);
	end_child(same);
}

/* Each cgroup of this host is found by its path in three ways, at its depth. */
static int opens(const char *path, const char *name, void *context)
{
	const char *mount = cgroup_mount();
	char got[CGROUP_PATH_MAX];
	uint64_t id[2] = {};
	int fd = -1, level = -1, depth = 0;
	struct stat st;

	(void)name;
	for (const char *p = path + strlen(mount); *p; p++)
		depth += *p == '/';
	if (stat(path, &st))
		return 0; /* gone by now */
	assert_int_equal(cgroup_open(path, got, &fd, &id[0], &level), 0);
	assert_string_equal(got, path);
	assert_int_equal(level, depth);
	assert_int_equal(id[0], st.st_ino);
	assert_false(cgroup_is_removed(fd));
	close(fd);
	assert_int_equal(cgroup_open(path + strlen(mount), got, &fd, &id[1], &level), 0);
	close(fd);
	assert_int_equal(cgroup_open(path + strlen(mount) + 1, got, &fd, &id[1], &level), 0);
	close(fd);
	assert_int_equal(id[0], id[1]);
	return ++*(int *)context == 5;
}

static void cgroup_paths(void **state)
{
	const char *mount = cgroup_mount();
	char path[CGROUP_PATH_MAX], climbs[CGROUP_PATH_MAX];
	uint64_t id;
	int fd, level, n = 0;

	(void)state;
	if (!mount)
		skip();
	assert_int_equal(cgroup_of_pid(getpid(), path), 0);
	assert_int_equal(path[0], '/');
	assert_int_equal(cgroup_of_pid(INT32_MAX, path), -ENOENT);
	assert_int_equal(cgroup_open("/", path, &fd, &id, &level), 0);
	assert_int_equal(level, 0);
	close(fd);
	assert_int_equal(cgroup_open("/no/such.cgroup", path, &fd, &id, &level), -ENOENT);
	snprintf(climbs, sizeof(climbs), "../../../../../..%s", top);
	assert_int_equal(cgroup_open(climbs, path, &fd, &id, &level), -EINVAL);
	memset(climbs, 'x', sizeof(climbs) - 1);
	climbs[sizeof(climbs) - 1] = '\0';
	assert_int_equal(cgroup_open(climbs, path, &fd, &id, &level), -ENAMETOOLONG);
	cgroup_walk(mount, opens, &n);
}

static int set_up(void **state)
{
	(void)state;
	return !mkdtemp(top);
}

static int tear_down(void **state)
{
	(void)state;
	return remove_tree(top);
}

static void clocks_of_a_time_namespace(void **state)
{
	(void)state;
	assert_false(clocks_are_moved("monotonic           0         0\n"
				      "boottime            0         0\n"));
	assert_true(clocks_are_moved("monotonic      100000         0\n"
				     "boottime            0         0\n"));
	assert_true(clocks_are_moved("monotonic           0         0\n"
				     "boottime           -1         7\n"));
	assert_false(clocks_are_moved(""));
}

/* What a fault fills or slows is there, unless a setup, or the scratch directory, may have it yet.
 */
static int directory_of(const char *more, const char *fault, struct error *why)
{
	char model[400];
	struct scenario *s;
	int err, n = snprintf(model, sizeof(model),
			 "jinx: 1\n%starget: {command: [/bin/true]}\ntimeline:\n  - phase: p\n"
			 "    for: 1s\n    faults: [%s]\n",
			 more, fault);

	if (scenario_parse(model, n, "made-up", &s, why))
		fail_msg("%s", why->message);
	err = targets_check(s, why);
	scenario_free(s);
	return err;
}

static void directories_of_disks(void **state)
{
	struct error why = {};

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(directory_of("", "{exhaust: {disk: /}}", &why), 0);
	assert_int_equal(why.place.line, 0);
	assert_int_equal(directory_of("", "{exhaust: {disk: /no/such}}", &why), -EINVAL);
	assert_int_equal(why.place.line, 6);
	assert_string_equal(why.message, "disk: /no/such: No such file or directory");
	assert_int_equal(
		directory_of("", "{restrict: {disk: /etc/passwd, write: 1M/s}}", &why), -EINVAL);
	assert_string_equal(why.message, "disk: /etc/passwd is not a directory");
	assert_int_equal(
		directory_of("setup: [\"mkdir /no/such\"]\n", "{exhaust: {disk: /no/such}}", &why),
		0);
	assert_int_equal(directory_of("", "{exhaust: {disk: \"${dir}/disk\"}}", &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_function_of_this_program),
		cmocka_unit_test(not_a_function),
		cmocka_unit_test(files_without_symbols),
		cmocka_unit_test(no_elf),
		cmocka_unit_test(kernel_functions),
		cmocka_unit_test(processes_of_a_cgroup),
		cmocka_unit_test(what_processes_are_doing),
		cmocka_unit_test(roots),
		cmocka_unit_test(several_roots),
		cmocka_unit_test(cgroup_paths),
		cmocka_unit_test(clocks_of_a_time_namespace),
		cmocka_unit_test(directories_of_disks),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
