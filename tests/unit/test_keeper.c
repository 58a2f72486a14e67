// SPDX-License-Identifier: GPL-2.0
/* jinx's side of the keeper, with a keeper that answers as the test says: what waits, and for what.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/passing.h"
#include "base/process.h"
#include "keeper/service.h"

#define MS 1000000ull
#define ARMED 7

/* Shared with the keeper. */
struct script {
	int found;		    /* what looks return */
	unsigned int look_ms;	    /* how long they take */
	unsigned int silent;	    /* it says nothing to requests other than looks */
	_Atomic unsigned int looks; /* that were asked for */
	char path[32];		    /* with the last one */
};

static struct script *script;

int janitor_hand_over(struct janitor *j)
{
	(void)j;
	return 0;
}

static int carry_out(const struct request *r, int passed)
{
	pid_t pid;

	switch (r->what) {
	case LOOK_UP:
	case LOOK_IN:
		memcpy(script->path, r->path, sizeof(script->path) - 1);
		script->looks++;
		usleep(script->look_ms * 1000);
		return script->found;
	case START:
		pid = fork(); /* not jinx's child, but a pid */
		if (!pid)
			_exit(passed >= 0 && write(passed, "x", 1) != 1);
		waitpid(pid, NULL, 0);
		return r->start.executable ? -ENOENT : getpid();
	case ARM:
		return r->rules == ARMED ? 0 : -EINVAL;
	case MOVE:
		break;
	}
	return r->gone ? -EIO : 0;
}

_Noreturn void keeper_serve(const struct service *s)
{
	struct answer a = {};
	struct request r;
	int passed;

	/* jinx's end as well, or it would never see that end. */
	for (int fd = STDERR_FILENO + 1; fd < 100; fd++)
		if (fd != s->socket)
			close(fd);
	(void)send(s->socket, &a, sizeof(a), MSG_NOSIGNAL);
	while (passing_receive(s->socket, &r, sizeof(r), &passed) == sizeof(r)) {
		if (r.what != LOOK_UP && r.what != LOOK_IN && script->silent)
			pause();
		a = (struct answer){r.id, carry_out(&r, passed), script->look_ms * MS};
		if (passed >= 0)
			close(passed);
		(void)send(s->socket, &a, sizeof(a), MSG_NOSIGNAL);
	}
	_exit(0);
}

struct test {
	struct plan plan;
	struct targets targets;
	struct keeper *keeper;
};

static unsigned int beats;

static void beat(void *context)
{
	++*(unsigned int *)context;
}

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));
	struct keeper_options o = {};

	assert_non_null(t);
	script = mmap(
		NULL, sizeof(*script), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(script, MAP_FAILED);
	o.plan = &t->plan;
	o.targets = &t->targets;
	o.beat = beat;
	o.context = &beats;
	strcpy(t->targets.all[1].path, "/made/up");
	assert_int_equal(keeper_start(&o, &t->keeper), 0);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	keeper_stop(t->keeper);
	munmap(script, sizeof(*script));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	free(t);
	return 0;
}

static int look(struct test *t)
{
	return keeper_look_up(t->keeper, &t->targets, 1);
}

static void requests_are_answered(void **state)
{
	struct test *t = *state;
	struct start_request start = {};
	int ends[2], pidfd;
	pid_t pid;
	char c;

	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), 0);
	assert_int_equal(keeper_arm(t->keeper, ARMED + 1, 0), -EINVAL);
	assert_int_equal(keeper_move(t->keeper, &t->targets, 1), 0);
	t->targets.all[1].gone = true;
	assert_int_equal(keeper_move(t->keeper, &t->targets, 1), -EIO);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(keeper_spawn(t->keeper, &start, ends[1], &pid, &pidfd), 0);
	assert_int_equal(read(ends[0], &c, 1), 1); /* the descriptor went with it */
	close(pidfd);
	close(ends[0]);
	close(ends[1]);
	start.executable = 1;
	assert_int_equal(keeper_spawn(t->keeper, &start, -1, &pid, &pidfd), -ENOENT);
	assert_false(keeper_is_gone(t->keeper)); /* an error is an answer */
}

/* Asks until a look is over. */
static int wait_for_look(struct test *t)
{
	uint64_t until_ns = monotonic_ns() + 20000 * MS;
	int found = 0;

	while (!found && monotonic_ns() < until_ns) {
		usleep(1000);
		found = look(t);
	}
	return found;
}

static void nobody_waits_for_a_look(void **state)
{
	struct test *t = *state;
	uint64_t began_ns = monotonic_ns();

	script->look_ms = 600;
	script->found = 1;
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(look(t), 0);
	assert_true(monotonic_ns() - began_ns < 300 * MS);
	assert_int_equal(wait_for_look(t), 1);
	assert_true(monotonic_ns() - began_ns >= 600 * MS);
	assert_in_range(script->looks, 1, 2); /* one at a time, and the next one */
	assert_string_equal(script->path, "/made/up");
}

/* What has begun lasts while jinx waits for a keeper that has no time. */
static void the_heart_beats_meanwhile(void **state)
{
	struct test *t = *state;

	script->look_ms = 900;
	script->found = 1;
	beats = 0;
	assert_int_equal(look(t), 0);
	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), 0);
	assert_in_range(beats, 1, 4);
}

static void answers_are_told_apart(void **state)
{
	struct test *t = *state;

	script->look_ms = 100;
	script->found = -EIO;
	assert_int_equal(look(t), 0);
	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), 0); /* not the look's -EIO */
	assert_int_equal(look(t), 0);			      /* which found nothing new */
	script->found = 1;
	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), 0);
	assert_int_equal(keeper_look_up(t->keeper, &t->targets, 0), 0); /* another target's */
	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), 0);
	assert_int_equal(keeper_look_up(t->keeper, &t->targets, 0), 1);
}

/* It takes a tenth of the time at most, and those at paths have nothing to do with it. */
static void looks_for_functions_rest(void **state)
{
	struct test *t = *state;
	uint64_t began_ns;
	int found;

	script->look_ms = 50;
	script->found = -EACCES;
	assert_int_equal(keeper_look_for_functions(t->keeper, &t->targets, 1, &found), 0);
	assert_int_equal(found, 0);
	assert_int_equal(keeper_look_for_functions(t->keeper, &t->targets, 1, &found), -EAGAIN);
	assert_int_equal(look(t), 0);
	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), 0); /* both are over */
	assert_int_equal(script->looks, 2);
	began_ns = monotonic_ns();
	while (keeper_look_for_functions(t->keeper, &t->targets, 1, &found) == -EAGAIN)
		usleep(5000);
	assert_in_range(monotonic_ns() - began_ns, 400 * MS, 3000 * MS);
	assert_int_equal(found, -EACCES);
	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), 0);
	assert_int_equal(script->looks, 3);
}

static void who_does_not_answer_is_not_asked_again(void **state)
{
	struct test *t = *state;
	uint64_t began_ns = monotonic_ns(), took_ns;

	script->silent = 1;
	assert_int_equal(keeper_arm(t->keeper, ARMED, 0), -EPIPE);
	took_ns = monotonic_ns() - began_ns;
	assert_in_range(took_ns, 9900 * MS, 12000 * MS);
	assert_true(keeper_is_gone(t->keeper));
	assert_int_equal(look(t), -EPIPE);
	assert_int_equal(keeper_move(t->keeper, &t->targets, 1), -EPIPE);
	assert_true(monotonic_ns() - began_ns - took_ns < 500 * MS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests_are_answered),
		TEST(nobody_waits_for_a_look),
		TEST(the_heart_beats_meanwhile),
		TEST(answers_are_told_apart),
		TEST(looks_for_functions_rest),
		TEST(who_does_not_answer_is_not_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
