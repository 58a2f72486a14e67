// SPDX-License-Identifier: GPL-2.0
/* respond: HTTP requests of the target get an error, and the server never sees them. */
#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static void set_points(struct fault_spec *f)
{
	f->direction = DIRECTION_EGRESS;
	f->points[f->n_points++] = POINT_egress;
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	*ret = '\0';
	text_append(ret, size, "%u", f->respond.status);
	for (unsigned int i = 0; i < f->respond.n; i++)
		text_append(ret, size, "%s%.*s%s", i ? ", " : " to ",
			(int)f->respond.paths[i].length, (const char *)f->respond.paths[i].path,
			f->respond.paths[i].begins ? "*" : "");
}

static const struct key keys[] = {
	{"respond", VALUE_BLOCK, BLOCK_RESPOND, .one_of = true, .option = "answers",
		.read = read_respond, .about = "which requests, and what they get: status, path",
		.example = "status: 503, path: /api/**",
		.missing = "--answers is missing: what do which requests get?"},
};

const struct fault_kind fault_respond = {
	.flags = STRIKES_SINGLY | TAKES_LIMIT | SHAPES,
	.set_points = set_points,
	.purpose = "answer the target's HTTP requests with an error",
	.examples = {"--answers \"status: 503\" --chance 20% --for 1m --unit app",
		"--answers \"status: 429, path: /a\" --limit 5 --for 9s --unit app",
		"--answers \"status: 500\" --where \"remote_port: 80\" -- ./app"},
	.takes_no_on = "it is of the packets that ask",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = detours,
	.no_process = PACKETS_HAVE_NO_PROCESS,
	.passes = "requests over TLS and those of HTTP/2 pass, and those whose first line comes "
		  "in pieces",
	.not_narrowed = "packets have no comm, exe or uid: only and except can't narrow respond",
	.describe = describe,
};
