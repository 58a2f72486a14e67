/* SPDX-License-Identifier: GPL-2.0 */
/* Who is at the other end: of a socket, of the address that a call names, of a packet. */
#ifndef JINX_PEER_BPF_H
#define JINX_PEER_BPF_H

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17

/* Who is at the other end, and by which ports. */
struct peer {
	__u32 family;
	__u32 address[4];
	__u16 local_port, remote_port; /* host byte order */
};

static __always_inline void read_sock(struct file *file, struct peer *p)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(socket, sk);

	p->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	p->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	p->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (p->family == AF_INET)
		p->address[0] = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	else if (p->family == AF_INET6)
		BPF_CORE_READ_INTO(&p->address, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr32);
}

/* The address that a call names, if it does. Piece by piece: the stack is small. */
static __always_inline void read_address(__u64 at, struct peer *p)
{
	struct sockaddr_in *four = (void *)at;
	struct sockaddr_in6 *six = (void *)at;
	__u16 word = 0;

	if (!at || bpf_probe_read_user(&word, sizeof(word), &four->sin_family))
		return;
	p->family = word;
	bpf_probe_read_user(&word, sizeof(word), &four->sin_port);
	p->remote_port = bpf_ntohs(word);
	if (p->family == AF_INET)
		bpf_probe_read_user(p->address, 4, &four->sin_addr);
	else if (p->family == AF_INET6)
		bpf_probe_read_user(p->address, 16, &six->sin6_addr);
}

static __always_inline bool network_matches(const struct network *n, const struct peer *p)
{
	if (n->family != p->family)
		return false;
	for (__u32 i = 0; i < 4; i++) {
		__u32 bits = n->prefix > 32 * i ? n->prefix - 32 * i : 0;
		__u32 mask = bits >= 32 ? ~0u : bits ? ~(~0u >> bits) : 0;

		if ((n->address[i] ^ p->address[i]) & bpf_htonl(mask))
			return false;
	}
	return true;
}

static __always_inline bool peer_matches(const struct filter *f, const struct peer *p)
{
	bool port = !(f->asks & FILTER_PORT), network = !(f->asks & FILTER_CIDR);

	for (__u32 i = 0; i < MAX_FILTERS; i++) {
		const struct port_range *r = &f->ports[i];

		if (i < f->n_ports &&
			((p->local_port >= r->low && p->local_port <= r->high) ||
				(p->remote_port >= r->low && p->remote_port <= r->high)))
			port = true;
		if (i < f->n_networks && network_matches(&f->networks[i], p))
			network = true;
	}
	return port && network;
}

/* TCP's and UDP's ports stand at the same place. */
static __always_inline void read_ports(struct __sk_buff *skb, __u32 at, bool egress, struct peer *p)
{
	__u16 ports[2];

	if (bpf_skb_load_bytes(skb, at, ports, sizeof(ports)))
		return;
	p->local_port = bpf_ntohs(ports[!egress]);
	p->remote_port = bpf_ntohs(ports[egress]);
}

static __always_inline void read_ip4(struct __sk_buff *skb, bool egress, struct peer *p)
{
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return;
	p->family = AF_INET;
	p->address[0] = egress ? ip.daddr : ip.saddr;
	/* Of a packet in fragments only the first has ports. */
	if ((ip.protocol == IPPROTO_TCP || ip.protocol == IPPROTO_UDP) &&
		!(bpf_ntohs(ip.frag_off) & 0x1fff))
		read_ports(skb, ip.ihl * 4, egress, p);
}

static __always_inline void read_ip6(struct __sk_buff *skb, bool egress, struct peer *p)
{
	struct ipv6hdr ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return;
	p->family = AF_INET6;
	__builtin_memcpy(p->address, egress ? &ip.daddr : &ip.saddr, sizeof(p->address));
	if (ip.nexthdr == IPPROTO_TCP || ip.nexthdr == IPPROTO_UDP)
		read_ports(skb, sizeof(ip), egress, p);
}

static __always_inline void read_packet(struct __sk_buff *skb, bool egress, struct peer *p)
{
	if (skb->protocol == bpf_htons(0x0800))
		read_ip4(skb, egress, p);
	else if (skb->protocol == bpf_htons(0x86dd))
		read_ip6(skb, egress, p);
}

#endif
