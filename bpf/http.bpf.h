/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which rules mean the path that a packet asks an HTTP/1 server for: one that begins with the whole
 * first line of a request, as TCP is spoken by those who have all of it at once. What else a packet
 * may hold is meant by none. The shaper answers each that is struck (user/shape/http.c).
 */
#ifndef JINX_HTTP_BPF_H
#define JINX_HTTP_BPF_H

#define SEGMENT_FLAGS 13 /* where they stand in TCP's header */
#define SEGMENT_SYN 0x02
#define SEGMENT_RST 0x04
#define SEGMENT_ACK 0x10
#define VERSION_BYTES 8 /* " HTTP/1." */

const volatile __u64 http_rules; /* a bit each */
const volatile __u32 n_http_tests;
struct http_test http_tests[MAX_HTTP_TESTS] = {};

struct http_search {
	struct __sk_buff *skb;
	__u32 path; /* where it begins, in the packet */
	__u32 line; /* its bytes from the path on, without their end */
	__u32 test, differs;
	__u64 rules;
};

/*
 * Where the segment's text begins, from the IP header on; 0: it is none, or a fragment, or of a
 * connection that only begins (TCP Fast Open).
 */
static __always_inline __u32 find_text(struct __sk_buff *skb)
{
	__u32 at = find_transport(skb, IPPROTO_TCP);
	__u8 words = 0, flags = 0;

	if (!at || load(skb, at + 12, &words, 1) || load(skb, at + SEGMENT_FLAGS, &flags, 1))
		return 0;
	if ((flags & (SEGMENT_SYN | SEGMENT_RST | SEGMENT_ACK)) != SEGMENT_ACK)
		return 0;
	return at + 4 * (words >> 4);
}

/*
 * The bytes of "GET "; 0: it is no method. Unlike what load() goes by, this helper sees what is not
 * in the packet's linear part, as text of TCP is not; at a cgroup both begin with the IP header.
 */
static __always_inline __u32 method_size(struct __sk_buff *skb, __u32 at)
{
	__u8 text[HTTP_METHOD_MOST + 2];
	__u32 size = 0;

	if (bpf_skb_load_bytes(skb, at, text, sizeof(text)))
		return 0;
	for (__u32 i = 0; i <= HTTP_METHOD_MOST; i++) {
		if (size || text[i] == '-' || (text[i] >= 'A' && text[i] <= 'Z'))
			continue;
		if (i < HTTP_METHOD_LEAST || text[i] != ' ' || text[i + 1] != '/')
			return 0;
		size = i + 1;
	}
	return size;
}

static long line_step(__u32 i, void *context)
{
	struct http_search *s = context;
	__u8 c = '\n';

	s->line = i;
	return bpf_skb_load_bytes(s->skb, s->path + i, &c, 1) || c == '\r' || c == '\n';
}

/* Other protocols have lines like these, without the version. */
static __always_inline bool is_whole_line(struct http_search *s)
{
	static const char wanted[VERSION_BYTES] = " HTTP/1.";
	char version[VERSION_BYTES + 2] = {}; /* the minor one, and the end of the line */

	bpf_loop(HTTP_LINE_MOST, line_step, s, 0);
	if (s->line <= VERSION_BYTES + 1 ||
		bpf_skb_load_bytes(
			s->skb, s->path + s->line - VERSION_BYTES - 1, version, sizeof(version)))
		return false;
	for (__u32 i = 0; i < VERSION_BYTES; i++)
		if (version[i] != wanted[i])
			return false;
	return version[VERSION_BYTES + 1] == '\r' || version[VERSION_BYTES + 1] == '\n';
}

static long text_step(__u32 i, void *context)
{
	struct http_search *s = context;
	__u32 test = s->test & (MAX_HTTP_TESTS - 1);
	__u8 c = 0;

	s->differs = 1;
	if (bpf_skb_load_bytes(s->skb, s->path + i, &c, 1))
		return 1;
	s->differs = c != http_tests[test].path[i & (HTTP_PATH_MOST - 1)];
	return s->differs;
}

static long http_step(__u32 n, void *context)
{
	struct http_search *s = context;
	const struct http_test *t;
	__u8 c = 0;

	if (n >= MAX_HTTP_TESTS)
		return 1;
	t = &http_tests[n];
	s->test = n;
	s->differs = 0;
	bpf_loop(t->length, text_step, s, 0);
	if (s->differs)
		return 0;
	if (!t->begins &&
		(bpf_skb_load_bytes(s->skb, s->path + t->length, &c, 1) || (c != ' ' && c != '?')))
		return 0;
	s->rules |= t->rules;
	return 0;
}

/* The rules that mean the path, and all that ask for none. */
SHARED __u64 rules_by_path_of_request(struct __sk_buff *skb)
{
	struct http_search s = {.skb = skb};
	__u32 at = find_text(skb), method;

	if (!at)
		return ~http_rules;
	method = method_size(skb, at);
	if (!method)
		return ~http_rules;
	s.path = at + method;
	if (n_http_tests && is_whole_line(&s))
		bpf_loop(n_http_tests, http_step, &s, 0);
	return ~http_rules | s.rules;
}

/* A request that was struck: TCP may send it again before it hears of the answer. */
struct request_key {
	__u64 socket;
	__u32 number; /* of its first byte */
	__u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct request_key);
	__type(value, __u32);
} requests SEC(".maps");

/* With `struck`, as strike_packet() has it, it is noted; 0: which rule struck it before, in the
 * same way. */
SHARED __u32 request_noted(struct __sk_buff *skb, __u32 struck)
{
	struct request_key key = {.socket = bpf_get_socket_cookie(skb)};
	__u32 at = find_transport(skb, IPPROTO_TCP), *before;

	if (!at || load(skb, at + 4, &key.number, sizeof(key.number)))
		return 0;
	if (struck) {
		bpf_map_update_elem(&requests, &key, &struck, BPF_ANY);
		return struck;
	}
	before = bpf_map_lookup_elem(&requests, &key);
	return before ? *before : 0;
}

#endif
