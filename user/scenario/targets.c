// SPDX-License-Identifier: GPL-2.0
/* target: and targets: of a scenario file. */
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

/* A target that is being read: exactly one of its kinds may be named. */
struct reading {
	struct target_spec *t;
	unsigned int kinds;
};

static void has_kind(struct reading *r, enum target_kind kind)
{
	r->t->kind = kind;
	r->kinds++;
}

static int parse_cgroup(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;

	has_kind(r, TARGET_CGROUP);
	return read_copy(d, node, "cgroup", &r->t->cgroup);
}

static int parse_unit_key(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "unit", &text);

	has_kind(r, TARGET_UNIT);
	return err ?: wrong_value(d, node, parse_unit(text, &r->t->unit, d->why));
}

static int parse_container_key(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "container", &text);

	has_kind(r, TARGET_CONTAINER);
	return err ?: wrong_value(d, node, parse_container(text, &r->t->container, d->why));
}

static int parse_pod_key(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	const char *text = NULL;
	int err = read_text(d, node, "pod", &text);

	has_kind(r, TARGET_POD);
	return err ?: wrong_value(d, node, parse_pod(text, &r->t->pod, d->why));
}

static int parse_pid(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;
	uint64_t pid = 0;
	int err = read_count(d, node, "pid", 0, INT_MAX, &pid);

	has_kind(r, TARGET_PID);
	if (!err && pid < 2)
		return wrong(d, node, "process %d is never a target", (int)pid);
	r->t->pid = pid;
	return err;
}

static int parse_command(struct document *d, yaml_node_t *node, void *reading)
{
	struct reading *r = reading;

	has_kind(r, TARGET_COMMAND);
	return read_argv(d, node, "command", &r->t->command);
}

static int parse_is_workload(struct document *d, yaml_node_t *node, void *reading)
{
	bool yes;
	int err = read_bool(d, node, "workload", &yes);

	has_kind(reading, TARGET_WORKLOAD);
	if (!err && !yes)
		return wrong(d, node, "a target's \"workload\" can only be true");
	return err;
}

static int full(struct document *d, yaml_node_t *node, const char *what, unsigned int n)
{
	if (n < MAX_IDENTITIES)
		return 0;
	return wrong(d, node, "more than %d values of \"%s\"", MAX_IDENTITIES, what);
}

static int add_name(
	struct document *d, yaml_node_t *node, const char *key, char **names, unsigned int *n)
{
	int err = full(d, node, key, *n);

	if (!err)
		err = read_copy(d, node, key, &names[*n]);
	if (!err && strlen(names[*n]) >= COMM_LEN)
		return wrong(d, node, "%s \"%s\" is longer than the kernel's %d bytes", key,
			quoted(names[*n]), COMM_LEN - 1);
	*n += !err;
	return err;
}

static int add_comm(struct document *d, yaml_node_t *node, void *identities)
{
	struct identities *who = identities;

	return add_name(d, node, "comm", who->comm, &who->n_comm);
}

static int add_thread_name(struct document *d, yaml_node_t *node, void *identities)
{
	struct identities *who = identities;

	return add_name(d, node, "thread_name", who->thread_name, &who->n_thread_name);
}

static int add_exe(struct document *d, yaml_node_t *node, void *identities)
{
	struct identities *who = identities;
	char **exe = &who->exe[who->n_exe < MAX_IDENTITIES ? who->n_exe : 0];
	int err = full(d, node, "exe", who->n_exe);

	if (!err)
		err = read_copy(d, node, "exe", exe);
	if (!err && **exe != '/')
		return wrong(d, node, "exe \"%s\" is not an absolute path", quoted(*exe));
	who->n_exe++;
	return err;
}

static int add_uid(struct document *d, yaml_node_t *node, void *identities)
{
	struct identities *who = identities;
	const char *text = NULL;
	uint64_t number = 0;
	struct passwd *user;
	int err = full(d, node, "uid", who->n_uid);

	if (!err)
		err = read_text(d, node, "uid", &text);
	if (err)
		return err;
	if (*text >= '0' && *text <= '9') {
		err = read_count(d, node, "uid", 0, UINT_MAX - 1, &number);
		who->uid[who->n_uid++] = number;
		return err;
	}
	user = getpwnam(text);
	if (!user)
		return wrong(d, node, "there is no user \"%s\" on this host", quoted(text));
	who->uid[who->n_uid++] = user->pw_uid;
	return 0;
}

int parse_comm(struct document *d, yaml_node_t *node, void *out)
{
	return read_list(d, node, "comm", add_comm, out);
}

int parse_thread_name(struct document *d, yaml_node_t *node, void *out)
{
	return read_list(d, node, "thread_name", add_thread_name, out);
}

int parse_exe(struct document *d, yaml_node_t *node, void *out)
{
	return read_list(d, node, "exe", add_exe, out);
}

int parse_uid(struct document *d, yaml_node_t *node, void *out)
{
	return read_list(d, node, "uid", add_uid, out);
}

static const struct key identity_keys[] = {{"comm", parse_comm, false},
	{"thread_name", parse_thread_name, false}, {"exe", parse_exe, false},
	{"uid", parse_uid, false}};

static int read_identities(
	struct document *d, yaml_node_t *node, const char *what, struct identities *who)
{
	int err = read_mapping(d, node, what, identity_keys, ARRAY_SIZE(identity_keys), who);

	/* The kernel side doesn't ask for a kind without values: `only` nobody would be everybody.
	 */
	if (!err && !has_identities(who))
		return wrong(d, node, "%s is empty", what);
	return err;
}

static int parse_only(struct document *d, yaml_node_t *node, void *reading)
{
	return read_identities(d, node, "\"only\"", &((struct reading *)reading)->t->only);
}

static int parse_except(struct document *d, yaml_node_t *node, void *reading)
{
	return read_identities(d, node, "\"except\"", &((struct reading *)reading)->t->except);
}

static int parse_one(struct document *d, yaml_node_t *node, struct target_spec *t)
{
	static const struct key keys[] = {{"cgroup", parse_cgroup, false},
		{"unit", parse_unit_key, false}, {"container", parse_container_key, false},
		{"pod", parse_pod_key, false}, {"pid", parse_pid, false},
		{"command", parse_command, false}, {"workload", parse_is_workload, false},
		{"only", parse_only, false}, {"except", parse_except, false}};
	struct reading r = {.t = t};
	int err;

	t->place = place_of(node);
	err = read_mapping(d, node, "a target", keys, ARRAY_SIZE(keys), &r);
	if (!err && r.kinds != 1)
		return wrong(d, node,
			"a target has exactly one of cgroup, unit, container, pod, pid, "
			"command and workload");
	return err;
}

int parse_target(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;

	if (s->n_targets)
		return wrong(d, node, "\"target\" and \"targets\" exclude each other");
	s->targets[0].name = strdup("target");
	s->n_targets = 1;
	return s->targets[0].name ? parse_one(d, node, &s->targets[0])
				  : wrong(d, node, "out of memory");
}

static int parse_named(struct document *d, struct scenario *s, yaml_node_pair_t *pair)
{
	yaml_node_t *key = yaml_document_get_node(&d->yaml, pair->key);
	struct target_spec *t;
	int err;

	if (s->n_targets == MAX_TARGETS)
		return wrong(d, key, "more than %d targets", MAX_TARGETS);
	t = &s->targets[s->n_targets++];
	err = read_name(d, key, "target", &t->name);
	for (struct target_spec *other = s->targets; !err && other < t; other++)
		if (!strcmp(other->name, t->name))
			return wrong(d, key, "there are two targets named \"%s\"", t->name);
	return err ?: parse_one(d, yaml_document_get_node(&d->yaml, pair->value), t);
}

int parse_targets(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;
	int err = 0;

	if (s->n_targets)
		return wrong(d, node, "\"target\" and \"targets\" exclude each other");
	if (node->type != YAML_MAPPING_NODE)
		return wrong(d, node, "\"targets\" takes a mapping of names to targets");
	if (node->data.mapping.pairs.start == node->data.mapping.pairs.top)
		return wrong(d, node, "\"targets\" is empty");
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
		p < node->data.mapping.pairs.top && !err; p++)
		err = parse_named(d, s, p);
	return err;
}
