// SPDX-License-Identifier: GPL-2.0
/* dns: questions to name servers get another answer, a late one, or none. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static void set_points(struct fault_spec *f)
{
	f->direction = DIRECTION_EGRESS;
	f->points[f->n_points++] = POINT_egress;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	if (f->dns.reply == DNS_NO_REPLY && !f->shape.delay.mean_ns)
		return complain(why, "\"dns\" does nothing: give it an answer or a delay");
	if (f->dns.reply == DNS_DROP && f->shape.delay.mean_ns)
		return complain(why, "\"dns\" has a delay for what is dropped");
	return 0;
}

static void add_name(const struct dns_name *n, char *ret, size_t size)
{
	if (n->below)
		text_append(ret, size, n->length > 1 ? "*." : "*");
	for (unsigned int at = 0; n->name[at]; at += n->name[at] + 1)
		text_append(ret, size, "%s%.*s", at ? "." : "", n->name[at],
			(const char *)n->name + at + 1);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	char delay[80];

	*ret = '\0';
	for (unsigned int i = 0; i < f->dns.n; i++) {
		text_append(ret, size, "%s", i ? ", " : "");
		add_name(&f->dns.names[i], ret, size);
	}
	if (f->dns.reply)
		text_append(ret, size, ": %s", dns_replies[f->dns.reply]);
	if (!f->shape.delay.mean_ns)
		return;
	describe_spread(&f->shape.delay, delay, sizeof(delay));
	text_append(ret, size, "%s delay %s", f->dns.reply ? "," : ":", delay);
}

static const struct key keys[] = {
	{"dns", VALUE_BLOCK, BLOCK_DNS, .one_of = true, .option = "queries", .read = read_dns,
		.about = "which names, and what the target is answered: names, answer, delay, port",
		.example = "names: '*.internal', answer: nxdomain",
		.missing = "--queries is missing: which names, and what is answered?"},
};

const struct fault_kind fault_dns = {
	.flags = STRIKES_SINGLY | TAKES_LIMIT | SHAPES,
	.set_points = set_points,
	.validate = validate,
	.check_limits = check_packet_delay,
	.purpose = "answer the target's questions to name servers",
	.examples = {"--queries \"names: db.lan, answer: nxdomain\" --for 1m --unit nginx",
		"--queries \"names: a, answer: drop\" --limit 3 --for 9s --unit nginx",
		"--queries \"names: [a.lan, b.lan], delay: 2s\" --for 5s --unit nginx"},
	.takes_no_on = "it is of the packets that ask",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = detours,
	.no_process = PACKETS_HAVE_NO_PROCESS,
	.passes = "questions by TLS and HTTPS pass, and those that the target asks nscd or "
		  "systemd-resolved over a unix socket (nss-resolve)",
	.not_narrowed = "packets have no comm, exe or uid: only and except can't narrow dns",
	.describe = describe,
};
