// SPDX-License-Identifier: GPL-2.0
/* Plain values, and how messages name their keys: the same for files and options. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/keys.h"
#include "scenario/parse.h"

#define MAX_NAME 63

const char *named(struct value v)
{
	static char results[4][48];
	static unsigned int next;
	char *out = results[next++ % ARRAY_SIZE(results)];

	snprintf(out, sizeof(results[0]), v.is_option ? "--%s" : "\"%s\"", v.name);
	return out;
}

int take_copy(struct value v, char **ret, struct error *why)
{
	free(*ret);
	*ret = strdup(v.text);
	return *ret ? 0 : complain(why, "out of memory");
}

int take_name(struct value v, char **ret, struct error *why)
{
	if (strlen(v.text) > MAX_NAME)
		return complain(why, "%s is longer than %d characters", named(v), MAX_NAME);
	if (v.text[strspn(v.text, "abcdefghijklmnopqrstuvwxyz0123456789-_")])
		return complain(why,
			"%s takes a name (lower-case letters, digits, - and _), not \"%s\"",
			named(v), quoted(v.text));
	return take_copy(v, ret, why);
}

int take_user(struct value v, char **ret, struct error *why)
{
	if (!getpwnam(v.text))
		return complain(why, "there is no user \"%s\" on this host", quoted(v.text));
	return take_copy(v, ret, why);
}

int take_bool(struct value v, bool *ret, struct error *why)
{
	*ret = !strcmp(v.text, "true") || !strcmp(v.text, "yes");
	if (!*ret && strcmp(v.text, "false") && strcmp(v.text, "no"))
		return complain(
			why, "%s takes true or false, not \"%s\"", named(v), quoted(v.text));
	return 0;
}

int take_count(struct value v, uint64_t least, uint64_t most, uint64_t *ret, struct error *why)
{
	if (v.text[strspn(v.text, "0123456789")])
		return complain(
			why, "%s takes a whole number, not \"%s\"", named(v), quoted(v.text));
	/* What doesn't fit 64 bits is too large as well. */
	if (parse_count(v.text, ret, why) || *ret > most)
		return complain(why, "%s is %s: the most is %llu", named(v), quoted(v.text),
			(unsigned long long)most);
	if (*ret < least)
		return complain(why, "%s is %s: the least is %llu", named(v), quoted(v.text),
			(unsigned long long)least);
	return 0;
}

static int take_braces(const struct key *k, const char *text, void *out, struct error *why)
{
	_cleanup_free_ char *braces = NULL;
	struct document d;
	int length = asprintf(&braces, "{%s}", text), err;

	if (length < 0) {
		braces = NULL;
		return complain(why, "out of memory");
	}
	err = document_open(&d, braces, length, why);
	if (!err) {
		err = k->read(&d, yaml_document_get_root_node(&d.yaml), out);
		document_close(&d);
	}
	why->place = (struct place){0, 0};
	return err;
}

int take_option(
	const struct key *k, const char *option, const char *text, void *out, struct error *why)
{
	struct value v = {text, option, true};

	if (!*text)
		return complain(why, "%s is empty", named(v));
	return k->take ? k->take(v, out, why) : take_braces(k, text, out, why);
}
