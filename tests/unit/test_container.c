// SPDX-License-Identifier: GPL-2.0
/* Containers and pods in a cgroup tree that is made up, with the files of runtimes that are. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "remove_tree.h"
#include "base/cleanup.h"
#include "target/container.h"

#define DIGITS_60 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
#define PODMAN_WEB "aaaa" DIGITS_60
#define PODMAN_DB "aab1" DIGITS_60
#define DOCKER_API "bbbb" DIGITS_60
#define DOCKER_WEB "bbb2" DIGITS_60
#define KUBE_ONE "cccc" DIGITS_60
#define KUBE_TWO "dddd" DIGITS_60
#define KUBE_CRIO "eeee" DIGITS_60
#define NERDCTL "ffff" DIGITS_60
#define STOPPED "9999" DIGITS_60

#define POD "0b9ad0e4-7ea1-4c3f-8a6e-5d1d8c1c9f10"
#define POD_ "0b9ad0e4_7ea1_4c3f_8a6e_5d1d8c1c9f10"
#define OTHER_POD "1b9ad0e4-7ea1-4c3f-8a6e-5d1d8c1c9f10"
#define STATIC_POD "11112222333344445555666677778888"
#define TWICE_POD "2b9ad0e4-7ea1-4c3f-8a6e-5d1d8c1c9f10"
#define TWICE_POD_ "2b9ad0e4_7ea1_4c3f_8a6e_5d1d8c1c9f10"

static char top[] = "/tmp/jinx-unit.XXXXXX";
static char cgroups[64], root[64];

static const char *const directories[] = {
	/* podman by systemd, with the cgroup that crun makes inside; and its monitor beside it */
	"machine.slice/libpod-" PODMAN_WEB ".scope/container",
	"machine.slice/libpod-conmon-" PODMAN_WEB ".scope",
	/* podman by its own driver */
	"libpod_parent/libpod-" PODMAN_DB,
	"libpod_parent/conmon",
	/* docker by systemd and by its own driver, with a container inside of the container */
	"system.slice/docker-" DOCKER_API ".scope/docker/" DOCKER_API,
	"docker/" DOCKER_WEB,
	"system.slice/docker.service",
	/* Kubernetes: containerd and CRI-O by systemd, containerd by its own driver */
	"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_
	".slice/cri-containerd-" KUBE_ONE ".scope",
	"kubepods/besteffort/pod" OTHER_POD "/" KUBE_TWO,
	"kubepods.slice/kubepods-pod" STATIC_POD ".slice/crio-" KUBE_CRIO ".scope",
	"kubepods.slice/kubepods-pod" STATIC_POD ".slice/crio-conmon-" KUBE_CRIO ".scope",
	"kubepods.slice/kubepods-pod" TWICE_POD_ ".slice",
	"kubepods/pod" TWICE_POD,
	"system.slice/nerdctl-" NERDCTL ".scope",
	/* No pods: not below kubepods. */
	"system.slice/pod" TWICE_POD,
};

static void make_directory(const char *base, const char *path)
{
	char whole[1024];

	snprintf(whole, sizeof(whole), "%s/%s", base, path);
	for (char *p = strchr(whole + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(whole, 0755);
		*p = '/';
	}
	assert_true(!mkdir(whole, 0755) || errno == EEXIST);
}

static void make_file(const char *directory, const char *name, const char *text)
{
	char whole[1024];
	FILE *f;

	make_directory(root, directory);
	snprintf(whole, sizeof(whole), "%s/%s/%s", root, directory, name);
	f = fopen(whole, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -1;
	snprintf(cgroups, sizeof(cgroups), "%s/cgroup", top);
	snprintf(root, sizeof(root), "%s/root", top);
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		make_directory(cgroups, directories[i]);
	make_file("etc/containers", "storage.conf",
		"[storage]\ndriver = \"vfs\"\n# graphroot = \"/no\"\n  graphroot = "
		"\"/srv/podman\"\n");
	make_file("srv/podman/vfs-containers", "containers.json",
		"[{\"id\": \"" PODMAN_WEB "\", \"names\": [\"web\", \"front\"]},"
		" {\"id\": \"" STOPPED "\", \"names\": [\"stopped\"]}, {\"id\": 7}, null]");
	make_file("srv/podman/vfs-containers", "volatile-containers.json",
		"[{\"id\": \"" PODMAN_DB "\", \"names\": [\"db\"]}]");
	make_file("etc/docker", "daemon.json", "{\"data-root\": \"/srv/docker\"}");
	make_file("srv/docker/containers/" DOCKER_API, "config.v2.json",
		"{\"ID\": \"" DOCKER_API "\", \"Name\": \"/api\"}");
	make_file("srv/docker/containers/" DOCKER_WEB, "config.v2.json",
		"{\"ID\": \"" DOCKER_WEB "\", \"Name\": \"/web\"}");
	make_file("srv/docker/containers/broken", "config.v2.json", "{\"ID\": ");
	make_file("var/lib/nerdctl/1935db59/names/default", "cache", NERDCTL "\n");
	/* The name of one is how the id of another begins: names go before. */
	make_file("var/lib/nerdctl/1935db59/names/k8s.io", "cccc", NERDCTL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return remove_tree(top);
}

static void finds(const char *wanted, const char *below)
{
	const struct container_places places = {.cgroups = cgroups, .root = root};
	char path[CGROUP_PATH_MAX] = "";
	struct error why = {};

	if (container_find(&places, wanted, path, &why))
		fail_msg("%s: %s", wanted, why.message);
	assert_memory_equal(path, cgroups, strlen(cgroups));
	assert_string_equal(path + strlen(cgroups) + 1, below);
}

static void complains(const char *wanted, int err, const char *message)
{
	const struct container_places places = {.cgroups = cgroups, .root = root};
	char path[CGROUP_PATH_MAX] = "";
	struct error why = {};

	assert_int_equal(container_find(&places, wanted, path, &why), err);
	assert_string_equal(why.message, message);
}

static void by_id(void **state)
{
	(void)state;
	finds(PODMAN_WEB, "machine.slice/libpod-" PODMAN_WEB ".scope");
	finds("aaaa", "machine.slice/libpod-" PODMAN_WEB ".scope");
	finds("aab1", "libpod_parent/libpod-" PODMAN_DB);
	finds(DOCKER_API, "system.slice/docker-" DOCKER_API ".scope");
	finds("bbb2", "docker/" DOCKER_WEB);
	finds(KUBE_ONE, "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_
			".slice/cri-containerd-" KUBE_ONE ".scope");
	finds("dddd01", "kubepods/besteffort/pod" OTHER_POD "/" KUBE_TWO);
	finds("eeee", "kubepods.slice/kubepods-pod" STATIC_POD ".slice/crio-" KUBE_CRIO ".scope");
}

static void by_name(void **state)
{
	(void)state;
	finds("front", "machine.slice/libpod-" PODMAN_WEB ".scope");
	finds("db", "libpod_parent/libpod-" PODMAN_DB);
	finds("api", "system.slice/docker-" DOCKER_API ".scope");
	finds("cache", "system.slice/nerdctl-" NERDCTL ".scope");
	finds("cccc", "system.slice/nerdctl-" NERDCTL ".scope");
}

static void not_one(void **state)
{
	const struct container_places nothing = {.cgroups = root, .root = "/nowhere"};
	char path[CGROUP_PATH_MAX];
	struct error why = {};

	(void)state;
	complains("nobody", -ENOENT,
		"there is no container \"nobody\": no running one has that id, and no "
		"runtime's files have that name");
	complains("aaa", -ENOENT,
		"there is no container \"aaa\": no running one has that id, and no "
		"runtime's files have that name");
	complains("stopped", -ENOENT, "container \"stopped\" is not running");
	assert_int_equal(container_find(&nothing, "web", path, &why), -ENOENT);
}

static void several(void **state)
{
	const struct container_places places = {.cgroups = cgroups, .root = root};
	char path[CGROUP_PATH_MAX];
	struct error why = {};

	(void)state;
	assert_int_equal(container_find(&places, "web", path, &why), -EEXIST);
	/* In the order of the directories. */
	assert_non_null(strstr(why.message, "several containers are \"web\": "));
	assert_non_null(strstr(why.message, "aaaa01234567 (web)"));
	assert_non_null(strstr(why.message, "bbb201234567 (web)"));
	assert_null(strstr(why.message, "bbbb"));
}

static void ids(void **state)
{
	char id[CONTAINER_ID_LENGTH + 1];

	(void)state;
	assert_true(container_id("docker-" DOCKER_API ".scope", id));
	assert_string_equal(id, DOCKER_API);
	assert_true(container_id(DOCKER_API, id));
	assert_false(container_id("docker-" DOCKER_API "0.scope", id));
	assert_false(container_id("docker-" DIGITS_60 ".scope", id));
	assert_false(container_id("docker-" DOCKER_API ".slice", id));
	assert_false(container_id("libpod-conmon-" PODMAN_WEB ".scope", id));
	assert_false(container_id("libpod_pod_" PODMAN_WEB, id));
	assert_false(container_id("", id));
}

static void pods(void **state)
{
	char path[CGROUP_PATH_MAX];
	struct error why = {};
	size_t skip = strlen(cgroups) + 1;

	(void)state;
	assert_int_equal(pod_find(cgroups, POD, path, &why), 0);
	assert_string_equal(path + skip, "kubepods.slice/kubepods-burstable.slice/"
					 "kubepods-burstable-pod" POD_ ".slice");
	assert_int_equal(pod_find(cgroups, OTHER_POD, path, &why), 0);
	assert_string_equal(path + skip, "kubepods/besteffort/pod" OTHER_POD);
	assert_int_equal(pod_find(cgroups, STATIC_POD, path, &why), 0);
	assert_string_equal(path + skip, "kubepods.slice/kubepods-pod" STATIC_POD ".slice");
	assert_int_equal(pod_find(cgroups, "0b9ad0e4", path, &why), -ENOENT);
	assert_string_equal(
		why.message, "there is no pod \"0b9ad0e4\": no cgroup below kubepods has its UID");
	assert_int_equal(pod_find(cgroups, TWICE_POD, path, &why), -EEXIST);
	assert_non_null(strstr(why.message, "several cgroups are pod \"" TWICE_POD "\": "));
	assert_non_null(strstr(why.message, "/kubepods/pod" TWICE_POD));
	assert_non_null(strstr(why.message, "/kubepods.slice/kubepods-pod" TWICE_POD_ ".slice"));
}

static void is_unit(int err, const char *path, const char *below)
{
	assert_int_equal(err, 0);
	assert_memory_equal(path, cgroups, strlen(cgroups));
	assert_string_equal(path + strlen(cgroups) + 1, below);
}

#define USER(n) "user.slice/user-" n ".slice/user@" n ".service/"

static void units(void **state)
{
	static const char *const made[] = {"system.slice/a.service",
		USER("1000") "app.slice/a.service", USER("1000") "app.slice/only.service",
		"machine.slice/x.scope/system.slice/b.service", USER("1000") "app.slice/b.service",
		USER("1001") "app.slice/only-1.service"};
	char path[CGROUP_PATH_MAX], first[CGROUP_PATH_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		make_directory(cgroups, made[i]);
	/* The system's goes before a user's; what a container calls system.slice isn't the
	 * system's. */
	is_unit(cgroup_of_unit(cgroups, "a.service", path), path, "system.slice/a.service");
	is_unit(cgroup_of_unit(cgroups, "only.service", path), path,
		USER("1000") "app.slice/only.service");
	assert_int_equal(cgroup_of_unit(cgroups, "b.service", path), -EEXIST);
	assert_int_equal(cgroup_of_unit(cgroups, "none.service", path), -ENOENT);

	/* Once it is gone: neither a user's nor another user's of that name. */
	snprintf(first, sizeof(first), "%s/system.slice/a.service", cgroups);
	assert_int_equal(rmdir(first), 0);
	assert_int_equal(cgroup_of_unit_again(cgroups, "a.service", first, path), -ENOENT);
	make_directory(cgroups, "system.slice/deep.slice/a.service");
	is_unit(cgroup_of_unit_again(cgroups, "a.service", first, path), path,
		"system.slice/deep.slice/a.service");
	make_directory(cgroups, "system.slice/a.service");
	is_unit(cgroup_of_unit_again(cgroups, "a.service", first, path), path,
		"system.slice/a.service");
	snprintf(first, sizeof(first), "%s/%sapp.slice/only-1.service", cgroups, USER("1000"));
	assert_int_equal(cgroup_of_unit_again(cgroups, "only-1.service", first, path), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_id),
		cmocka_unit_test(by_name),
		cmocka_unit_test(not_one),
		cmocka_unit_test(several),
		cmocka_unit_test(ids),
		cmocka_unit_test(pods),
		cmocka_unit_test(units),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
