/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which rules mean the path that a packet asks an HTTP/1 server for: one that begins with the whole
 * first line of a request, as TCP is spoken by those who have all of it at once. What else a packet
 * may hold is meant by none. The shaper answers each that is struck (user/shape/http.c).
 */
#ifndef JINX_HTTP_BPF_H
#define JINX_HTTP_BPF_H

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

#endif
