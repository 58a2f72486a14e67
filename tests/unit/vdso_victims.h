/* SPDX-License-Identifier: GPL-2.0 */
/* Processes whose vDSO is changed, what they see of it, and rounds of changes. Included once, after
 * cmocka. */
#ifndef JINX_TEST_VDSO_VICTIMS_H
#define JINX_TEST_VDSO_VICTIMS_H

#define THREADS 3
#define MOST 65536 /* bytes of a vDSO */
#define MAX_CLOCKS 8

/* Of the process that is changed. */
static struct shared {
	long looks, odd;
	bool ready;
	int64_t seconds[MAX_CLOCKS]; /* what its clocks say */
} * shared;

static long rounds(long few, long many)
{
	return getenv("LONG") && *getenv("LONG") ? many : few;
}

static void *spin(void *nothing)
{
	for (;;) {
		time_t before = time(NULL);
		struct timeval v;
		struct timespec t;

		if (clock_gettime(CLOCK_REALTIME, &t) || gettimeofday(&v, NULL) ||
			t.tv_sec < before - 1 || t.tv_sec > before + 60 || v.tv_sec < before - 1 ||
			v.tv_sec > before + 60)
			__atomic_add_fetch(&shared->odd, 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&shared->looks, 1, __ATOMIC_RELAXED);
	}
	return nothing;
}

static void *wait_for_ever(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static void *filter(void *nothing)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {1, &allow};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
	__atomic_store_n(&shared->looks, 1, __ATOMIC_RELAXED);
	return wait_for_ever(nothing);
}

static void on_alarm(int signal)
{
	struct timespec t;

	(void)signal;
	for (int i = 0; i < 50; i++)
		clock_gettime(CLOCK_REALTIME, &t);
}

static void victim_main(bool signals)
{
	const struct itimerval often = {{0, 500}, {0, 500}};
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGALRM, on_alarm);
	if (signals)
		setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, spin, NULL);
	shared->ready = true;
	for (;;)
		pause();
}

static pid_t start_victim(bool signals)
{
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid)
		victim_main(signals);
	while (!__atomic_load_n(&shared->ready, __ATOMIC_RELAXED))
		usleep(1000);
	return pid;
}

/* All of this process's own. */
static struct iovec own_vdso(void)
{
	unsigned long from = getauxval(AT_SYSINFO_EHDR), begins, ends = 0;
	_cleanup_file_ FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx", &begins, &ends) == 2 && begins == from)
			break;
	assert_in_range(ends - from, 4096, MOST);
	return (struct iovec){(void *)from, ends - from};
}

/* To the byte, as it has it now: a fork has the same addresses. Not by its first thread, which may
 * have ended. */
static bool is_as_made(pid_t pid)
{
	static unsigned char now[MOST];
	static struct iovec own;
	struct iovec here = {now};
	_cleanup_dir_ DIR *dir = NULL;
	char path[64];
	ssize_t got = -1;

	if (!own.iov_len)
		own = own_vdso();
	here.iov_len = own.iov_len;
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	for (struct dirent *e; got < 0 && (e = readdir(dir));)
		got = process_vm_readv(atoi(e->d_name), &here, 1, &own, 1, 0);
	assert_int_equal(got, own.iov_len);
	return !memcmp(now, own.iov_base, own.iov_len);
}

static void end_victim(pid_t pid)
{
	long looks = __atomic_load_n(&shared->looks, __ATOMIC_RELAXED);

	usleep(50000);
	/* It lives, and its threads go on. */
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	assert_true(__atomic_load_n(&shared->looks, __ATOMIC_RELAXED) > looks);
	assert_int_equal(shared->odd, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void go_round(pid_t pid, long n)
{
	enum unreached why = NR_UNREACHED;
	long patched = 0;

	for (long i = 0; i < n; i++) {
		int err = vdso_patch(pid, &why);

		assert_true(!err || (err == 1 && why == UNREACHED_BUSY));
		if (!err)
			assert_false(is_as_made(pid));
		patched += !err;
		/* A thread that is in a handler may be waited for. */
		while ((err = vdso_restore(pid)) == -EBUSY)
			;
		assert_true(err >= 0);
		assert_true(is_as_made(pid));
	}
	/* On a busy host a thread may get no CPU time to stop in. */
	assert_true(patched > n / 4);
	print_message("%ld rounds, of which %ld found all threads outside at once\n", n, patched);
}

#endif
