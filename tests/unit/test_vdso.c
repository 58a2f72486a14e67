// SPDX-License-Identifier: GPL-2.0
/* The vDSO of a process that asks for the time in several threads is changed and put back. */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "undo/auxv.h"
#include "undo/tracing.h"
#include "undo/vdso.h"
#include "vdso_victims.h"

static void threads_that_spin(void **state)
{
	pid_t pid = start_victim(false);

	(void)state;
	go_round(pid, rounds(200, 10000));
	end_victim(pid);
}

static void threads_with_handlers(void **state)
{
	pid_t pid = start_victim(true);

	(void)state;
	go_round(pid, rounds(100, 10000));
	end_victim(pid);
}

/* Whoever does it is killed, at any moment: the process lives, and can be put back. */
static void killed_in_between(void **state)
{
	pid_t pid = start_victim(true);

	(void)state;
	srandom(time(NULL));
	for (long i = rounds(40, 2000); i; i--) {
		enum unreached why;
		pid_t patcher = fork();
		int err;

		if (!patcher)
			for (;;) {
				(void)vdso_patch(pid, &why);
				(void)vdso_restore(pid);
			}
		usleep(random() % 5000);
		kill(patcher, SIGKILL);
		waitpid(patcher, NULL, 0);
		while ((err = vdso_restore(pid)) == -EBUSY)
			;
		assert_true(err >= 0);
		assert_true(is_as_made(pid));
	}
	end_victim(pid);
}

/* One that is traced, and one that no call too many may be added to, are left whole. */
static void left_whole(void **state)
{
	enum unreached why = NR_UNREACHED;
	pid_t pid = start_victim(false);
	pid_t tracer = fork();

	(void)state;
	if (!tracer) {
		(void)ptrace(PTRACE_SEIZE, pid, NULL, NULL);
		for (;;)
			pause();
	}
	usleep(100000);
	assert_int_equal(vdso_patch(pid, &why), 1);
	assert_int_equal(why, UNREACHED_TRACED);
	assert_true(is_as_made(pid));
	kill(tracer, SIGKILL);
	waitpid(tracer, NULL, 0);
	end_victim(pid);
}

static void with_filters(void **state)
{
	enum unreached why = NR_UNREACHED;
	pid_t pid;

	(void)state;
	shared->looks = 0;
	pid = fork();
	if (!pid)
		filter(NULL);
	while (!__atomic_load_n(&shared->looks, __ATOMIC_RELAXED))
		usleep(1000);
	assert_int_equal(vdso_patch(pid, &why), 1);
	assert_int_equal(why, UNREACHED_SECCOMP);
	assert_true(is_as_made(pid));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(vdso_patch(pid, &why), -ESRCH);
	assert_int_equal(vdso_restore(pid), 0);
}

/*
 * In a time namespace the monotonic clocks are others, which the vDSO reads from another page; its
 * code is the same.
 */
static void tell_clocks(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		struct timespec t;

		for (clockid_t i = 0; i < MAX_CLOCKS; i++)
			if (!clock_gettime(i, &t))
				__atomic_store_n(&shared->seconds[i], t.tv_sec, __ATOMIC_RELAXED);
		__atomic_add_fetch(&shared->looks, 1, __ATOMIC_RELAXED);
		usleep(1000);
	}
}

static pid_t start_apart(void)
{
	static const char offsets[] = "monotonic 100000 0\nboottime 500000 0";
	_cleanup_fd_ int own = open("/proc/self/ns/time", O_RDONLY | O_CLOEXEC), to = -1;
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	if (own < 0 || unshare(CLONE_NEWTIME))
		return -1;
	to = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(to, offsets, strlen(offsets)), strlen(offsets));
	pid = fork();
	if (!pid)
		tell_clocks();
	assert_int_equal(setns(own, CLONE_NEWTIME), 0);
	return pid;
}

static void has_told(clockid_t clock, int64_t ahead)
{
	struct timespec now;
	long looks = __atomic_load_n(&shared->looks, __ATOMIC_RELAXED);

	/* One that had begun before may tell what was. */
	for (int i = 0; __atomic_load_n(&shared->looks, __ATOMIC_RELAXED) < looks + 2; i++) {
		assert_in_range(i, 0, 10000);
		usleep(1000);
	}
	clock_gettime(clock, &now);
	now.tv_sec += ahead - __atomic_load_n(&shared->seconds[clock], __ATOMIC_RELAXED);
	assert_in_range(now.tv_sec + 1, 0, 5);
}

static void have_told(void)
{
	has_told(CLOCK_REALTIME, 0);
	has_told(CLOCK_MONOTONIC, 100000);
	has_told(CLOCK_BOOTTIME, 500000);
}

static void in_a_time_namespace(void **state)
{
	enum unreached why = NR_UNREACHED;
	pid_t pid = start_apart();

	(void)state;
	if (pid < 0)
		skip();
	have_told();
	assert_int_equal(vdso_patch(pid, &why), 0);
	assert_false(is_as_made(pid));
	have_told();
	assert_int_equal(vdso_restore(pid), 1);
	assert_true(is_as_made(pid));
	have_told();
	end_victim(pid);
}

/* A process whose first thread has ended, and whose memory is only another's; and its filters. */
static pid_t start_odd(void *(*f)(void *nothing), bool ends, int n)
{
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid) {
		pthread_attr_t small;
		pthread_t thread;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pthread_attr_init(&small);
		pthread_attr_setstacksize(&small, 65536);
		for (int i = 0; i < n; i++)
			pthread_create(&thread, &small, i ? wait_for_ever : f, NULL);
		shared->ready = true;
		if (ends)
			pthread_exit(NULL);
		for (;;)
			pause();
	}
	while (!__atomic_load_n(&shared->ready, __ATOMIC_RELAXED) ||
		!__atomic_load_n(&shared->looks, __ATOMIC_RELAXED))
		usleep(1000);
	return pid;
}

static void first_thread_ended(void **state)
{
	pid_t pid = start_odd(spin, true, 1);

	(void)state;
	go_round(pid, 20);
	end_victim(pid);
}

/* They stop together, not one after the other. */
static void many_threads(void **state)
{
	pid_t pid = start_odd(spin, false, 1500);

	(void)state;
	go_round(pid, 3);
	end_victim(pid);
}

static void one_thread_with_filters(void **state)
{
	enum unreached why = NR_UNREACHED;
	pid_t pid = start_odd(filter, false, 2);

	(void)state;
	assert_int_equal(vdso_patch(pid, &why), 1);
	assert_int_equal(why, UNREACHED_SECCOMP);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* As bpf/skew.bpf.h hides it from a program that begins. */
static void hidden_at_the_start(void **state)
{
	Elf64_auxv_t *a;
	char **end = environ;

	(void)state;
	while (*end++)
		;
	assert_false(auxv_has_no_vdso(getpid()));
	for (a = (void *)end; a->a_type != AT_SYSINFO_EHDR; a++)
		assert_int_not_equal(a->a_type, AT_NULL);
	a->a_type = AT_IGNORE;
	assert_true(auxv_has_no_vdso(getpid()));
	a->a_type = AT_SYSINFO_EHDR;
	assert_false(auxv_has_no_vdso(1 << 22)); /* there is none such */
}

/* A file of which the path ends like the vDSO's name is not it. */
static void named_like_it(void **state)
{
	enum unreached why = NR_UNREACHED;
	char path[] = "/tmp/jinx-test-XXXXXX [vdso]";
	int fd = mkstemps(path, strlen(" [vdso]"));
	void *low = mmap((void *)0x10000000, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	pid_t pid = start_victim(false);

	(void)state;
	unlink(path);
	assert_true(low != MAP_FAILED);
	assert_int_equal(vdso_patch(pid, &why), 0);
	assert_int_equal(vdso_restore(pid), 1);
	end_victim(pid);
	munmap(low, 4096);
	close(fd);
}

/* Threads come and go, and the process ends, while it is stopped and changed. */
static void *come_and_go(void *nothing)
{
	return nothing;
}

static void dying(void **state)
{
	(void)state;
	for (long i = rounds(200, 2000); i; i--) {
		enum unreached why;
		pid_t pid = fork();
		int err;

		if (!pid)
			for (int k = 0; k < 100; k++) {
				pthread_t t;

				if (!pthread_create(&t, NULL, come_and_go, NULL))
					pthread_join(t, NULL);
				if (k == 99)
					_exit(7);
			}
		usleep(random() % 3000);
		err = vdso_patch(pid, &why);
		assert_true(!err || err == -ESRCH || (err == 1 && why == UNREACHED_BUSY));
		while (tracing_tidy())
			usleep(1000);
		/* Its end is told to its parent, who sees it as it was. */
		assert_int_equal(waitpid(pid, &err, 0), pid);
		assert_true(WIFEXITED(err) && WEXITSTATUS(err) == 7);
	}
}

/* A child that has its parent's memory is not changed, as nobody stops the parent. */
static int pause_there(void *nothing)
{
	(void)nothing;
	for (;;)
		syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0); /* pause(): not a call on arm64 */
	return 0;
}

static void with_its_parents_memory(void **state)
{
	static char stack[65536] __attribute__((aligned(16)));
	enum unreached why = NR_UNREACHED;
	pid_t *child = (pid_t *)&shared->seconds[0], pid;

	(void)state;
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid) {
		*child = clone(pause_there, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
		victim_main(false);
	}
	while (!__atomic_load_n(&shared->ready, __ATOMIC_RELAXED))
		usleep(1000);
	assert_int_equal(vdso_patch(*child, &why), 1);
	assert_int_equal(why, UNREACHED_BUSY);
	assert_true(is_as_made(pid));
	assert_int_equal(vdso_patch(pid, &why), 0);
	assert_int_equal(vdso_restore(*child), 0);
	assert_false(is_as_made(pid));
	assert_int_equal(vdso_restore(pid), 1);
	kill(*child, SIGKILL);
	end_victim(pid);
}

/* One that waits for its child, as after vfork(), is not to be stopped, and is waited for. */
static int last_for_a_while(void *nothing)
{
	const struct timespec t = {.tv_nsec = 300000000};

	/* By calls alone: the sanitizers don't know its stack. */
	(void)nothing;
	syscall(SYS_nanosleep, &t, NULL);
	return syscall(SYS_exit_group, 0);
}

static void wait_for_children(void)
{
	static char stack[65536] __attribute__((aligned(16)));

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		__atomic_add_fetch(&shared->looks, 1, __ATOMIC_RELAXED);
		usleep(50000);
		__atomic_store_n(&shared->ready, true, __ATOMIC_RELAXED);
		waitpid(clone(last_for_a_while, stack + sizeof(stack),
				CLONE_VM | CLONE_VFORK | SIGCHLD, NULL),
			NULL, 0);
		__atomic_store_n(&shared->ready, false, __ATOMIC_RELAXED);
	}
}

static void await_ready(bool wanted)
{
	while (__atomic_load_n(&shared->ready, __ATOMIC_RELAXED) != wanted)
		usleep(1000);
}

static void held_up(void **state)
{
	char folder[] = "/tmp/jinx-test-XXXXXX", procs[64];
	enum unreached why = NR_UNREACHED;
	_cleanup_file_ FILE *f = NULL;
	pid_t pid;

	(void)state;
	memset(shared, 0, sizeof(*shared));
	assert_non_null(mkdtemp(folder));
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", folder);
	pid = fork();
	if (!pid)
		wait_for_children();
	f = fopen(procs, "we");
	fprintf(f, "%d\n", pid);
	fflush(f);
	await_ready(true);
	await_ready(false);
	while (vdso_patch(pid, &why))
		usleep(1000);
	await_ready(true);
	usleep(10000);
	assert_int_equal(vdso_restore_all(folder), 1);
	assert_true(is_as_made(pid));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(procs);
	rmdir(folder);
}

static int share(void **state)
{
	struct error why;

	(void)state;
	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED || vdso_probe(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_that_spin),
		cmocka_unit_test(threads_with_handlers),
		cmocka_unit_test(killed_in_between),
		cmocka_unit_test(left_whole),
		cmocka_unit_test(with_filters),
		cmocka_unit_test(in_a_time_namespace),
		cmocka_unit_test(first_thread_ended),
		cmocka_unit_test(many_threads),
		cmocka_unit_test(one_thread_with_filters),
		cmocka_unit_test(hidden_at_the_start),
		cmocka_unit_test(named_like_it),
		cmocka_unit_test(dying),
		cmocka_unit_test(with_its_parents_memory),
		cmocka_unit_test(held_up),
	};

	return cmocka_run_group_tests(tests, share, NULL);
}
