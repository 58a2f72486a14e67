// SPDX-License-Identifier: GPL-2.0
/* dns: of a fault, which names are meant, and what becomes of questions for them. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

const char *const dns_replies[NR_DNS_REPLIES] = {
	[DNS_NXDOMAIN] = "nxdomain",
	[DNS_SERVFAIL] = "servfail",
	[DNS_REFUSED] = "refused",
	[DNS_EMPTY] = "empty",
	[DNS_DROP] = "drop",
};

static bool is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static int add_label(struct dns_name *n, const char *label, size_t length, struct error *why)
{
	if (!length)
		return complain(why, "there is nothing between two dots of the name");
	if (length > DNS_LABEL_MOST)
		return complain(why, "a part of the name is longer than %d bytes", DNS_LABEL_MOST);
	if (n->length + 1 + length + 1 > sizeof(n->name))
		return complain(why, "the name is longer than %zu bytes", sizeof(n->name) - 2);
	n->name[n->length++] = length;
	for (size_t i = 0; i < length; i++) {
		char c = label[i];

		if (!is_of_name(c))
			return complain(why,
				"\"%s\" is not a name: letters, digits, - and _, with dots between "
				"them, and *. before them for all names below",
				quoted(label));
		n->name[n->length++] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	}
	return 0;
}

static int parse_dns_name(const char *text, struct dns_name *ret, struct error *why)
{
	const char *at = text;
	int err = 0;

	*ret = (struct dns_name){};
	if (!*text || !strcmp(text, "."))
		return complain(why, "the name is empty");
	if (!strcmp(text, "*") || !strncmp(text, "*.", 2)) {
		ret->below = true;
		at += text[1] ? 2 : 1;
		if (text[1] && !*at)
			return complain(why, "\"%s\" has no name after the *.", quoted(text));
	}
	while (*at && !err) {
		size_t length = strcspn(at, ".");

		err = add_label(ret, at, length, why);
		at += length;
		at += *at == '.';
	}
	if (!err)
		ret->name[ret->length++] = 0;
	return err;
}

static int take_host(struct value v, void *fault, struct error *why)
{
	struct dns *d = &((struct fault_spec *)fault)->dns;

	if (d->n == MAX_DNS_NAMES)
		return complain(why, "more than %d names", MAX_DNS_NAMES);
	return parse_dns_name(v.text, &d->names[d->n++], why);
}

static int take_reply(struct value v, void *fault, struct error *why)
{
	struct fault_spec *f = fault;

	for (enum dns_reply r = DNS_NO_REPLY + 1; r < NR_DNS_REPLIES; r++) {
		if (strcmp(v.text, dns_replies[r]))
			continue;
		f->dns.reply = r;
		f->shape.loss_ppm = r == DNS_DROP ? PPM : 0;
		return 0;
	}
	return complain(why, "%s takes nxdomain, servfail, refused, empty or drop, not \"%s\"",
		named(v), quoted(v.text));
}

static int take_delay(struct value v, void *fault, struct error *why)
{
	return parse_spread(v.text, &((struct fault_spec *)fault)->shape.delay, why);
}

static int take_port(struct value v, void *fault, struct error *why)
{
	uint64_t port = 0;
	int err = take_count(v, 1, 65535, &port, why);

	((struct fault_spec *)fault)->dns.port = port;
	return err;
}

static const struct key dns_keys[] = {
	{"names", VALUE_HOSTS, .required = true, .list = true, .take = take_host,
		.about = "the names that are asked for: one, or *. and one for all below it; * is "
			 "all",
		.example = "[\"*.internal\", db.example.com]"},
	{"answer", VALUE_REPLY, .take = take_reply,
		.about = "what the target gets: that there is no such name, that the server failed "
			 "or refuses, that the name has no such record; drop: nothing",
		.fallback = "that of the server", .example = "nxdomain"},
	{"delay", VALUE_DELAY, .take = take_delay,
		.about = "how much later: the answer that is given here, else the question",
		.example = "2s"},
	{"port", VALUE_COUNT, .take = take_port, .about = "of name servers, besides 53",
		.example = "5353"},
};

const struct block_row block_dns = {"dns", "\"dns\"", dns_keys, ARRAY_SIZE(dns_keys)};

int read_dns(struct document *d, yaml_node_t *node, void *fault)
{
	return read_block(d, node, BLOCK_DNS, fault, NULL);
}
