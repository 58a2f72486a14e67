// SPDX-License-Identifier: GPL-2.0
/* Delays at the functions of user space that make a call. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "kernel/arch.h"
#include "kernel/attach.h"
#include "kernel/gate.h"
#include "kernel/holder.h"
#include "kernel/mechanisms/places.h"
#include "kernel/uprobe.h"
#include "kernel/wrappers.h"
#include "scenario/code.h"
#include "jinx.skel.h"

/* As little of it is to be seen as of any other's; ready once *ret_ready can be read. */
static pid_t start_stranger(int *ret_ready)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (prctl(PR_SET_DUMPABLE, 0) || write(ends[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	*ret_ready = ends[0];
	return pid < 0 ? -errno : pid;
}

static int see_maps(pid_t pid, struct error *why)
{
	_cleanup_fd_ int fd = -1;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? error_errno(why, -errno, "reading what other processes map") : 0;
}

/* On new kernels who may use perf may read the maps, but not open what is mapped. */
static int see_files(pid_t pid, struct error *why)
{
	_cleanup_dir_ DIR *dir = NULL;
	_cleanup_fd_ int fd = -1;
	struct dirent *entry;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/map_files", pid);
	dir = opendir(path);
	if (!dir)
		return error_errno(why, -errno, "looking at what other processes map");
	errno = 0;
	do
		entry = readdir(dir);
	while (entry && entry->d_name[0] == '.');
	if (!entry)
		return error_errno(why, -errno ?: -ESRCH, "looking at what other processes map");
	fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? error_errno(why, -errno, "opening what other processes map") : 0;
}

static int see_root(pid_t pid, struct error *why)
{
	_cleanup_fd_ int fd = -1;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? error_errno(why, -errno, "opening the root of other processes") : 0;
}

static int see_mapped(pid_t pid, struct error *why)
{
	return see_maps(pid, why) ?: see_files(pid, why);
}

static int look_at_another(int (*see)(pid_t pid, struct error *why), struct error *why)
{
	_cleanup_fd_ int ready = -1;
	pid_t pid = start_stranger(&ready);
	char byte;
	int err;

	if (pid < 0)
		return error_errno(why, pid, "starting a process to look at");
	if (read(ready, &byte, 1) != 1)
		err = error_set(why, -ECHILD, "the process to look at has ended");
	else
		err = see(pid, why);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return err;
}

int look_at_others(struct error *why)
{
	return look_at_another(see_mapped, why);
}

int look_at_roots(struct error *why)
{
	return look_at_another(see_root, why);
}

int probe_uprobe_sleep(const struct btf *btf, struct caps *caps, struct error *why)
{
	struct error none = {};
	struct gate *g = NULL;
	int err = holder_look_at_kernel(btf, why)
			  ?: look_at_others(why)
			  ?: gate_start(btf, &g, why)
			  ?: gate_hold(g, btf, why);

	if (err)
		return err;
	caps->gate_inside |= !gate_is_outside(g);
	caps->sees_entries = !probe_entry(btf, caps, &none);
	caps->private_stacks = holder_private_stacks(btf);
	caps->uprobe_multi = true;
	return 0;
}

static const char *out_of_reach(enum point p, const struct caps *caps)
{
	if (is_user_code(p))
		return NULL;
	return number_out_of_reach(p, caps) ?: wrappers_lack(p);
}

static void programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "at_", "wrapper");
}

/* The program that counts the calls that come by no wrapper; NULL: this kernel has none there. */
static struct bpf_program *counter(
	const struct bpf_object *object, const struct plan *plan, unsigned int binding)
{
	enum point p = plan->bindings[binding].point;
	char name[64];

	if (!plan->caps->sees_entries || !plan->caps->traceable[p])
		return NULL;
	snprintf(name, sizeof(name), "entry_%s", points[p].name);
	return bpf_object__find_program_by_name(object, name);
}

void wrapper_prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding,
	struct bpf_program *program)
{
	struct bpf_program *entry = counter(skel->obj, plan, binding);
	char function[FUNCTION_MAX];

	bpf_map__set_max_entries(skel->maps.came_by, MAX_WRAPPED);
	bpf_program__set_expected_attach_type(program, UPROBE_MULTI);
	bpf_program__set_autoload(skel->progs.resolve_mapping, true);
	bpf_program__set_autoload(skel->progs.on_join, true);
	skel->rodata->wrapped = true;
	skel->rodata->private_stacks = plan->caps->private_stacks;
	if (entry) {
		call_function(plan->bindings[binding].point, function, sizeof(function));
		bpf_program__set_attach_target(entry, 0, function);
		bpf_program__set_autoload(entry, true);
	}
}

static void prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	bpf_map__set_max_entries(skel->maps.sleeps, plan->n_rules);
	wrapper_prepare(skel, plan, binding, skel->progs.at_wrapper);
}

/* At functions that make calls, and at such that are points themselves. */
static int attach(const struct attaching *a, unsigned int binding, struct bpf_program *program)
{
	bool calls = false, functions = false;
	int err = 0;

	for (unsigned int i = 0; i < a->plan->n_bindings; i++) {
		bool code = is_user_code(a->plan->bindings[i].point);

		if (a->plan->bindings[i].mechanism == MECHANISM_UPROBE_SLEEP)
			*(code ? &functions : &calls) = true;
	}
	if (calls)
		err = wrapper_attach(a, binding, program);
	return err || !functions ? err : function_attach(a, binding, program);
}

static void describe(enum point p, char *ret, size_t size)
{
	if (is_user_code(p))
		snprintf(ret, size, "%s", points[p].name);
	else
		wrapper_describe(p, ret, size);
}

/* Looking for the functions comes when all programs are there: wrapper_attach_all(). */
int wrapper_attach(const struct attaching *a, unsigned int binding, struct bpf_program *program)
{
	struct bpf_program *resolver =
		bpf_object__find_program_by_name(a->object, "resolve_mapping");

	if (!a->links->wrappers)
		a->links->wrappers = wrappers_new(a->plan, bpf_program__fd(resolver));
	if (!a->links->wrappers)
		return -ENOMEM;
	return wrappers_add(
		a->links->wrappers, a->plan->bindings[binding].mechanism, bpf_program__fd(program));
}

int wrapper_attach_all(const struct attaching *a)
{
	struct wrappers *w = a->links->wrappers;
	int n = w ? wrappers_look(w, NULL) : 0;

	for (unsigned int i = 0; w && i < a->targets->n && n >= 0; i++)
		n = wrappers_look(w, &a->targets->all[i]);
	return n < 0 ? n : 0;
}

/* Another rule may have it there for itself. */
int wrapper_attach_counter(const struct attaching *a, unsigned int binding)
{
	struct bpf_program *entry = counter(a->object, a->plan, binding);

	if (!entry || attach_has(a->plan, bpf_program__name(entry), binding))
		return 0;
	return links_keep(a->links, bpf_program__attach(entry));
}

void wrapper_describe(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "%s of the C library", points[p].name);
}

const struct mechanism_kind mechanism_UPROBE_SLEEP = {
	.probe = probe_uprobe_sleep,
	.out_of_reach = out_of_reach,
	.blind = blind_at_entry,
	.programs = programs,
	.prepare = prepare,
	.attach = attach,
	.attach_rest = wrapper_attach_counter,
	.describe = describe,
};
