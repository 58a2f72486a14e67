/* SPDX-License-Identifier: GPL-2.0 */
/* A rule's `where`: which of the target's calls and packets it means. */
#ifndef JINX_FILTER_BPF_H
#define JINX_FILTER_BPF_H

#define S_IFSOCK 0140000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define NO_ARGUMENT 0xff

/* Who is at the other end, and by which ports. */
struct peer {
	__u32 family;
	__u32 address[4];
	__u16 local_port, remote_port; /* host byte order */
};

static __always_inline bool compare(__u64 a, __u32 comparison, __u64 b)
{
	switch (comparison) {
	case IS_EQUAL:
		return a == b;
	case IS_NOT:
		return a != b;
	case IS_LESS:
		return a < b;
	case IS_AT_MOST:
		return a <= b;
	case IS_MORE:
		return a > b;
	default:
		return a >= b;
	}
}

static __always_inline bool arguments_match(const struct filter *f, struct pt_regs *regs)
{
	for (__u32 i = 0; i < MAX_FILTERS; i++) {
		const struct argument_test *t = &f->arguments[i];

		if (i < f->n_arguments &&
			!compare(syscall_argument(regs, t->argument), t->comparison, t->value))
			return false;
	}
	return true;
}

static __always_inline struct file *file_of(__u32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = 0;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

/*
 * FD_OTHER are eventfd, epoll, timerfd and their like. Volatile, or clang moves 16 constant bytes
 * into a section where the types don't know them.
 */
static const volatile __u8 kind_of_mode[16] = {
	[S_IFREG >> 12] = FD_FILE,
	[S_IFDIR >> 12] = FD_DIRECTORY,
	[S_IFSOCK >> 12] = FD_SOCKET,
	[S_IFIFO >> 12] = FD_PIPE,
	[S_IFCHR >> 12] = FD_DEVICE,
	[S_IFBLK >> 12] = FD_DEVICE,
};

static __always_inline enum fd_kind kind_of(struct file *file)
{
	return kind_of_mode[BPF_CORE_READ(file, f_inode, i_mode) >> 12 & 15];
}

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

static __always_inline bool name_matches(const struct path_test *t, struct dentry *d)
{
	const unsigned char *name = BPF_CORE_READ(d, d_name.name);
	__u32 length = BPF_CORE_READ(d, d_name.len), skip = 0;
	char own;

	if (length < t->length || (t->kind == PATH_NAME && length != t->length))
		return false;
	if (t->kind == PATH_SUFFIX)
		skip = length - t->length;
	/* A byte at a time: the stack is small. */
	for (__u32 i = 0; i < MAX_FILE_NAME; i++) {
		if (i >= t->length)
			break;
		if (bpf_probe_read_kernel(&own, 1, name + skip + i) || own != t->name[i])
			return false;
	}
	return true;
}

/* The directory is above the file. */
static __always_inline bool is_below(struct dentry *d, __u64 directory)
{
	for (int i = 0; i < MAX_DEPTH; i++) {
		struct dentry *parent = BPF_CORE_READ(d, d_parent);

		if (parent == d)
			return false;
		d = parent;
		if ((__u64)BPF_CORE_READ(d, d_inode) == directory)
			return true;
	}
	return false;
}

static __always_inline bool path_matches(const struct path_test *t, struct dentry *d)
{
	if (t->kind == PATH_SUBTREE)
		return is_below(d, t->directory);
	return (!t->directory || (__u64)BPF_CORE_READ(d, d_parent, d_inode) == t->directory) &&
	       name_matches(t, d);
}

struct path_search {
	struct dentry *of;
	__u64 rules;
};

static long path_step(__u32 n, void *context)
{
	struct path_search *search = context;
	__u32 rule = n / MAX_FILTERS, i = n % MAX_FILTERS;
	const struct filter *f;

	if (rule >= MAX_RULES)
		return 1;
	f = &filters[rule];
	if (i < f->n_paths && path_matches(&f->paths[i], search->of))
		search->rules |= 1ull << rule;
	return 0;
}

/* The rules that have this file's path, a bit each. A loop that is a call, or the verifier goes
 * through each round of it. */
SHARED __u64 rules_by_path(__u64 dentry)
{
	struct path_search search = {(void *)dentry, 0};

	if (dentry)
		bpf_loop(MAX_RULES * MAX_FILTERS, path_step, &search, 0);
	return search.rules;
}

/* The same for the descriptor that the current thread's call at this point works on. */
SHARED __u64 rules_by_descriptor(__u32 point)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct file *file;

	if (point >= NR_POINTS || fd_argument[point] == NO_ARGUMENT)
		return 0;
	file = file_of(syscall_argument(regs, fd_argument[point]));
	return file ? rules_by_path((__u64)BPF_CORE_READ(file, f_path.dentry)) : 0;
}

static __always_inline bool thread_matches(const struct filter *f)
{
	__u64 id = bpf_get_current_pid_tgid();

	return f->thread == (id >> 32 == (__u32)id ? THREAD_MAIN : THREAD_OTHER);
}

static __always_inline bool descriptor_matches(
	const struct filter *f, struct pt_regs *regs, __u32 descriptor, __u32 address)
{
	struct peer p = {};
	struct file *file;

	if (descriptor == NO_ARGUMENT)
		return false;
	file = file_of(syscall_argument(regs, descriptor));
	if (!file)
		return false;
	if (f->asks & FILTER_FD && !(f->fd_kinds >> kind_of(file) & 1))
		return false;
	if (!(f->asks & (FILTER_PORT | FILTER_CIDR)))
		return true;
	if (kind_of(file) != FD_SOCKET)
		return false;
	read_sock(file, &p);
	if (address != NO_ARGUMENT)
		read_address(syscall_argument(regs, address), &p);
	return peer_matches(f, &p);
}

/* 1 when the current thread's call at this point has what the rule asks for, but for paths. */
SHARED int call_matches(__u32 rule, __u32 point)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	const struct filter *f;
	__u32 descriptor, address;

	if (rule >= MAX_RULES || point >= NR_POINTS)
		return 0;
	/* At once: later the verifier has forgotten the bounds. */
	descriptor = fd_argument[point];
	address = address_argument[point];
	f = &filters[rule];
	if (f->asks & FILTER_THREAD && !thread_matches(f))
		return 0;
	if (f->asks & FILTER_WHO && !identity_matches(&f->who))
		return 0;
	if (f->asks & FILTER_ARGUMENT && !arguments_match(f, regs))
		return 0;
	if (!(f->asks & (FILTER_FD | FILTER_PORT | FILTER_CIDR)))
		return 1;
	return descriptor_matches(f, regs, descriptor, address);
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
