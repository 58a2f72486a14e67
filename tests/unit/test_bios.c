// SPDX-License-Identifier: GPL-2.0
/* Faults of bios: by which mechanism, for whom, and which devices are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <cmocka.h>

#include "made_up.h"
#include "kernel/mechanisms/mechanism.h"
#include "target/disks.h"

static struct plan plan;

static void bound_by(struct caps *c, enum mechanism m)
{
	struct scenario *s =
		scenario_of("{fail: EIO, on: [bio_read, bio_write, bio_flush]}", "{cgroup: a}");

	plan_make(s, c, &plan);
	assert_false(plan_refused(&plan));
	assert_int_equal(plan.n_bindings, 3);
	for (unsigned int i = 0; i < plan.n_bindings; i++) {
		struct programs first = {}, other = {};

		/* One program for all three: each bio is counted once. */
		assert_int_equal(plan.bindings[i].mechanism, m);
		mechanism_kinds[m]->programs(plan.bindings[0].point, &first);
		mechanism_kinds[m]->programs(plan.bindings[i].point, &other);
		assert_int_equal(other.n, 1);
		assert_memory_equal(&first, &other, sizeof(first));
	}
	scenario_free(s);
}

static void mechanisms_for_bios(void **state)
{
	struct caps c = caps_of(~0u);

	(void)state;
	bound_by(&c, MECHANISM_FMOD_RET);
	error_set(&c.no_bios, -EINVAL, "not this one");
	bound_by(&c, MECHANISM_OVERRIDE);
	error_set(&c.no_bios, -EINVAL, "%s", "");
	bound_by(&c, MECHANISM_FMOD_RET);
}

/* Where calls can be made to fail, but not bios, nothing else is offered, and the reason is told.
 */
static void bios_alone_are_refused(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: bio_write}", "{cgroup: a}");
	struct caps c = caps_of(~BIT(OVERRIDE));
	char instead[200];

	(void)state;
	error_set(&c.no_bios, -EINVAL, "not this one");
	plan_make(s, &c, &plan);
	assert_true(plan_refused(&plan));
	assert_non_null(strstr(plan.rules[0].reason, "bio_write: fmod_ret: not this one"));
	assert_null(strstr(plan.rules[0].reason, "security"));
	assert_string_equal(plan_instead(&plan, 0, instead, sizeof(instead)), "");
	scenario_free(s);
}

/* What makes or sees system calls sees no bios. */
static void no_other_mechanism_reaches_bios(void **state)
{
	struct caps c = caps_of(~0u);

	(void)state;
	for (int m = 0; m < NR_MECHANISMS; m++)
		assert_int_equal(!mechanism_kinds[m]->out_of_reach(POINT_bio_write, &c),
			m == MECHANISM_FMOD_RET || m == MECHANISM_OVERRIDE ||
				m == MECHANISM_TASK_WORK);
}

/* Asleep on its way to user space or not at all: spinning in the block layer keeps others waiting.
 */
static void delays_of_bios(void **state)
{
	struct scenario *s = scenario_of("{delay: 5ms, on: bio_read}", "{cgroup: a}");
	struct caps c = caps_of(~0u);

	(void)state;
	plan_make(s, &c, &plan);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_TASK_WORK);
	c = caps_of(~BIT(TASK_WORK));
	plan_make(s, &c, &plan);
	assert_true(plan_refused(&plan));
	scenario_free(s);
}

static void what_is_asked(void **state)
{
	struct scenario *s = scenario_of(
		"{fail: EIO, on: bio_write, where: {device: [/dev/vdb, /srv], comm: dd, not: "
		"{device: "
		"/dev/vdc}}}, {fail: EIO, on: bio_read, where: {device: /dev/vdb}, everyone: true}",
		"{cgroup: a}");
	const struct fault_spec *f = s->faults;

	(void)state;
	assert_int_equal(f->where.n_devices, 2);
	assert_string_equal(f->where.devices[1], "/srv");
	assert_string_equal(f->where.barred->devices[0], "/dev/vdc");
	assert_int_equal(where_asks(&f->where), FILTER_DEVICE | FILTER_WHO);
	assert_false(f->everyone);
	assert_true(f[1].everyone);
	assert_true(strikes_bios(f) && strikes_bios(f + 1));
	scenario_free(s);
}

/* A file's device is that of its file system, and a device's own is its own. */
static void devices(void **state)
{
	int fd = open("/", O_PATH | O_CLOEXEC), none = open("/proc", O_PATH | O_CLOEXEC);
	char type[DISK_TYPE_MAX];
	uint32_t root = 0, disk = 0;

	(void)state;
	assert_true(fd >= 0 && none >= 0);
	assert_int_equal(disk_of(none, type, &disk), -ENODEV);
	assert_string_equal(type, "proc");
	/* In a container or a virtual machine the root may be on none. */
	if (!disk_of(fd, type, &root)) {
		uint32_t whole = disk_whole(root);

		assert_int_equal(disk_whole(whole), whole);
		assert_string_equal(disk_is_needed(root), "/");
		assert_string_equal(disk_is_needed(whole), "/");
	}
	assert_null(disk_is_needed(DISK(4095, 1048575)));
	close(fd);
	close(none);
}

static void device_nodes(void **state)
{
	char folder[] = "/tmp/jinx-disk-XXXXXX", name[64], type[DISK_TYPE_MAX];
	uint32_t disk = 0;
	int fd, err;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(name, sizeof(name), "%s/node", folder);
	err = mknod(name, S_IFBLK | 0600, makedev(259, 70000)); /* who isn't root may not */
	fd = open(name, O_PATH | O_CLOEXEC);
	unlink(name);
	rmdir(folder);
	if (err)
		skip();
	assert_int_equal(disk_of(fd, type, &disk), 0);
	assert_int_equal(disk, DISK(259, 70000));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mechanisms_for_bios),
		cmocka_unit_test(bios_alone_are_refused),
		cmocka_unit_test(no_other_mechanism_reaches_bios),
		cmocka_unit_test(delays_of_bios),
		cmocka_unit_test(what_is_asked),
		cmocka_unit_test(devices),
		cmocka_unit_test(device_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
