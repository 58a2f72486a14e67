// SPDX-License-Identifier: GPL-2.0
#include "scene/scene.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "measure/verdict.h"
#include "run/signals.h"
#include "run/starting.h"
#include "scene/hooks.h"
#include "scene/nodes.h"
#include "scene/steps.h"
#include "target/janitor.h"

struct scene {
	struct scenario *s;
	const struct scene_options *o;
	struct janitor janitor;
	char id[8];
	struct nodes nodes;
	struct stepping in;
	struct hooking hooks;
};

const char *scene_choose_dir(char *ret, size_t size)
{
	const char *below = getenv("TMPDIR");
	unsigned long long random = 0;

	if (!below || *below != '/')
		below = "/tmp";
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = getpid();
	snprintf(ret, size, "%s/jinx-%012llx", below, random & 0xffffffffffffull);
	return ret;
}

static void say(const struct scene *sc, const char *what, const struct error *why)
{
	if (why->place.line)
		log_error("%s:%u:%u: %s: %s", sc->s->file, why->place.line, why->place.column, what,
			why->message);
	else
		log_error("%s: %s", what, why->message);
}

/* Where what the commands print goes. */
static int open_log(const struct scene *sc)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/jinx.log", sc->s->standing.dir);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : fd;
}

static int open_all(struct scene *sc)
{
	char below[64], path[CGROUP_PATH_MAX];
	int err;

	sc->in = (struct stepping){-1, -1, -1, NULL, signals_open()};
	if (sc->in.signals < 0)
		return sc->in.signals;
	if (!cgroup_mount())
		return -errno;
	sc->janitor.scratch = sc->s->standing.dir;
	sc->janitor.keep = sc->o->keep;
	starting_choose_id(sc->id);
	err = janitor_start(&sc->janitor, cgroup_mount(), sc->id, false);
	if (err)
		return err;
	snprintf(below, sizeof(below), "jinx-%s/scene", sc->id);
	err = cgroup_create(below, path, &sc->in.cgroup);
	if (err)
		return err;
	sc->in.output = open_log(sc);
	return sc->in.output < 0 ? sc->in.output : 0;
}

/* After the janitor was started: only what ends with jinx is to hold them. */
static int make_network(struct scene *sc)
{
	struct scenario *s = sc->s;
	struct error why = {};
	int err = s->standing.n_nodes ? nodes_make(&s->standing, &sc->nodes, &why) : 0;

	if (err) {
		log_error("%s", why.message);
		return err == -EOPNOTSUPP ? VERDICT_UNSUPPORTED : VERDICT_FAILED;
	}
	if (s->standing.n_nodes)
		s->standing.nodes = sc->in.nodes = sc->nodes.all;
	return 0;
}

static int interrupted(void)
{
	log_error("interrupted by a signal before its first phase: nothing was injected");
	return VERDICT_ABORTED;
}

static int set_up(struct scene *sc)
{
	const struct steps *all = &sc->s->standing.setup;
	struct error why = {};

	for (unsigned int i = 0; i < all->n; i++) {
		int err = step_run(&all->all[i], &sc->in, &why);

		if (err == -EINTR)
			return interrupted();
		if (err) {
			say(sc, "setup", &why);
			return VERDICT_FAILED;
		}
	}
	return 0;
}

/* One that fails says that it is not to be. */
static int before_run(struct scene *sc)
{
	struct error why = {};
	int err = hooking_run(&sc->hooks, HOOK_BEFORE_RUN, NULL, &why);

	if (err == -EINTR)
		return interrupted();
	if (!err)
		return 0;
	say(sc, "hook before_run", &why);
	log_error("nothing was injected");
	return VERDICT_ABORTED;
}

/* The verdict stays. */
static void after_run(struct scene *sc, int code)
{
	struct error why = {};

	sc->hooks.in.signals = -1;
	if (hooking_run(&sc->hooks, HOOK_AFTER_RUN, verdict_name(verdict_of_exit(code)), &why))
		say(sc, "hook after_run", &why);
}

/* All of it, whatever becomes of one. A signal doesn't end it: each has its own limit. */
static int tear_down(struct scene *sc)
{
	const struct steps *all = &sc->s->standing.teardown;
	struct stepping in = sc->in;
	int ret = 0;

	in.signals = -1;
	for (unsigned int i = 0; i < all->n; i++) {
		struct error why = {};

		if (!step_run(&all->all[i], &in, &why))
			continue;
		say(sc, "teardown", &why);
		ret = -EIO;
	}
	return ret;
}

static _Noreturn void carry_out(struct scene *sc, pid_t parent, int hooks)
{
	int code;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(VERDICT_FAILED);
	close(sc->janitor.socket); /* or the parent's end would not be seen */
	close(sc->in.signals);
	close(sc->in.cgroup);
	close(sc->in.output);
	if (hooks >= 0) {
		close(sc->hooks.socket);
		sc->s->standing.hook_socket = hooks;
	}
	/* The signals stay blocked: whoever takes them next finds those that have come meanwhile.
	 */
	code = sc->o->run(sc->s, sc->o->context);
	if (fflush(stdout)) {
		log_error("writing to standard output failed: %s", strerror(EIO));
		code = VERDICT_FAILED;
	}
	_exit(code);
}

/* One from a terminal has come to the experiment, too. */
static void pass_on(int signals, pid_t pid)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_code != SI_KERNEL)
			kill(pid, info.ssi_signo);
}

static int await(struct scene *sc, pid_t pid)
{
	_cleanup_fd_ int pidfd = syscall(SYS_pidfd_open, pid, 0);
	struct pollfd fds[4] = {
		{.fd = pidfd, .events = POLLIN}, {.fd = sc->in.signals, .events = POLLIN}};
	int status = 0;

	while (pidfd >= 0 && !fds[0].revents) {
		int n = poll(fds, 4, hooking_fds(&sc->hooks, fds + 2));

		if (n > 0 && fds[1].revents)
			pass_on(sc->in.signals, pid);
		if (n >= 0)
			hooking_turn(&sc->hooks, fds + 2);
	}
	hooking_end(&sc->hooks);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	log_error("the experiment was ended by SIG%s", sigabbrev_np(WTERMSIG(status)) ?: "?");
	return VERDICT_FAILED;
}

static int experiment(struct scene *sc)
{
	_cleanup_fd_ int hooks = -1;
	pid_t parent = getpid(), pid;

	/* One that came while all was made ready. */
	if (signals_take(sc->in.signals))
		return interrupted();
	if (standing_has_hooks(&sc->s->standing))
		hooks = hooking_socket(&sc->hooks);
	fflush(stdout);
	fflush(stderr);
	pid = hooks < -1 ? hooks : fork();
	if (pid == 0)
		carry_out(sc, parent, hooks);
	if (pid < 0) {
		log_error("starting the experiment: %s", strerror(hooks < -1 ? -hooks : errno));
		return VERDICT_FAILED;
	}
	if (hooks >= 0)
		close(take_fd(&hooks));
	/* Who waits for its end waits for the experiment. */
	if (sc->o->ready_fd)
		close(sc->o->ready_fd);
	return await(sc, pid);
}

static void close_all(struct scene *sc)
{
	int err;

	if (sc->in.output >= 0)
		close(sc->in.output);
	if (sc->in.cgroup >= 0)
		close(sc->in.cgroup);
	err = janitor_finish(&sc->janitor);
	if (err)
		log_warning("what setup has left could not all be removed (%s): %s and the cgroup "
			    "jinx-%s",
			err == -EXDEV ? "something is mounted in it" : strerror(-err),
			sc->s->standing.dir, sc->id);
	if (sc->in.signals >= 0)
		close(sc->in.signals);
}

int scene_run(struct scenario *s, const struct scene_options *o)
{
	struct scene sc = {.s = s, .o = o};
	struct error why = {};
	int code, err = open_all(&sc);

	if (err) {
		error_errno(&why, err, "making the scratch directory and the cgroup");
		log_error("%s", why.message);
		close_all(&sc);
		return VERDICT_FAILED;
	}
	code = make_network(&sc);
	sc.hooks = (struct hooking){
		.s = s, .in = sc.in, .dry_run = o->dry_run, .socket = -1, .last = -1};
	if (!code) {
		code = set_up(&sc);
		if (!code) {
			code = before_run(&sc) ?: experiment(&sc);
			after_run(&sc, code);
		}
		if (tear_down(&sc) && !code)
			code = VERDICT_FAILED;
	}
	if (s->standing.nodes)
		nodes_free(&sc.nodes);
	s->standing.nodes = NULL;
	close_all(&sc);
	if (o->keep)
		log_info("kept: %s", s->standing.dir);
	return code;
}
