// SPDX-License-Identifier: GPL-2.0
/* logs: of a scenario file. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

static int take_unit(struct value v, void *log, struct error *why)
{
	struct log_spec *l = log;

	l->kind = LOG_UNIT;
	return parse_unit(v.text, &l->source, why);
}

static int take_file(struct value v, void *log, struct error *why)
{
	struct log_spec *l = log;

	l->kind = LOG_FILE;
	if (*v.text != '/')
		return complain(why, "file \"%s\" is not an absolute path", quoted(v.text));
	return take_copy(v, &l->source, why);
}

static int take_target(struct value v, void *log, struct error *why)
{
	struct log_spec *l = log;

	l->kind = LOG_TARGET;
	return take_name(v, &l->source, why);
}

static const struct key log_keys[] = {
	{"unit", VALUE_UNIT, .one_of = true, .take = take_unit,
		.about = "a systemd unit's messages, as journalctl has them",
		.example = "postgresql@15-main.service"},
	{"file", VALUE_PATH, .one_of = true, .take = take_file,
		.about = "a file, from its end at the start on", .example = "/var/log/app.log"},
	{"target", VALUE_NAME, .one_of = true, .take = take_target,
		.about = "what a target that is a command prints", .example = "db"},
};

const struct block_row block_log = {"log", "a log", log_keys, ARRAY_SIZE(log_keys)};

static int read_named_log(struct document *d, yaml_node_t *key, yaml_node_t *value, void *scenario)
{
	struct scenario *s = scenario;
	struct value name = {.name = "log"};
	struct given given;
	struct log_spec *l;
	int err;

	if (s->n_logs == MAX_LOGS)
		return wrong(d, key, "more than %d logs", MAX_LOGS), NO_MORE;
	err = read_text(d, key, name.name, &name.text);
	for (unsigned int i = 0; i < s->n_logs && !err; i++)
		if (!strcmp(s->logs[i].name, name.text))
			err = wrong(d, key, "there are two logs named \"%s\"", name.text);
	if (err)
		return err;
	l = &s->logs[s->n_logs];
	err = wrong_value(d, key, take_name(name, &l->name, d->why));
	s->n_logs += !err;
	l->place = place_of(value);
	err = err ?: read_block(d, value, BLOCK_LOG, l, &given);
	return err ?: one_of(d, value, BLOCK_LOG, &given);
}

int read_logs(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_map(d, node, "logs", read_named_log, ((struct parsing *)parsing)->s);
}
