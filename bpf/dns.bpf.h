/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which rules mean the name that a packet asks a name server for, by UDP, or by TCP if a segment
 * begins with the question's length and has all of its name. The packet is the target's, and may
 * hold anything: what is no plain question is meant by none.
 */
#ifndef JINX_DNS_BPF_H
#define JINX_DNS_BPF_H

#define DNS_NOT_A_QUESTION 0xf8 /* of the flags' first byte: an answer, or no plain query */

const volatile __u64 dns_rules; /* a bit each */
const volatile __u32 n_dns_tests;
struct dns_test dns_tests[MAX_DNS_TESTS] = {};

struct dns_search {
	struct __sk_buff *skb; /* its bytes are read one by one: the stack has no room for a name */
	__u32 begin;	       /* where the name does, in the packet */
	__u64 labels[(DNS_NAME_MOST + 1) / 64]; /* where one begins, a bit each */
	__u32 at, size;				/* a label; of the whole name, 0: it is none */
	__u32 test, length, differs;
	__u32 port;
	__u64 rules;
};

static __always_inline bool is_question(struct __sk_buff *skb, __u32 at)
{
	__u8 header[DNS_HEADER];

	/* One question, and no records but additional ones. */
	return !bpf_skb_load_bytes(skb, at, header, sizeof(header)) &&
	       !(header[2] & DNS_NOT_A_QUESTION) && !header[4] && header[5] == 1 && !header[6] &&
	       !header[7] && !header[8] && !header[9];
}

/* A label of the name. */
static long label_step(__u32 i, void *context)
{
	struct dns_search *s = context;
	__u32 at = s->at & DNS_NAME_MOST;
	__u8 length = 0;

	if (bpf_skb_load_bytes(s->skb, s->begin + at, &length, 1))
		return 1;
	s->labels[at / 64] |= 1ull << at % 64;
	s->at = at + length + 1;
	if (!length)
		s->size = s->at;
	return !length || length > DNS_LABEL_MOST || s->at >= DNS_NAME_MOST;
}

/* A byte of what the name is to end with. */
static long byte_step(__u32 i, void *context)
{
	struct dns_search *s = context;
	__u32 test = s->test & (MAX_DNS_TESTS - 1);
	__u8 c = 0;

	s->differs = 1;
	if (bpf_skb_load_bytes(s->skb, s->begin + s->size - s->length + i, &c, 1))
		return 1;
	/* A label's length is no letter. */
	c |= (c >= 'A' && c <= 'Z') << 5;
	s->differs = c != dns_tests[test].name[i & (DNS_TEST_MOST - 1)];
	return s->differs;
}

static long dns_step(__u32 n, void *context)
{
	struct dns_search *s = context;
	const struct dns_test *t;
	__u32 from;

	if (n >= MAX_DNS_TESTS)
		return 1;
	t = &dns_tests[n];
	s->test = n;
	s->length = t->length;
	if (s->length > s->size || (s->port != DNS_PORT && s->port != t->port) ||
		t->below != (s->length != s->size))
		return 0;
	from = s->size - s->length;
	s->differs = !(s->labels[from / 64 & 3] >> (from & 63) & 1);
	if (!s->differs)
		bpf_loop(s->length, byte_step, s, 0);
	if (!s->differs)
		s->rules |= t->rules;
	return 0;
}

/* Where the message begins, and the port that it goes to; 0: neither UDP nor text of TCP. */
static __always_inline __u32 find_message(struct __sk_buff *skb, __u32 *port)
{
	__u32 at = find_transport(skb, IPPROTO_UDP), text = at + sizeof(struct udphdr);
	__be16 to = 0;

	if (!at) {
		at = find_transport(skb, IPPROTO_TCP);
		text = find_text(skb) + DNS_LENGTH;
	}
	if (!at || load(skb, at + __builtin_offsetof(struct udphdr, dest), &to, sizeof(to)))
		return 0;
	*port = bpf_ntohs(to);
	return text;
}

/* The rules that mean the name, and all that ask for none. */
SHARED __u64 rules_by_name(struct __sk_buff *skb)
{
	struct dns_search s = {.skb = skb};
	__u32 at = find_message(skb, &s.port);

	if (!at || !is_question(skb, at))
		return ~dns_rules;
	s.begin = at + DNS_HEADER;
	bpf_loop(DNS_NAME_MOST / 2 + 1, label_step, &s, 0);
	/* After it come a type and a class. */
	if (!s.size || s.begin + s.size + 4 > skb->len)
		return ~dns_rules;
	if (n_dns_tests)
		bpf_loop(n_dns_tests, dns_step, &s, 0);
	return ~dns_rules | s.rules;
}

#endif
