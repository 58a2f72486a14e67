// SPDX-License-Identifier: GPL-2.0
#include "shape/http.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "shape/segment.h"

static const struct {
	unsigned int status;
	const char *reason;
} reasons[] = {{400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"},
	{403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
	{406, "Not Acceptable"}, {408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"},
	{412, "Precondition Failed"}, {413, "Content Too Large"}, {418, "I'm a teapot"},
	{421, "Misdirected Request"}, {422, "Unprocessable Content"}, {423, "Locked"},
	{425, "Too Early"}, {426, "Upgrade Required"}, {428, "Precondition Required"},
	{429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
	{451, "Unavailable For Legal Reasons"}, {500, "Internal Server Error"},
	{501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
	{504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"},
	{507, "Insufficient Storage"}};

const char *http_reason(unsigned int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return NULL;
}

/*
 * "GET /": what is more than that the kernel side has looked at. What it strikes has to be one here
 * too: each that it counts gets an answer.
 */
static bool begins(const unsigned char *text, size_t size)
{
	size_t method = 0;

	while (method < size &&
		(text[method] == '-' || (text[method] >= 'A' && text[method] <= 'Z')))
		method++;
	return method >= HTTP_METHOD_LEAST && method <= HTTP_METHOD_MOST &&
	       size >= HTTP_REQUEST_LEAST && text[method] == ' ' && text[method + 1] == '/';
}

static bool find_request(const unsigned char *frame, size_t size, struct segment *ret)
{
	return segment_find(frame, size, ret) && begins(ret->text, ret->size);
}

size_t http_respond(const unsigned char *frame, size_t size, unsigned int status,
	unsigned char ret[HTTP_FRAME_MOST])
{
	const char *reason = http_reason(status);
	struct segment r;
	char text[200];
	int n;

	if (!reason || !find_request(frame, size, &r))
		return 0;
	n = snprintf(text, sizeof(text),
		"HTTP/1.1 %u %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status, reason);
	return segment_answer(frame, &r, text, n, ret);
}

size_t http_reset(const unsigned char *frame, size_t size, unsigned char ret[HTTP_FRAME_MOST])
{
	struct segment r;

	return find_request(frame, size, &r) ? segment_reset(frame, &r, ret) : 0;
}
