// SPDX-License-Identifier: GPL-2.0
/* Answers in an HTTP server's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "shape/frame.h"
#include "shape/http.h"
#include "shape/packet.h"

static const char request[] = "GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n";

struct asked {
	unsigned char frame[512];
	size_t size, tcp;
};

/* From port 4711 to 80; `options` bytes behind the header of TCP. */
static struct asked ask(bool six, size_t options, const char *text)
{
	struct asked q = {};
	unsigned char *ethernet = q.frame + FRAME_HEADER, *ip = q.frame + FRAME_LEAST, *tcp;
	size_t payload = 20 + options + strlen(text);

	memset(ethernet, 0xaa, 6);
	memset(ethernet + 6, 0xbb, 6);
	write16(ethernet + 12, six ? 0x86dd : 0x0800);
	if (six) {
		ip[0] = 0x60;
		write16(ip + 4, payload);
		ip[6] = 6;
		ip[23] = 1;
		ip[39] = 2;
	} else {
		ip[0] = 0x45;
		write16(ip + 2, 20 + payload);
		ip[9] = 6;
		memcpy(ip + 12, "\x0a\7\0\1\x0a\7\0\2", 8);
	}
	q.tcp = FRAME_LEAST + (six ? 40 : 20);
	tcp = q.frame + q.tcp;
	write16(tcp, 4711);
	write16(tcp + 2, 80);
	memcpy(tcp + 4, "\xff\xff\xff\xf0\0\0\0\x64", 8);
	tcp[12] = (20 + options) / 4 << 4;
	tcp[13] = 0x18;
	memcpy(tcp + 20 + options, text, strlen(text));
	q.size = q.tcp + payload;
	return q;
}

static unsigned int sum_of(const unsigned char *frame, size_t tcp, bool six, size_t size)
{
	return packet_checksum(frame, tcp, six, 6, size - tcp);
}

static void the_client_gets_a_status(void **state)
{
	static const char wanted[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: "
				     "0\r\nConnection: close\r\n\r\n";
	unsigned char ret[HTTP_FRAME_MOST];

	(void)state;
	for (int six = 0; six < 2; six++) {
		struct asked q = ask(six, 12, request);
		size_t n = http_respond(q.frame, q.size, 503, ret);
		const unsigned char *tcp = ret + q.tcp, *ip = ret + FRAME_LEAST;

		assert_int_equal(n, q.tcp + 20 + strlen(wanted));
		assert_memory_equal(tcp + 20, wanted, strlen(wanted));
		assert_int_equal(read16(tcp), 80);
		assert_int_equal(read16(tcp + 2), 4711);
		/* Where the server would go on, and all of the request has come: 0xfffffff0 + 32.
		 */
		assert_memory_equal(tcp + 4, "\0\0\0\x64\0\0\0\x10", 8);
		assert_int_equal(tcp[13], 0x19);
		assert_int_equal(sum_of(ret, q.tcp, six, n), 0);
		assert_int_equal(ip[six ? 23 : 15], 2);
		assert_int_equal(ip[six ? 39 : 19], 1);
		assert_int_equal(ret[FRAME_HEADER], 0xbb);
	}
}

static void the_server_is_reset(void **state)
{
	unsigned char ret[HTTP_FRAME_MOST];

	(void)state;
	for (int six = 0; six < 2; six++) {
		struct asked q = ask(six, 0, request);
		size_t n = http_reset(q.frame, q.size, ret);
		const unsigned char *tcp = ret + q.tcp;

		assert_int_equal(n, q.tcp + 20);
		assert_int_equal(read16(tcp + 2), 80);
		assert_memory_equal(tcp + 4, "\xff\xff\xff\xf0", 4);
		assert_int_equal(tcp[13], 0x14);
		assert_int_equal(sum_of(ret, q.tcp, six, n), 0);
	}
}

/* With the last bytes of the client's comes its FIN, which has a number, too. */
static void the_end_is_heard(void **state)
{
	struct asked q = ask(false, 0, "PROPFIND /api/x HTTP/1.1\r\n\r\n");
	unsigned char ret[HTTP_FRAME_MOST];

	(void)state;
	q.frame[q.tcp + 13] |= 0x01;
	assert_int_not_equal(http_respond(q.frame, q.size, 503, ret), 0);
	assert_memory_equal(ret + q.tcp + 8, "\0\0\0\x0d", 4);
	assert_int_not_equal(http_reset(q.frame, q.size, ret), 0);
}

static void what_is_no_request(void **state)
{
	static const char *const all[] = {"", "GET", "GET /", "get /api/x HTTP/1.1\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\n", "AB /api/x HTTP/1.1\r\n\r\n",
		"ABCDEFGHIJKLMNO /api/x HTTP/1.1\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
	unsigned char ret[HTTP_FRAME_MOST];
	struct asked q;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		q = ask(false, 0, all[i]);
		assert_int_equal(http_respond(q.frame, q.size, 503, ret), 0);
		assert_int_equal(http_reset(q.frame, q.size, ret), 0);
	}
	q = ask(false, 0, request);
	assert_int_equal(http_respond(q.frame, q.size, 599, ret), 0);
	assert_int_equal(http_respond(q.frame, q.size - 1, 503, ret), 0);
	q.frame[q.tcp + 13] = 0x02;
	assert_int_equal(http_respond(q.frame, q.size, 503, ret), 0);
	q.frame[q.tcp + 13] = 0x18;
	q.frame[q.tcp + 12] = 0x40;
	assert_int_equal(http_respond(q.frame, q.size, 503, ret), 0);
	q.frame[q.tcp + 12] = 0xf0;
	assert_int_equal(http_respond(q.frame, q.size, 503, ret), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_gets_a_status),
		cmocka_unit_test(the_server_is_reset),
		cmocka_unit_test(the_end_is_heard),
		cmocka_unit_test(what_is_no_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
