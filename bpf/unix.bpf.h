/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unix sockets by their names: a socket's own, that of the one it is connected to, and what a call
 * names. As programs spell them, not as files: at its entry a call has resolved nothing.
 */
#ifndef JINX_UNIX_BPF_H
#define JINX_UNIX_BPF_H

#define AF_UNIX 1

static __always_inline long read_from(void *to, __u32 size, const void *from, bool user)
{
	return user ? bpf_probe_read_user(to, size, from) : bpf_probe_read_kernel(to, size, from);
}

struct socket_name {
	__u64 at;
	__u32 length;
	bool user, is_path, ended;
	__u64 mixed;
};

static long name_step(__u32 i, void *context)
{
	struct socket_name *n = context;
	__u32 left = n->length - i * 8;
	__u64 word = 0, zeros;

	if (i * 8 >= n->length || n->ended)
		return 1;
	if (left > 8)
		left = 8;
	if (read_from(&word, left, (void *)(n->at + i * 8), n->user))
		return 1;
	/* A path ends at its first zero byte, whose highest bit is the lowest one of these. */
	zeros = (word - 0x0101010101010101ull) & ~word & 0x8080808080808080ull;
	if (n->is_path && zeros) {
		word &= (zeros & -zeros) - 1;
		n->ended = true;
	}
	if (word || !n->is_path)
		n->mixed = socket_name_mix(n->mixed, word);
	return 0;
}

/* Of a struct sockaddr_un of so many bytes; 0: it has no name. */
SHARED __u64 mixed_name(__u64 address, __u32 length, __u32 user)
{
	struct socket_name n = {.user = user};
	char first = 0;

	if (!address || length <= sizeof(sa_family_t))
		return 0;
	n.at = address + sizeof(sa_family_t);
	n.length = length - sizeof(sa_family_t);
	if (n.length > MAX_SOCKET_NAME)
		n.length = MAX_SOCKET_NAME;
	if (read_from(&first, 1, (void *)n.at, user))
		return 0;
	/* Names without a file may have zeros in them, and have a length instead. */
	n.is_path = first != 0;
	n.mixed = n.is_path ? 0 : n.length;
	bpf_loop((MAX_SOCKET_NAME + 7) / 8, name_step, &n, 0);
	return n.mixed;
}

struct socket_search {
	__u64 name;
	struct askers by;
};

static long socket_step(__u32 i, void *context)
{
	struct socket_search *s = context;

	if (i >= MAX_TESTS)
		return 1;
	if (socket_tests[i].name == s->name) {
		s->by.rules |= socket_tests[i].by.rules;
		s->by.barred |= socket_tests[i].by.barred;
	}
	return 0;
}

SHARED int look_at_name(__u64 address, __u32 length, __u32 user, struct askers *found)
{
	struct socket_search s = {.name = mixed_name(address, length, user)};

	if (!s.name || !found)
		return 0;
	bpf_loop(n_socket_tests, socket_step, &s, 0);
	found->rules |= s.by.rules;
	found->barred |= s.by.barred;
	return 0;
}

static __always_inline void look_at_bound(struct sock *sk, struct askers *found)
{
	struct unix_address *a = BPF_CORE_READ((struct unix_sock *)sk, addr);

	if (a)
		look_at_name((__u64)a + bpf_core_field_offset(a->name), BPF_CORE_READ(a, len),
			false, found);
}

/* Adds the rules that name one of a Unix socket's names; of others there are none. */
static __always_inline void look_at_unix(
	__u64 socket, __u64 address, __u32 length, bool user, struct askers *found)
{
	struct sock *sk = (struct sock *)socket, *peer;

	/* The kernel may have them as a module, whose types jinx does not know. */
	if (!bpf_core_type_exists(struct unix_sock) ||
		BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX)
		return;
	if (address)
		look_at_name(address, length, user, found);
	look_at_bound(sk, found);
	peer = BPF_CORE_READ((struct unix_sock *)sk, peer);
	if (peer)
		look_at_bound(peer, found);
}

/* The rules that name the Unix socket that was looked at, or ask for none. Packets are of none. */
static __always_inline __u64 rules_by_names(const struct askers *found)
{
	return (~ASKING(FILTER_SOCKET) | found->rules) & ~found->barred;
}

#endif
