// SPDX-License-Identifier: GPL-2.0
/*
 * Targets that lose their cgroup and get another one: when that is looked for, who is told, and
 * what the report says of it. Directories stand for cgroups.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "made_up.h"
#include "base/process.h"
#include "run/parts.h"
#include "target/protected.h"
#include "target/roots.h"

#define MS 1000000ull
/* For what has to happen; a host may be busy. */
#define PATIENCE_NS (20000 * MS)

#define SCENARIO                                                                    \
	"jinx: 1\ntargets: {a: {cgroup: /a}, b: {cgroup: /b}}\n"                    \
	"timeline: [{phase: p, for: 1s, faults: [{fail: EIO, on: read, target: a, " \
	"where: {path: /srv/x}}, {fail: EIO, on: write, target: b}]}]\n"

struct test {
	struct experiment x;
	struct scenario *s;
	struct plan plan;
	char folder[32];
	bool (*enough)(const struct test *t);
	uint64_t until_ns;
};

/* What targets, the engine and the keeper were asked, and what they say. */
static struct {
	char at[CGROUP_PATH_MAX]; /* where a target that is gone would be found */
	int attach;		  /* what moving to a cgroup returns */
	bool holds_protected;
	unsigned int searched, moved, acted, looked_again, looked_up[2];
	unsigned int left; /* moves to nowhere */
} made;

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

bool target_can_return(enum target_kind kind)
{
	return kind == TARGET_CGROUP;
}

bool target_is_removed(const struct target *t)
{
	return target_can_return(t->spec->kind) && !is_there(t->path);
}

bool target_is_astray(const struct target *t)
{
	return t->first[0] && strcmp(t->first, t->path) && is_there(t->first);
}

int targets_find_again(
	const struct scenario *s, struct targets *all, unsigned int index, struct error *why)
{
	struct target *t = &all->all[index];
	const char *now = t->first[0] && is_there(t->first) ? t->first : made.at;

	(void)s;
	made.searched++;
	if (!*now || !is_there(now))
		return error_set(why, -EINVAL, "search %u found none", made.searched);
	snprintf(t->path, sizeof(t->path), "%s", now);
	t->gone = false;
	return 0;
}

int engine_move(struct engine *e, const struct targets *t, unsigned int index)
{
	(void)e;
	made.moved++;
	made.left += t->all[index].gone;
	return t->all[index].gone ? 0 : made.attach;
}

void acts_move(struct experiment *x, unsigned int target)
{
	(void)x;
	(void)target;
	made.acted++;
}

void libraries_look_again(struct experiment *x, unsigned int target)
{
	(void)x;
	(void)target;
	made.looked_again++;
}

int keeper_look_up(struct keeper *h, const struct targets *targets, unsigned int target)
{
	(void)h;
	(void)targets;
	made.looked_up[target]++;
	return 0;
}

int protected_check_target(
	const struct scenario *s, const struct targets *all, unsigned int target, struct error *why)
{
	(void)s;
	(void)all;
	(void)target;
	return made.holds_protected ? error_set(why, -EINVAL, "it holds sshd") : 0;
}

bool protected_from_signals(const struct scenario *s, int pid)
{
	(void)s;
	(void)pid;
	return false;
}

void roots_of(const struct target *t, struct roots *ret)
{
	(void)t;
	*ret = (struct roots){.n = 2, .pids = {0, 4711}};
}

int root_open(pid_t pid, const char *path, int flags)
{
	(void)pid;
	(void)path;
	(void)flags;
	return -ENOENT;
}

int target_open(const struct target *t, const char *path, int flags)
{
	(void)t;
	(void)path;
	(void)flags;
	return -ENOENT;
}

int root_open_file(pid_t pid, const char *path)
{
	(void)pid;
	(void)path;
	return -ENOENT;
}

int target_open_file(const struct target *t, const char *path)
{
	(void)t;
	(void)path;
	return -ENOENT;
}

const char *open_error(int err)
{
	return strerror(-err);
}

static void make(const char *path)
{
	assert_int_equal(mkdir(path, 0755), 0);
}

static void path_of(const struct test *t, const char *name, char ret[CGROUP_PATH_MAX])
{
	snprintf(ret, CGROUP_PATH_MAX, "%s/%s", t->folder, name);
}

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));
	struct caps caps = caps_of(STOCK);
	struct error why;

	memset(&made, 0, sizeof(made));
	assert_non_null(t);
	if (scenario_parse(SCENARIO, strlen(SCENARIO), "made-up", &t->s, &why))
		fail_msg("%s", why.message);
	plan_make(t->s, &caps, &t->plan);
	snprintf(t->folder, sizeof(t->folder), "/tmp/jinx-follow-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	t->x.s = t->s;
	t->x.measure = measure_new(t->s, &t->plan, t->x.id, 0);
	assert_non_null(t->x.measure);
	assert_int_equal(loop_new(&t->x.loop), 0);
	t->x.targets.n = 2;
	for (unsigned int i = 0; i < 2; i++) {
		t->x.targets.all[i].spec = &t->s->targets[i];
		path_of(t, i ? "b" : "a", t->x.targets.all[i].path);
		make(t->x.targets.all[i].path);
	}
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"a", "b", "c"};
	struct test *t = *state;
	char path[CGROUP_PATH_MAX];

	follow_end(&t->x);
	loop_free(t->x.loop);
	measure_free(t->x.measure);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		path_of(t, names[i], path);
		(void)rmdir(path);
	}
	assert_int_equal(rmdir(t->folder), 0);
	scenario_free(t->s);
	free(t);
	return 0;
}

/* `ticking`: it is also looked at each tick; else only what cgroups tell counts. */
static void begin(struct test *t, bool ticking)
{
	t->x.began_ns = monotonic_ns() + (ticking ? 0 : 3600000 * MS);
	assert_int_equal(follow_begin(&t->x), 0);
}

static void look(uint64_t now_ns, void *context)
{
	struct test *t = context;

	if (t->enough(t) || now_ns > t->until_ns)
		loop_stop(t->x.loop);
}

static void run_until(struct test *t, bool (*enough)(const struct test *t))
{
	struct source *timer;

	t->enough = enough;
	t->until_ns = monotonic_ns() + PATIENCE_NS;
	assert_int_equal(loop_timer(t->x.loop, monotonic_ns(), MS, look, t, &timer), 0);
	assert_int_equal(loop_run(t->x.loop), 0);
	loop_remove(timer);
	assert_true(enough(t));
}

static bool is_gone(const struct test *t)
{
	return t->x.targets.all[0].gone;
}

static bool is_back(const struct test *t)
{
	return !is_gone(t);
}

static bool is_where_it_was(const struct test *t)
{
	return is_back(t) && !strcmp(t->x.targets.all[0].path, t->x.targets.all[0].first);
}

static bool searched_thrice(const struct test *t)
{
	(void)t;
	return made.searched >= 3;
}

static bool has_note(const struct test *t, const char *text)
{
	for (unsigned int i = 0; i < t->x.measure->n_notes; i++)
		if (strstr(t->x.measure->notes[i], text))
			return true;
	return false;
}

static void remove_a(struct test *t)
{
	assert_int_equal(rmdir(t->x.targets.all[0].path), 0);
	run_until(t, is_gone);
}

static void made_anew_it_is_hit_at_once(void **state)
{
	struct test *t = *state;
	const struct target *a = &t->x.targets.all[0];

	begin(t, false);
	remove_a(t);
	assert_int_equal(made.left, 1);
	assert_int_equal(a->n_removed, 1);
	path_of(t, "a", made.at);
	make(made.at);
	run_until(t, is_back);
	assert_int_equal(made.moved, 2);
	assert_int_equal(made.acted, 2);
	assert_int_equal(made.looked_again, 1);
	assert_int_equal(a->n_returned, 1);
	assert_false(t->x.targets.all[1].gone); /* the other one is none of it */
	assert_int_equal(t->x.targets.all[1].n_removed, 0);
	follow_tell(&t->x);
	assert_true(has_note(t, "target a: its cgroup was removed and recreated 1 time, last as "));
	assert_false(has_note(t, "target b"));
}

static void again_and_again(void **state)
{
	struct test *t = *state;

	begin(t, false);
	path_of(t, "a", made.at);
	for (unsigned int i = 0; i < 3; i++) {
		remove_a(t);
		make(made.at);
		run_until(t, is_back);
	}
	assert_int_equal(made.left, 3);
	assert_int_equal(t->x.targets.all[0].n_returned, 3);
	follow_tell(&t->x);
	assert_true(has_note(t, "recreated 3 times"));
}

static void under_another_name_it_is_found_beside(void **state)
{
	struct test *t = *state;

	begin(t, false);
	remove_a(t);
	usleep(25000); /* a search so soon after the last one is put off */
	path_of(t, "c", made.at);
	make(made.at);
	run_until(t, is_back);
	assert_string_equal(t->x.targets.all[0].path, made.at);
	follow_tell(&t->x);
	assert_true(has_note(t, made.at));
}

static void its_first_cgroup_is_the_right_one(void **state)
{
	struct test *t = *state;
	struct target *a = &t->x.targets.all[0];

	snprintf(a->first, sizeof(a->first), "%s", a->path);
	begin(t, false);
	remove_a(t);
	usleep(25000);
	path_of(t, "c", made.at);
	make(made.at);
	run_until(t, is_back);
	assert_string_equal(a->path, made.at);
	make(a->first);
	run_until(t, is_where_it_was);
	assert_int_equal(a->n_returned, 2);
}

static void all_is_searched_only_every_now_and_then(void **state)
{
	struct test *t = *state;
	uint64_t began_ns = monotonic_ns(), took_ns;

	begin(t, true);
	remove_a(t);
	run_until(t, searched_thrice);
	took_ns = monotonic_ns() - began_ns;
	assert_true(took_ns >= 200 * MS);
	assert_true(is_gone(t));
	assert_int_equal(made.left, 1); /* it is told once */
	follow_tell(&t->x);
	/* The last reason. */
	assert_true(has_note(t, "target a: its cgroup was removed, its rules ended with it: search "
				"3 found none"));
}

static void what_can_not_be_attached_to_stays_gone(void **state)
{
	struct test *t = *state;

	begin(t, true);
	remove_a(t);
	made.attach = -EBUSY;
	path_of(t, "a", made.at);
	make(made.at);
	run_until(t, searched_thrice);
	assert_true(is_gone(t));
	assert_int_equal(t->x.targets.all[0].n_returned, 0);
	assert_true(made.left >= 2); /* what was half moved is nowhere again */
	follow_tell(&t->x);
	assert_true(has_note(t, "its rules ended with it: attaching to it: Device or resource "
				"busy"));
}

static void what_must_not_be_in_it_is_looked_for_when_it_is_back(void **state)
{
	struct test *t = *state;

	begin(t, true);
	remove_a(t);
	path_of(t, "a", made.at);
	make(made.at);
	run_until(t, is_back);
	made.holds_protected = true; /* has been started there meanwhile */
	run_until(t, is_gone);
	assert_false(t->x.targets.all[1].gone); /* one that was never away was checked before */
}

static bool looked_up_twice(const struct test *t)
{
	(void)t;
	return made.looked_up[0] >= 2;
}

static void paths_are_looked_up_for_whom_they_are(void **state)
{
	struct test *t = *state;

	begin(t, true);
	run_until(t, looked_up_twice);
	assert_int_equal(made.looked_up[1], 0); /* its rule has no path */
	follow_tell_roots(&t->x);
	assert_true(has_note(t, "target a: its paths were looked up in the root of process 4711"));
	assert_int_equal(t->x.measure->n_notes, 1); /* of jinx's own root nothing is said */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(made_anew_it_is_hit_at_once),
		TEST(again_and_again),
		TEST(under_another_name_it_is_found_beside),
		TEST(its_first_cgroup_is_the_right_one),
		TEST(all_is_searched_only_every_now_and_then),
		TEST(what_can_not_be_attached_to_stays_gone),
		TEST(what_must_not_be_in_it_is_looked_for_when_it_is_back),
		TEST(paths_are_looked_up_for_whom_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
