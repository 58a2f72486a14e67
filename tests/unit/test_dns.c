// SPDX-License-Identifier: GPL-2.0
/* Answers in a name server's place, and names as files have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shape/dns.h"
#include "shape/frame.h"

#define PAYLOAD(six) (FRAME_LEAST + ((six) ? 40 : 20) + 8)

static const unsigned char question[] = "\x12\x34\x01\x10\0\1\0\0\0\0\0\0"
					"\2Db\10internal\0\0\1\0\1";
static const unsigned char opt[] = "\0\0\x29\x10\0\0\0\x80\0\0\2\xab\xcd";

struct asked {
	unsigned char frame[512];
	size_t size;
};

static void put16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static struct asked ask(bool six, bool edns)
{
	struct asked q = {};
	unsigned char *ethernet = q.frame + FRAME_HEADER, *ip = q.frame + FRAME_LEAST, *udp;
	size_t dns = sizeof(question) - 1 + (edns ? sizeof(opt) - 1 : 0);

	memset(ethernet, 0xaa, 6);
	memset(ethernet + 6, 0xbb, 6);
	put16(ethernet + 12, six ? 0x86dd : 0x0800);
	if (six) {
		ip[0] = 0x60;
		put16(ip + 4, 8 + dns);
		ip[6] = 17;
		ip[23] = 1;
		ip[39] = 2;
	} else {
		ip[0] = 0x45;
		put16(ip + 2, 28 + dns);
		ip[9] = 17;
		memcpy(ip + 12, "\x0a\7\0\1\x0a\7\0\2", 8);
	}
	udp = ip + (six ? 40 : 20);
	put16(udp, 4711);
	put16(udp + 2, 53);
	put16(udp + 4, 8 + dns);
	memcpy(udp + 8, question, sizeof(question) - 1);
	if (edns) {
		udp[8 + 11] = 1;
		memcpy(udp + 8 + sizeof(question) - 1, opt, sizeof(opt) - 1);
	}
	q.size = udp + 8 + dns - q.frame;
	return q;
}

static void sums_fit(const unsigned char *frame, size_t size, bool six)
{
	const unsigned char *ip = frame + FRAME_LEAST, *udp = ip + (six ? 40 : 20);
	size_t n = frame + size - udp;

	if (!six)
		assert_int_equal(frame_checksum(ip, 20, 0), 0);
	assert_int_equal(frame_checksum(udp - (six ? 32 : 8), n + (six ? 32 : 8), 17 + n), 0);
}

static void an_answer_fits_its_question(void **state)
{
	static const unsigned int codes[NR_DNS_REPLIES] = {
		[DNS_NXDOMAIN] = 3, [DNS_SERVFAIL] = 2, [DNS_REFUSED] = 5};

	(void)state;
	for (int kind = 0; kind < 4; kind++)
		for (enum dns_reply r = DNS_NXDOMAIN; r <= DNS_EMPTY; r++) {
			bool six = kind & 1, edns = kind & 2;
			struct asked q = ask(six, edns);
			unsigned char ret[DNS_FRAME_MOST], *dns = ret + PAYLOAD(six);
			size_t n = dns_answer(q.frame, q.size, r, ret);

			assert_int_equal(n, PAYLOAD(six) + sizeof(question) - 1 + (edns ? 11 : 0));
			sums_fit(ret, n, six);
			assert_memory_equal(ret + FRAME_HEADER, q.frame + FRAME_HEADER + 6, 6);
			assert_memory_equal(ret + FRAME_HEADER + 6, q.frame + FRAME_HEADER, 6);
			assert_memory_equal(dns - 8, "\0\x35\x12\x67", 4); /* the ports, turned */
			assert_memory_equal(dns, "\x12\x34\x81", 3);
			assert_int_equal(dns[3], 0x80 | 0x10 | codes[r]);
			assert_memory_equal(dns + 4, "\0\1\0\0\0\0\0", 7);
			assert_int_equal(dns[11], edns);
			assert_memory_equal(dns + 12, question + 12, sizeof(question) - 13);
			if (edns)
				assert_memory_equal(
					ret + n - 11, "\0\0\x29\4\xd0\0\0\x80\0\0\0", 11);
		}
}

/* The same question by TCP. */
static struct asked ask_by_tcp(bool six, bool edns)
{
	struct asked udp = ask(six, edns), q = udp;
	size_t dns = udp.size - PAYLOAD(six), ip = FRAME_LEAST;
	unsigned char *tcp = q.frame + PAYLOAD(six) - 8;

	put16(q.frame + ip + (six ? 4 : 2), (six ? 0 : 20) + 20 + 2 + dns);
	q.frame[ip + (six ? 6 : 9)] = 6;
	memset(tcp + 4, 0, 16);
	memcpy(tcp + 4, "\0\0\1\0\0\0\2\0\x50\x18", 10);
	put16(tcp + 20, dns);
	memcpy(tcp + 22, udp.frame + PAYLOAD(six), dns);
	q.size = tcp + 22 + dns - q.frame;
	return q;
}

static void tcp_sums_fit(const unsigned char *frame, size_t size, bool six)
{
	size_t at = PAYLOAD(six) - 8, addresses = six ? 32 : 8, n = size - at;

	assert_int_equal(frame_checksum(frame + at - addresses, n + addresses, 6 + n), 0);
}

static void an_answer_by_tcp_closes_the_connection(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		bool six = kind & 1, edns = kind & 2;
		struct asked q = ask_by_tcp(six, edns);
		unsigned char ret[DNS_FRAME_MOST], *tcp = ret + PAYLOAD(six) - 8;
		size_t dns = sizeof(question) - 1 + (edns ? 11 : 0);
		size_t n = dns_answer(q.frame, q.size, DNS_REFUSED, ret);

		assert_int_equal(n, PAYLOAD(six) - 8 + 22 + dns);
		tcp_sums_fit(ret, n, six);
		assert_memory_equal(tcp, "\0\x35\x12\x67\0\0\2\0", 8);
		assert_int_equal(tcp[11], (q.size - (PAYLOAD(six) - 8) - 20) & 0xff);
		assert_int_equal(tcp[13], 0x19); /* PSH, ACK, FIN */
		assert_int_equal(tcp[21], dns);
		assert_memory_equal(tcp + 22, "\x12\x34\x81\x95", 4);
		assert_memory_equal(tcp + 34, question + 12, sizeof(question) - 13);
		n = dns_reset(q.frame, q.size, ret);
		assert_int_equal(n, PAYLOAD(six) - 8 + 20);
		tcp_sums_fit(ret, n, six);
		assert_memory_equal(tcp, "\x12\x67\0\x35\0\0\1\0", 8);
		assert_int_equal(tcp[13], 0x14); /* RST, ACK */
		assert_int_equal(dns_reset(ask(six, edns).frame, q.size, ret), 0);
		for (size_t cut = 0; cut < q.size; cut++)
			assert_int_equal(dns_answer(q.frame, cut, DNS_REFUSED, ret), 0);
		tcp = q.frame + PAYLOAD(six) - 8;
		tcp[13] = 0x19; /* with the client's end */
		assert_int_not_equal(dns_answer(q.frame, q.size, DNS_REFUSED, ret), 0);
		assert_int_equal(
			ret[PAYLOAD(six) - 8 + 11], (q.size - (PAYLOAD(six) - 8) - 20 + 1) & 0xff);
		tcp[13] = 0x18;
		tcp[21] = 20; /* a length that ends within the name */
		assert_int_equal(dns_answer(q.frame, q.size, DNS_REFUSED, ret), 0);
	}
}

static void refuses(struct asked q, size_t at, unsigned char value)
{
	unsigned char ret[DNS_FRAME_MOST];

	q.frame[at] = value;
	assert_int_equal(dns_answer(q.frame, q.size, DNS_NXDOMAIN, ret), 0);
}

static void what_is_no_question_gets_none(void **state)
{
	struct asked q = ask(false, false), six = ask(true, false);
	unsigned char ret[DNS_FRAME_MOST];
	size_t dns = PAYLOAD(false);

	(void)state;
	refuses(q, dns + 2, 0x81);	       /* an answer */
	refuses(q, dns + 2, 0x28);	       /* an update */
	refuses(q, dns + 5, 0);		       /* none */
	refuses(q, dns + 5, 2);		       /* two */
	refuses(q, dns + 7, 1);		       /* with an answer */
	refuses(q, dns + 12, 0xc0);	       /* a pointer in place of a name */
	refuses(q, dns + 12, 63);	       /* a part longer than the packet */
	refuses(q, FRAME_LEAST, 0x44);	       /* a header too short */
	refuses(q, FRAME_LEAST + 3, 255);      /* longer than the packet */
	refuses(q, FRAME_LEAST + 6, 0x20);     /* a fragment */
	refuses(q, FRAME_LEAST + 9, 6);	       /* TCP */
	refuses(q, FRAME_LEAST + 20 + 5, 7);   /* a datagram shorter than its header */
	refuses(q, FRAME_LEAST + 20 + 5, 255); /* longer than its packet */
	refuses(six, FRAME_LEAST + 6, 44);     /* a fragment, by IPv6 */
	for (size_t n = 0; n < q.size; n++)
		assert_int_equal(dns_answer(q.frame, n, DNS_NXDOMAIN, ret), 0);
}

/* What comes after the question may be anything. */
static void a_broken_opt_is_none(void **state)
{
	struct asked q = ask(false, true);
	unsigned char ret[DNS_FRAME_MOST];
	size_t at = PAYLOAD(false) + sizeof(question) - 1;

	(void)state;
	q.frame[at] = 0xc0;
	assert_int_equal(dns_answer(q.frame, q.size, DNS_NXDOMAIN, ret), at);
	q = ask(false, true);
	q.frame[at + 2] = 1; /* another record, longer than the packet */
	q.frame[at + 9] = 255;
	assert_int_equal(dns_answer(q.frame, q.size, DNS_NXDOMAIN, ret), at);
}

static int read_names(const char *names, struct scenario **ret, struct error *why)
{
	char text[400];

	snprintf(text, sizeof(text),
		"jinx: 1\ntarget: {cgroup: /a}\ntimeline: [{phase: p, for: 1s, faults: [{dns: "
		"{names: %s, answer: empty}}]}]\n",
		names);
	return scenario_parse(text, strlen(text), "made-up", ret, why);
}

static void names_as_in_packets(void **state)
{
	struct scenario *s = NULL;
	struct error why = {};
	const struct dns *d;

	(void)state;
	assert_int_equal(read_names("[\"*.InterNal\", a.b., \"*\"]", &s, &why), 0);
	d = &s->faults[0].dns;
	assert_int_equal(d->n, 3);
	assert_true(d->names[0].below);
	assert_int_equal(d->names[0].length, 10);
	assert_memory_equal(d->names[0].name, "\10internal", 10);
	assert_false(d->names[1].below);
	assert_int_equal(d->names[1].length, 5);
	assert_memory_equal(d->names[1].name, "\1a\1b", 5);
	assert_true(d->names[2].below);
	assert_int_equal(d->names[2].length, 1);
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_fits_its_question),
		cmocka_unit_test(an_answer_by_tcp_closes_the_connection),
		cmocka_unit_test(what_is_no_question_gets_none),
		cmocka_unit_test(a_broken_opt_is_none),
		cmocka_unit_test(names_as_in_packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
