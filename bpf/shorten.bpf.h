/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Short reads and writes: at the function of user space that makes the call the number of bytes
 * that it is to ask for is made smaller, so that what is left comes by the next call. The kernel
 * lets no program change it later (since Linux 7.0 it lets those at user functions).
 */

#define PIPE_BUF 4096	 /* include/uapi/linux/limits.h */
#define SB_I_NOEXEC 0x2	 /* include/linux/fs/super_types.h: what /proc, /sys and cgroups are */
#define O_NONBLOCK 04000 /* include/uapi/asm-generic/fcntl.h */
#define MSG_DONTWAIT 0x40

#define PIPE_BUF_FLAG_PACKET 0x08 /* include/linux/pipe_fs_i.h */

/* What is read next is a packet (O_DIRECT at the other end, pipe(2)). */
static __always_inline bool has_packet(struct file *file)
{
	struct pipe_inode_info *pipe = BPF_CORE_READ(file, private_data);
	__u32 at = BPF_CORE_READ(pipe, tail) & (BPF_CORE_READ(pipe, ring_size) - 1);
	struct pipe_buffer *buffers = BPF_CORE_READ(pipe, bufs);

	return BPF_CORE_READ(&buffers[at], flags) & PIPE_BUF_FLAG_PACKET;
}

/*
 * A call is short by a multiple of this; 0: never. The kernel takes some things whole or not at
 * all, and of others what wasn't read is gone: a program has no answer to what can't happen.
 */
SHARED __u64 unit_of_call(__u32 point, __u64 bytes)
{
	bool sends = plan_points[point & (MAX_POINTS - 1)].traits & SENDS;
	struct file *file = (void *)file_of_call(point, 0);
	bool direct = file && BPF_CORE_READ(file, f_flags) & O_DIRECT;
	struct sock *sk;

	switch (file ? BPF_CORE_READ(file, f_inode, i_mode) & 0170000 : 0) {
	case S_IFREG:
	case S_IFBLK:
		if (sends && BPF_CORE_READ(file, f_inode, i_sb, s_iflags) & SB_I_NOEXEC)
			return 0;
		return direct ? 1ull << BPF_CORE_READ(file, f_inode, i_blkbits) : 1;
	case S_IFIFO:
		/* In packets, or as one piece (pipe(7)). */
		return sends ? !direct && bytes > PIPE_BUF : !has_packet(file);
	case S_IFSOCK:
		sk = (struct sock *)sock_of(file);
		return sk && BPF_CORE_READ(sk, sk_type) == SOCK_STREAM;
	case S_IFCHR:
		return 1;
	default:
		return 0; /* of counters, signals and events whole ones are read */
	}
}

/*
 * Of a socket that has nothing, and does not wait for it: asked for no bytes it says EAGAIN as
 * ever, which is no end.
 */
SHARED int says_again(__u32 point)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct file *file = (void *)file_of_call(point, 0);
	struct sock *sk = (struct sock *)sock_of(file);

	if (!sk || (void *)BPF_CORE_READ(sk, sk_receive_queue.next) !=
			   (void *)sk + bpf_core_field_offset(sk->sk_receive_queue))
		return false;
	if (point == NUMBER_OF(recvfrom) && call_argument(regs, 3) & MSG_DONTWAIT)
		return true;
	return BPF_CORE_READ(file, f_flags) & O_NONBLOCK;
}

/* The count that the rule leaves of so many bytes, or as many. */
static __always_inline __u64 bytes_left(const struct corruption *c, __u64 bytes, __u64 unit)
{
	__u64 left;

	/* The kernel refuses what is too much. */
	if (!unit || (__s64)bytes < 0)
		return bytes;
	if (c->kind == CORRUPT_END)
		return 0;
	left = (bytes < MAX_WRITTEN ? bytes : MAX_WRITTEN) * c->count / PPM & -unit;
	return left ?: unit;
}

/* 1 + the bytes that are left; 0: as many as before. */
SHARED __u64 shorten_by_rule(__u32 index, __u32 point, __u64 fitting, __u64 known, __u64 bytes)
{
	const struct corruption *c = &corruptions[index & (MAX_RULES - 1)];
	struct attempt b = {};
	__u64 left = bytes_left(c, bytes, unit_of_call(point, bytes));

	/* Of one byte there is nothing between all and none. */
	if (left >= bytes || (!left && says_again(point)))
		fitting = 0;
	aim_attempt(&b, index, point, fitting, known, false);
	if (!b.rule)
		return 0;
	settle(b.row, b.reason);
	if (b.reason != REASON_INJECTED)
		return 0;
	tell_call(&b, index, MECHANISM_SHORTEN, point, left);
	return 1 + left;
}

/* What is left at the wrapper of this cookie, as above. */
SHARED __u64 shorten_at_wrapper(__u32 cookie, __u32 point)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u64 thread = bpf_get_current_pid_tgid(), pending, fitting, known, bytes, left = 0;
	__u32 targets = current_targets();

	pending = targets ? rules_at(MECHANISM_SHORTEN, point, targets) : 0;
	if (!pending)
		return 0;
	cookie = WRAPPER_COOKIE(WRAPPER_LAYOUT(cookie), point);
	bpf_map_update_elem(&came_by, &thread, &cookie, BPF_ANY);
	bytes = call_argument(regs, COUNT_ARGUMENT);
	fitting = rules_by_call(pending, point);
	if (pending & rules_with_stack) /* the kernel's is not deep here */
		fitting &= rules_by_stack(false);
	known = known_of_call(pending, 0);
	for (int i = 0; i < MAX_RULES; i++) {
		__u64 by_rule;

		if (!(pending >> i))
			break;
		if (!(pending >> i & 1))
			continue;
		by_rule = shorten_by_rule(i, point, fitting, known, bytes);
		if (by_rule) {
			left = by_rule;
			known |= CALL_STRUCK;
		}
	}
	return left;
}

SEC("?uprobe")
int shorten(struct pt_regs *regs)
{
	__u32 cookie = bpf_get_attach_cookie(regs), point = WRAPPER_POINT(cookie);
	__u64 left;

	if (WRAPPER_LAYOUT(cookie) == WRAPS_GO)
		point = point_of_number(go_argument(regs, 0));
	else if (WRAPPER_LAYOUT(cookie) == WRAPS_NUMBER)
		point = point_of_number(function_argument(regs, 0));
	if (point >= MAX_POINTS || !rules_waiting(MECHANISM_SHORTEN, point))
		return 0;
	left = UNDISTURBED(shorten_at_wrapper(cookie, point));
	if (!left--)
		return 0;
	if (WRAPPER_LAYOUT(cookie) == WRAPS_GO)
		GO_COUNT(regs) = left;
	else if (WRAPPER_LAYOUT(cookie) == WRAPS_NUMBER)
		LATER_COUNT(regs) = left;
	else
		COUNT(regs) = left;
	return 0;
}
