// SPDX-License-Identifier: GPL-2.0
/* target: and targets: of a scenario file. */
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

static int take_cgroup(struct value v, void *target, struct error *why)
{
	struct target_spec *t = target;

	t->kind = TARGET_CGROUP;
	return take_copy(v, &t->cgroup, why);
}

static int take_unit(struct value v, void *target, struct error *why)
{
	struct target_spec *t = target;

	t->kind = TARGET_UNIT;
	return parse_unit(v.text, &t->unit, why);
}

static int take_container(struct value v, void *target, struct error *why)
{
	struct target_spec *t = target;

	t->kind = TARGET_CONTAINER;
	return parse_container(v.text, &t->container, why);
}

static int take_pod(struct value v, void *target, struct error *why)
{
	struct target_spec *t = target;

	t->kind = TARGET_POD;
	return parse_pod(v.text, &t->pod, why);
}

static int take_pid(struct value v, void *target, struct error *why)
{
	struct target_spec *t = target;
	uint64_t pid = 0;
	int err = take_count(v, 0, INT_MAX, &pid, why);

	t->kind = TARGET_PID;
	if (!err && pid < 2)
		return complain(why, "process %d is never a target", (int)pid);
	t->pid = pid;
	return err;
}

static int read_command(struct document *d, yaml_node_t *node, void *target)
{
	struct target_spec *t = target;

	t->kind = TARGET_COMMAND;
	return read_argv(d, node, "command", &t->command);
}

static int take_workload(struct value v, void *target, struct error *why)
{
	struct target_spec *t = target;
	struct error ignored;
	bool yes;

	t->kind = TARGET_WORKLOAD;
	if (take_bool(v, &yes, &ignored))
		return take_name(v, &t->workload, why);
	return yes ? 0 : complain(why, "a target's \"workload\" is true, or the name of one");
}

static int take_command_user(struct value v, void *target, struct error *why)
{
	return take_user(v, &((struct target_spec *)target)->user, why);
}

static int take_command_node(struct value v, void *target, struct error *why)
{
	return take_node(v, &((struct target_spec *)target)->node, why);
}

static int check_room(struct value v, unsigned int n, struct error *why)
{
	if (n < MAX_IDENTITIES)
		return 0;
	return complain(why, "more than %d values of \"%s\"", MAX_IDENTITIES, v.name);
}

static int add_name(struct value v, char **names, unsigned int *n, struct error *why)
{
	int err = check_room(v, *n, why);

	if (!err && strlen(v.text) >= COMM_LEN)
		return complain(why, "%s \"%s\" is longer than the kernel's %d bytes", v.name,
			quoted(v.text), COMM_LEN - 1);
	err = err ?: take_copy(v, &names[*n], why);
	*n += !err;
	return err;
}

int take_comm(struct value v, void *identities, struct error *why)
{
	struct identities *who = identities;

	return add_name(v, who->comm, &who->n_comm, why);
}

int take_thread_name(struct value v, void *identities, struct error *why)
{
	struct identities *who = identities;

	return add_name(v, who->thread_name, &who->n_thread_name, why);
}

int take_exe(struct value v, void *identities, struct error *why)
{
	struct identities *who = identities;
	int err = check_room(v, who->n_exe, why);

	if (!err && *v.text != '/')
		return complain(why, "exe \"%s\" is not an absolute path", quoted(v.text));
	err = err ?: take_copy(v, &who->exe[who->n_exe], why);
	who->n_exe += !err;
	return err;
}

int take_cmdline(struct value v, void *identities, struct error *why)
{
	static const unsigned int most = sizeof(((struct cmdline_test *)0)->words);
	struct identities *who = identities;
	int err = check_room(v, who->n_cmdline, why);

	if (!err && strlen(v.text) > most)
		return complain(
			why, "%s \"%s\" is longer than %u bytes", v.name, quoted(v.text), most);
	err = err ?: take_copy(v, &who->cmdline[who->n_cmdline], why);
	who->n_cmdline += !err;
	return err;
}

int take_uid(struct value v, void *identities, struct error *why)
{
	struct identities *who = identities;
	int err = check_room(v, who->n_uid, why);
	uint64_t number = 0;
	struct passwd *user;

	if (err)
		return err;
	if (*v.text >= '0' && *v.text <= '9') {
		err = take_count(v, 0, UINT_MAX - 1, &number, why);
		who->uid[who->n_uid++] = number;
		return err;
	}
	user = getpwnam(v.text);
	if (!user)
		return complain(why, "there is no user \"%s\" on this host", quoted(v.text));
	who->uid[who->n_uid++] = user->pw_uid;
	return 0;
}

static const struct key identity_keys[] = {
	{"comm", VALUE_COMM, .list = true, .take = take_comm,
		.about = "the process's name, as in /proc/PID/comm", .example = "postgres"},
	{"thread_name", VALUE_COMM, .list = true, .take = take_thread_name,
		.about = "the thread's own name", .example = "worker-1"},
	{"exe", VALUE_PATH, .list = true, .take = take_exe,
		.about = "the program that the process executes", .example = "/usr/bin/psql"},
	{"uid", VALUE_UID, .list = true, .take = take_uid,
		.about = "the real user, a number or a name of this host", .example = "postgres"},
	{"cmdline", VALUE_TEXT, .list = true, .take = take_cmdline,
		.about = "a part of the process's command line, arguments with spaces between them",
		.example = "worker.py --queue mail"},
};

/* They are called by the key that they belong to. */
const struct block_row block_only = {"only", "\"only\"", identity_keys, ARRAY_SIZE(identity_keys)};
const struct block_row block_except = {
	"except", "\"except\"", identity_keys, ARRAY_SIZE(identity_keys)};

static int read_identities(
	struct document *d, yaml_node_t *node, enum block block, struct identities *who)
{
	int err = read_block(d, node, block, who, NULL);

	/* The kernel side doesn't ask for a kind without values: `only` nobody would be everybody.
	 */
	if (!err && !has_identities(who))
		return wrong(d, node, "%s is empty", block_rows[block]->what);
	return err;
}

static int read_only(struct document *d, yaml_node_t *node, void *target)
{
	struct target_spec *t = target;

	return read_identities(d, node, BLOCK_ONLY, &t->only)
		       ?: add_written(d, node, &t->only_text);
}

static int read_except(struct document *d, yaml_node_t *node, void *target)
{
	struct target_spec *t = target;

	return read_identities(d, node, BLOCK_EXCEPT, &t->except)
		       ?: add_written(d, node, &t->except_text);
}

static const struct key target_keys[] = {
	{"cgroup", VALUE_PATH, .one_of = true, .option = "cgroup", .take = take_cgroup,
		.about = "the path of a cgroup v2", .example = "/system.slice/nginx.service"},
	{"unit", VALUE_UNIT, .one_of = true, .option = "unit", .take = take_unit,
		.about = "a running systemd unit; without a suffix it is a .service",
		.example = "nginx.service"},
	{"container", VALUE_CONTAINER, .one_of = true, .option = "container",
		.take = take_container,
		.about = "a running container: its name, its id, or how that begins",
		.example = "web"},
	{"pod", VALUE_POD, .one_of = true, .option = "pod", .take = take_pod,
		.about = "a pod, by the UID that Kubernetes gave it",
		.example = "0b9ad0e4-7ea1-4c3f-8a6e-5d1d8c1c9f10"},
	{"pid", VALUE_PID, .one_of = true, .option = "pid", .take = take_pid,
		.about = "a process and its later children", .example = "4711"},
	{"command", VALUE_ARGV, .one_of = true, .read = read_command,
		.about = "a program that jinx starts, and its arguments",
		.example = "[redis-server, --port, '6399']"},
	{"workload", VALUE_WORKLOAD, .one_of = true, .take = take_workload,
		.about = "true: the scenario's own workloads; or the name of one",
		.example = "true"},
	{"user", VALUE_UID, .take = take_command_user, .about = "command: who runs it",
		.fallback = "who runs jinx", .example = "postgres"},
	{"node", VALUE_NUMBER, .take = take_command_node,
		.about = "command: the node that it is run in", .fallback = "where jinx is",
		.example = "1"},
	{"only", VALUE_BLOCK, BLOCK_ONLY, .read = read_only,
		.about = "the processes and threads that are meant", .example = "comm: postgres"},
	{"except", VALUE_BLOCK, BLOCK_EXCEPT, .read = read_except,
		.about = "the processes and threads that are not meant", .example = "uid: root"},
};

const struct block_row block_target = {"target", "a target", target_keys, ARRAY_SIZE(target_keys)};

static int read_one(struct document *d, yaml_node_t *node, struct target_spec *t)
{
	struct given given;
	int err;

	t->place = place_of(node);
	err = read_block(d, node, BLOCK_TARGET, t, &given);
	err = err ?: one_of(d, node, BLOCK_TARGET, &given);
	if (!err && t->user && t->kind != TARGET_COMMAND)
		return wrong(d, given_value(&given, "user"), "\"user\" belongs to a command");
	if (!err && t->node && t->kind != TARGET_COMMAND)
		return wrong(d, given_value(&given, "node"), "\"node\" belongs to a command");
	return err;
}

int read_target(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;

	if (s->n_targets)
		return wrong(d, node, "\"target\" and \"targets\" exclude each other");
	s->targets[0].name = strdup("target");
	s->n_targets = 1;
	return s->targets[0].name ? read_one(d, node, &s->targets[0])
				  : wrong(d, node, "out of memory");
}

static int read_named(struct document *d, yaml_node_t *key, yaml_node_t *value, void *scenario)
{
	struct scenario *s = scenario;
	struct value v = {.name = "target"};
	struct target_spec *t;
	int err;

	if (s->n_targets == MAX_TARGETS)
		return wrong(d, key, "more than %d targets", MAX_TARGETS), NO_MORE;
	t = &s->targets[s->n_targets++];
	err = read_text(d, key, v.name, &v.text);
	err = err ?: wrong_value(d, key, take_name(v, &t->name, d->why));
	for (struct target_spec *other = s->targets; !err && other < t; other++)
		if (other->name && !strcmp(other->name, t->name))
			return wrong(d, key, "there are two targets named \"%s\"", t->name);
	return err ?: read_one(d, value, t);
}

int read_targets(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;

	if (s->n_targets)
		return wrong(d, node, "\"target\" and \"targets\" exclude each other");
	return read_map(d, node, "targets", read_named, s);
}
