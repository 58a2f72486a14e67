// SPDX-License-Identifier: GPL-2.0
/* respond: of a fault, which requests are meant, and what they get. */
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"
#include "shape/http.h"

static int take_status(struct value v, void *fault, struct error *why)
{
	uint64_t status = 0;
	int err = take_count(v, 400, 599, &status, why);

	if (!err && !http_reason(status))
		return complain(why, "there is no status %s in HTTP", quoted(v.text));
	((struct fault_spec *)fault)->respond.status = status;
	return err;
}

/* What ends with stars means all that begin so: what a server makes of a slash is its own matter.
 */
static int parse_request(const char *text, struct http_path *ret, struct error *why)
{
	size_t length = strcspn(text, "*");

	*ret = (struct http_path){.length = length, .begins = text[length]};
	if (*text != '/' || strspn(text + length, "*") != strlen(text + length) ||
		strpbrk(text, "? "))
		return complain(why,
			"\"%s\" is not a path of requests (/health, or /api/ and stars)",
			quoted(text));
	if (length > sizeof(ret->path))
		return complain(
			why, "\"%s\" is longer than %zu bytes", quoted(text), sizeof(ret->path));
	memcpy(ret->path, text, length);
	return 0;
}

static int take_request(struct value v, void *fault, struct error *why)
{
	struct respond *r = &((struct fault_spec *)fault)->respond;

	if (r->n == MAX_HTTP_PATHS)
		return complain(why, "more than %d paths", MAX_HTTP_PATHS);
	return parse_request(v.text, &r->paths[r->n++], why);
}

static const struct key respond_keys[] = {
	{"status", VALUE_HTTP_STATUS, .required = true, .take = take_status,
		.about = "what they get, from 400 to 599, without a body", .example = "503"},
	{"path", VALUE_REQUESTS, .list = true, .take = take_request,
		.about = "what is asked for: one path, or all that begin as what is before the *",
		.fallback = "all", .example = "/api/**"},
};

const struct block_row block_respond = {
	"respond", "\"respond\"", respond_keys, ARRAY_SIZE(respond_keys)};

int read_respond(struct document *d, yaml_node_t *node, void *fault)
{
	struct respond *r = &((struct fault_spec *)fault)->respond;
	int err = read_block(d, node, BLOCK_RESPOND, fault, NULL);

	if (!err && !r->n)
		r->paths[r->n++] = (struct http_path){.path = "/", .length = 1, .begins = true};
	return err;
}
