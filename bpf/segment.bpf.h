/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text of TCP that asks a server for something. What load() goes by sees a packet's linear part
 * alone, in which such text is not; bpf_skb_load_bytes() sees all, and at a cgroup both begin with
 * the IP header.
 */
#ifndef JINX_SEGMENT_BPF_H
#define JINX_SEGMENT_BPF_H

#define SEGMENT_FLAGS 13 /* where they stand in TCP's header */
#define SEGMENT_SYN 0x02
#define SEGMENT_RST 0x04
#define SEGMENT_ACK 0x10

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
 * What was struck of a request: TCP may send it again before it hears of the answer, and again and
 * again where there is none.
 */
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

/*
 * With `struck`, as strike_packet() has it, it is noted; 0: which rule struck it before, in the
 * same way, and does so still.
 */
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
	if (!before || !(armed >> ((*before - 1) & (MAX_RULES - 1)) & 1))
		return 0;
	return *before;
}

#endif
