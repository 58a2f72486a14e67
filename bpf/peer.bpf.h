/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is at the other end: of a socket, of the address that a call names, of a packet. What finds
 * out fills a struct peer; rules_by_peer() says what it means for the rules.
 */
#ifndef JINX_PEER_BPF_H
#define JINX_PEER_BPF_H

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_HOPOPTS 0
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_ICMPV6 58
#define IPPROTO_DSTOPTS 60
#define MAX_HEADERS 8	  /* of an IPv6 packet, before the transport's */
#define MAX_MESSAGES 1024 /* of a sendmmsg() (include/uapi/linux/uio.h: UIO_MAXIOV) */

struct peer {
	__u32 known;	/* it is of an IP socket or packet; if not, nothing else is */
	__u32 family;	/* of the remote address; 0: there is none */
	__u32 protocol; /* IPPROTO_* */
	__u32 address[4];
	__u16 local_port, remote_port; /* host byte order; 0: there is none */
};

struct peer_search {
	struct peer peer;
	/* The rules whose value of that key is the peer's, and those that have such a value in
	 * `not`. */
	__u64 either, local, remote, networks, hosts, barred;
};

static __always_inline bool has_ports(__u32 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_MPTCP ||
	       protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP || protocol == IPPROTO_UDPLITE;
}

/*
 * IPv4 by an IPv6 socket (::ffff:0:0/96) is IPv4, so that a network means the same wherever it is
 * looked for. What stands for a port in a socket or packet without ports is none.
 */
static __always_inline void settle_peer(struct peer *p)
{
	if (p->family == AF_INET6 && !p->address[0] && !p->address[1] &&
		p->address[2] == bpf_htonl(0xffff)) {
		p->family = AF_INET;
		p->address[0] = p->address[3];
	}
	if (!has_ports(p->protocol))
		p->local_port = p->remote_port = 0;
}

static __always_inline bool is_in(const struct port_range *r, __u16 port)
{
	return port && port >= r->low && port <= r->high;
}

static long port_step(__u32 i, void *context)
{
	struct peer_search *s = context;
	const struct port_test *t;
	bool local, remote;

	if (i >= MAX_TESTS)
		return 1;
	t = &port_tests[i];
	local = t->range.end != PORT_REMOTE && is_in(&t->range, s->peer.local_port);
	remote = t->range.end != PORT_LOCAL && is_in(&t->range, s->peer.remote_port);
	if (!local && !remote)
		return 0;
	s->barred |= t->by.barred;
	if (t->range.end == PORT_LOCAL)
		s->local |= t->by.rules;
	else if (t->range.end == PORT_REMOTE)
		s->remote |= t->by.rules;
	else
		s->either |= t->by.rules;
	return 0;
}

static long network_step(__u32 n, void *context)
{
	struct peer_search *s = context;
	const struct network *network;

	if (n >= MAX_TESTS)
		return 1;
	network = &network_tests[n].network;
	if (network->family != s->peer.family)
		return 0;
	for (int i = 0; i < 4; i++)
		if ((network->address[i] ^ s->peer.address[i]) & network->mask[i])
			return 0;
	if (network_tests[n].is_of_host)
		s->hosts |= network_tests[n].by.rules;
	else
		s->networks |= network_tests[n].by.rules;
	s->barred |= network_tests[n].by.barred;
	return 0;
}

static __always_inline enum protocol protocol_of(const struct peer *p)
{
	switch (p->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_MPTCP:
		return PROTOCOL_TCP;
	case IPPROTO_UDP:
		return PROTOCOL_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return PROTOCOL_ICMP;
	default:
		return PROTOCOL_OTHER;
	}
}

/* The rules that mean this peer, or ask for none, a bit each. */
SHARED __u64 rules_by_peer(struct peer *p)
{
	struct peer_search s = {};
	__u64 protocols = 0;

	if (!p)
		return 0;
	if (p->known) {
		settle_peer(p);
		s.peer = *p;
		/* The verifier of 6.18 takes a loop of no rounds out and keeps the reference to it.
		 */
		if (n_port_tests)
			bpf_loop(n_port_tests, port_step, &s, 0);
		if (n_network_tests)
			bpf_loop(n_network_tests, network_step, &s, 0);
		protocols = protocol_askers[protocol_of(p)].rules;
		s.barred |= protocol_askers[protocol_of(p)].barred;
	}
	return (~ASKING(FILTER_PORT) | s.either) & (~ASKING(FILTER_LOCAL_PORT) | s.local) &
	       (~ASKING(FILTER_REMOTE_PORT) | s.remote) & (~ASKING(FILTER_CIDR) | s.networks) &
	       (~ASKING(FILTER_HOST) | s.hosts) & (~ASKING(FILTER_PROTOCOL) | protocols) &
	       ~s.barred;
}

static __always_inline void read_sock(struct sock *sk, struct peer *p)
{
	p->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (p->family == AF_INET) {
		p->address[0] = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	} else if (p->family == AF_INET6) {
		BPF_CORE_READ_INTO(&p->address, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr32);
	} else {
		p->family = 0;
		return;
	}
	p->known = 1;
	p->protocol = BPF_CORE_READ(sk, sk_protocol);
	/* A raw socket's number is its protocol. */
	if (BPF_CORE_READ(sk, sk_type) == SOCK_RAW)
		return;
	p->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	p->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

/*
 * The address that a call names takes the place of the socket's own. Piece by piece: the stack is
 * small.
 */
static __always_inline void read_address(__u64 at, bool user, struct peer *p)
{
	struct sockaddr_in *four = (void *)at;
	struct sockaddr_in6 *six = (void *)at;
	__u16 word = 0;

	if (!at || read_from(&word, sizeof(word), &four->sin_family, user))
		return;
	p->family = word == AF_INET || word == AF_INET6 ? word : 0;
	word = 0;
	if (p->family)
		(void)read_from(&word, sizeof(word), &four->sin_port, user);
	p->remote_port = bpf_ntohs(word);
	if (p->family == AF_INET)
		(void)read_from(p->address, 4, &four->sin_addr, user);
	else if (p->family == AF_INET6)
		(void)read_from(p->address, 16, &six->sin6_addr, user);
}

/* bind() names an end of its own. */
static __always_inline void turn_round(struct peer *p)
{
	p->local_port = p->remote_port;
	p->remote_port = 0;
}

/* What a call on the socket names lies at `address`, in user memory; 0: it names nothing. */
SHARED __u64 rules_by_socket(__u64 sk, __u64 address, __u32 length, __u32 kind)
{
	struct askers named = {};
	struct peer p = {};

	if (sk)
		read_sock((struct sock *)sk, &p);
	if (sk && n_socket_tests)
		look_at_unix(sk, address, length, true, &named);
	if (p.known)
		read_address(address, true, &p);
	if (p.known && address && kind == ADDRESS_LOCAL)
		turn_round(&p);
	return rules_by_peer(&p) & rules_by_names(&named);
}

/* A message that is sent, in the kernel's memory. */
SHARED __u64 rules_by_message(__u64 socket, __u64 message)
{
	struct sock *sk = BPF_CORE_READ((struct socket *)socket, sk);
	__u64 name = (__u64)BPF_CORE_READ((struct msghdr *)message, msg_name);
	struct askers named = {};
	struct peer p = {};

	read_sock(sk, &p);
	if (p.known)
		read_address(name, false, &p);
	if (n_socket_tests)
		look_at_unix((__u64)sk, name, BPF_CORE_READ((struct msghdr *)message, msg_namelen),
			false, &named);
	return rules_by_peer(&p) & rules_by_names(&named);
}

static __always_inline __u64 named_by(struct user_msghdr *message, __u32 *ret_length)
{
	void *name = 0;

	(void)bpf_probe_read_user(&name, sizeof(name), &message->msg_name);
	(void)bpf_probe_read_user(ret_length, sizeof(*ret_length), &message->msg_namelen);
	return (__u64)name;
}

struct messages {
	__u64 sk, at;
	__u64 rules;
};

static long message_step(__u32 i, void *context)
{
	struct messages *m = context;
	struct mmsghdr *message = (struct mmsghdr *)m->at + i;
	__u32 length = 0;
	__u64 name = named_by(&message->msg_hdr, &length);

	m->rules |= rules_by_socket(m->sk, name, length, ADDRESS_REMOTE);
	return 0;
}

/* Of a sendmmsg(), one of its messages. */
static __always_inline __u64 rules_by_messages(__u64 sk, struct pt_regs *regs, __u32 argument)
{
	struct messages m = {sk, call_argument(regs, argument), ~rules_with_peer};
	__u32 n = call_argument(regs, argument + 1);

	bpf_loop(n < MAX_MESSAGES ? n : MAX_MESSAGES, message_step, &m, 0);
	return m.rules;
}

static __always_inline __u64 sock_of(struct file *file)
{
	struct socket *socket;

	if (!file || kind_of(file) != FD_SOCKET)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	return (__u64)BPF_CORE_READ(socket, sk);
}

/* The same for the socket that the current thread's call at this point works on. */
SHARED __u64 rules_by_peer_of_call(__u32 point)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u64 sk = sock_of((void *)file_of_call(point, 0)), address = 0;
	__u32 kind, argument, length = 0;

	if (!sk) /* of two descriptors, either */
		sk = sock_of((void *)file_of_call(point, 1));
	if (point >= MAX_POINTS)
		return 0;
	kind = plan_points[point].address_kind;
	argument = plan_points[point].address_argument;
	if (kind == ADDRESS_IN_MESSAGES)
		return rules_by_messages(sk, regs, argument);
	if (kind == ADDRESS_IN_MESSAGE) {
		address = named_by((struct user_msghdr *)call_argument(regs, argument), &length);
	} else if (kind != ADDRESS_NONE) {
		address = call_argument(regs, argument);
		length = call_argument(regs, argument + 1);
	}
	return rules_by_socket(sk, address, length, kind);
}

/* From the IP header on, at a cgroup as well as at a device. */
static __always_inline long load(struct __sk_buff *skb, __u32 at, void *to, __u32 size)
{
	return bpf_skb_load_bytes_relative(skb, at, to, size, BPF_HDR_START_NET);
}

#define IP_FRAGMENT 0x3fff /* more of them, or where this one begins */

/* Where the header of this protocol begins, from the IP header on; 0: it is none, or a fragment. */
static __always_inline __u32 find_transport(struct __sk_buff *skb, __u8 protocol)
{
	struct ipv6hdr six;
	struct iphdr four;

	if (skb->protocol == bpf_htons(0x0800)) {
		if (load(skb, 0, &four, sizeof(four)) || four.protocol != protocol ||
			bpf_ntohs(four.frag_off) & IP_FRAGMENT)
			return 0;
		return four.ihl * 4;
	}
	if (skb->protocol != bpf_htons(0x86dd) || load(skb, 0, &six, sizeof(six)) ||
		six.nexthdr != protocol)
		return 0;
	return sizeof(six);
}

/* Ports stand at the same place in all protocols that have some. */
static __always_inline void read_ports(struct __sk_buff *skb, __u32 at, bool egress, struct peer *p)
{
	__u16 ports[2];

	if (load(skb, at, ports, sizeof(ports)))
		return;
	p->local_port = bpf_ntohs(ports[!egress]);
	p->remote_port = bpf_ntohs(ports[egress]);
}

static __always_inline void read_ip4(struct __sk_buff *skb, bool egress, struct peer *p)
{
	struct iphdr ip;

	if (load(skb, 0, &ip, sizeof(ip)))
		return;
	p->known = 1;
	p->family = AF_INET;
	p->protocol = ip.protocol;
	p->address[0] = egress ? ip.daddr : ip.saddr;
	/* Of a packet in fragments only the first has ports. */
	if (!(bpf_ntohs(ip.frag_off) & 0x1fff))
		read_ports(skb, ip.ihl * 4, egress, p);
}

static __always_inline bool is_extension(__u32 header)
{
	return header == IPPROTO_HOPOPTS || header == IPPROTO_ROUTING ||
	       header == IPPROTO_DSTOPTS || header == IPPROTO_FRAGMENT || header == IPPROTO_AH;
}

/* How the headers of IPv6 begin that stand between its own and the transport's. */
struct extension {
	__u8 next, length;
	__be16 offset; /* of a fragment */
};

static __always_inline __u32 extension_size(__u32 header, const struct extension *e)
{
	if (header == IPPROTO_FRAGMENT)
		return 8;
	return header == IPPROTO_AH ? (e->length + 2) * 4 : (e->length + 1) * 8;
}

static __always_inline void read_ip6(struct __sk_buff *skb, bool egress, struct peer *p)
{
	struct extension e = {};
	struct ipv6hdr ip;
	__u32 at = sizeof(ip), header;
	bool later = false; /* a fragment that is not the first */

	if (load(skb, 0, &ip, sizeof(ip)))
		return;
	p->known = 1;
	p->family = AF_INET6;
	__builtin_memcpy(p->address, egress ? &ip.daddr : &ip.saddr, sizeof(p->address));
	header = ip.nexthdr;
	for (int i = 0; i < MAX_HEADERS && is_extension(header) && !later; i++) {
		if (load(skb, at, &e, sizeof(e)))
			return;
		later = header == IPPROTO_FRAGMENT && bpf_ntohs(e.offset) & 0xfff8;
		at += extension_size(header, &e);
		header = e.next;
	}
	p->protocol = header;
	if (!later)
		read_ports(skb, at, egress, p);
}

static __always_inline void read_packet(struct __sk_buff *skb, bool egress, struct peer *p)
{
	if (skb->protocol == bpf_htons(0x0800))
		read_ip4(skb, egress, p);
	else if (skb->protocol == bpf_htons(0x86dd))
		read_ip6(skb, egress, p);
}

#endif
