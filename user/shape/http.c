// SPDX-License-Identifier: GPL-2.0
#include "shape/http.h"

#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include "base/cleanup.h"
#include "shape/packet.h"

#define TCP_HEADER 20

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };

struct request {
	struct parts at;
	const unsigned char *tcp;
	size_t payload; /* bytes */
	bool ends;	/* it is the last that the client sends */
};

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

static uint32_t read32(const unsigned char *at)
{
	return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static void write32(unsigned char *at, uint32_t value)
{
	write16(at, value >> 16);
	write16(at + 2, value & 0xffff);
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

static bool find_request(const unsigned char *frame, size_t size, struct request *ret)
{
	size_t header;

	if (!packet_find(frame, size, IPPROTO_TCP, &ret->at) ||
		ret->at.end - ret->at.transport < TCP_HEADER)
		return false;
	ret->tcp = frame + ret->at.transport;
	header = 4 * (ret->tcp[12] >> 4);
	if (header < TCP_HEADER || header > ret->at.end - ret->at.transport ||
		ret->tcp[13] & (SYN | RST) || !(ret->tcp[13] & ACK))
		return false;
	ret->ends = ret->tcp[13] & FIN;
	ret->payload = ret->at.end - ret->at.transport - header;
	return begins(ret->tcp + header, ret->payload);
}

/* Returns where its header is; `size` bytes of text are to follow it. */
static size_t put_tcp(const unsigned char *frame, const struct request *r, bool back,
	unsigned int flags, size_t size, unsigned char *ret)
{
	size_t at = packet_put(frame, &r->at, back, IPPROTO_TCP, TCP_HEADER + size, ret);
	unsigned char *tcp = ret + at;

	memset(tcp, 0, TCP_HEADER);
	memcpy(tcp, r->tcp + (back ? 2 : 0), 2);
	memcpy(tcp + 2, r->tcp + (back ? 0 : 2), 2);
	write32(tcp + 4, read32(r->tcp + (back ? 8 : 4)));
	write32(tcp + 8, back ? read32(r->tcp + 4) + r->payload + r->ends : read32(r->tcp + 8));
	tcp[12] = TCP_HEADER / 4 << 4;
	tcp[13] = flags;
	write16(tcp + 14, 0xffff);
	return at;
}

static size_t finish(unsigned char *ret, const struct request *r, size_t at, size_t size)
{
	write16(ret + at + 16, packet_checksum(ret, at, r->at.six, IPPROTO_TCP, TCP_HEADER + size));
	return at + TCP_HEADER + size;
}

size_t http_respond(const unsigned char *frame, size_t size, unsigned int status,
	unsigned char ret[HTTP_FRAME_MOST])
{
	const char *reason = http_reason(status);
	struct request r;
	char text[200];
	size_t at;
	int n;

	if (!reason || !find_request(frame, size, &r))
		return 0;
	n = snprintf(text, sizeof(text),
		"HTTP/1.1 %u %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status, reason);
	at = put_tcp(frame, &r, true, PSH | ACK | FIN, n, ret);
	memcpy(ret + at + TCP_HEADER, text, n);
	return finish(ret, &r, at, n);
}

size_t http_reset(const unsigned char *frame, size_t size, unsigned char ret[HTTP_FRAME_MOST])
{
	struct request r;
	size_t at;

	if (!find_request(frame, size, &r))
		return 0;
	at = put_tcp(frame, &r, false, RST | ACK, 0, ret);
	return finish(ret, &r, at, 0);
}
