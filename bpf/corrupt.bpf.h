/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes that a call has returned, changed in the memory of the process that made it: the page
 * cache and the disk stay as they are. A chain of its own beside strike(): where the kernel is
 * locked down no program may hold what writes there.
 */
#ifndef JINX_CORRUPT_BPF_H
#define JINX_CORRUPT_BPF_H

#define AT_POSITION (-1) /* of preadv2: where the file is */
#define MSG_TRUNC 0x20

struct changing {
	struct changes all;
	__u64 at, pieces;    /* the memory; or the pieces that are left, struct iovec there */
	__u64 skipped;	     /* the bytes of those before them */
	__u64 wanted, found; /* a byte that the call returned, and where it is; 0: nowhere */
	__u64 offset;	     /* in the file, of its first byte */
	__u64 first; /* what was changed first: its bit, counted from the file's beginning */
	__u32 rule, changed, in_pieces;
};

static long piece_step(__u32 i, void *context)
{
	struct changing *c = context;
	struct {
		__u64 base, size;
	} piece = {};

	if (!c->pieces || bpf_probe_read_user(&piece, sizeof(piece), (void *)c->at))
		return 1;
	if (c->wanted - c->skipped < piece.size) {
		c->found = piece.base + (c->wanted - c->skipped);
		return 1;
	}
	/* No index that counts up from 0: the verifier would go through each round. */
	c->skipped += piece.size;
	c->at += sizeof(piece);
	c->pieces--;
	return 0;
}

/*
 * Bytes are asked for in their order, so the search goes on where it was: from the beginning for
 * each of a million, among a thousand pieces, it would take half a minute in the kernel. A function
 * of its own, for the stack's sake.
 */
static __noinline __u64 address_in_pieces(struct changing *c, __u64 n)
{
	c->wanted = n;
	c->found = 0;
	bpf_loop(MAX_PIECES, piece_step, c, 0);
	return c->found;
}

static long change_step(__u32 i, void *context)
{
	struct changing *c = context;
	struct change one = {};
	__u64 address;
	__u8 byte = 0;

	if (!change_at(&corruptions[c->rule & (MAX_RULES - 1)], &c->all, i, &one))
		return 0;
	address = one.at - c->offset;
	address = c->in_pieces ? address_in_pieces(c, address) : c->at + address;
	if (!address || bpf_probe_read_user(&byte, 1, (void *)address))
		return 0;
	byte = (byte & one.keep) ^ one.flip;
	if (bpf_probe_write_user((void *)address, &byte, 1))
		return 0;
	if (!c->changed++)
		c->first = one.at * 8 + one.bit;
	return 0;
}

/* How many bytes the call has room for; and in `c` where. */
static __always_inline __u64 room_of_call(const struct plan_point *point, struct changing *c)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u32 argument = point->buffer_argument;
	struct pieces p = {};

	c->at = syscall_argument(regs, argument);
	if (point->buffer_kind == BUFFER_HERE)
		return syscall_argument(regs, argument + 1);
	c->in_pieces = true;
	c->pieces = syscall_argument(regs, argument + 1);
	if (point->buffer_kind == BUFFER_IN_MESSAGE) {
		__u64 vector[2] = {}; /* msg_iov and msg_iovlen of struct user_msghdr */

		if (bpf_probe_read_user(vector, sizeof(vector), (void *)(c->at + 16)))
			return 0;
		c->at = vector[0];
		c->pieces = vector[1];
	}
	p.at = c->at;
	p.n = c->pieces;
	bpf_loop(MAX_PIECES, add_piece, &p, 0);
	return p.sum;
}

/* Of the first byte that a call has returned, in its file; of what is no file or disk 0. */
SHARED __u64 offset_of_call(__u32 number, __u64 size)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct file *file = (void *)file_of_call(number, 0);
	__u32 argument = plan_points[number & (MAX_POINTS - 1)].offset_argument;
	__u32 type = file ? BPF_CORE_READ(file, f_inode, i_mode) & 0170000 : 0;
	__s64 at = AT_POSITION;

	if (type != S_IFREG && type != S_IFBLK)
		return 0;
	if (argument)
		at = syscall_argument(regs, argument);
	if (at == AT_POSITION)
		at = BPF_CORE_READ(file, f_pos) - size;
	return at < 0 ? 0 : at;
}

/*
 * How many bytes the call has put there. Asked with MSG_TRUNC TCP throws them away
 * (net/ipv4/tcp.c: tcp_recvmsg_locked, net/mptcp/protocol.c: __mptcp_recvmsg_mskq; 6.1 to 7.3), and
 * of a packet the call says how long it was.
 */
SHARED __u64 bytes_placed(__u32 number, __u64 size)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	bool in_message = number == NUMBER_OF(recvmsg);
	struct changing c = {};
	struct sock *sk;
	__u32 protocol;
	__u64 room;

	if (number >= MAX_POINTS || (!in_message && number != NUMBER_OF(recvfrom)) ||
		!(syscall_argument(regs, in_message ? 2 : 3) & MSG_TRUNC))
		return size;
	sk = (struct sock *)sock_of((void *)file_of_call(number, 0));
	protocol = sk ? BPF_CORE_READ(sk, sk_protocol) : 0;
	if ((protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP) &&
		BPF_CORE_READ(sk, sk_type) == SOCK_STREAM)
		return 0;
	/* Or clang leaves out the mask, and 6.1 takes the number of a call that is none for its
	 * bound. */
	barrier_var(number);
	room = room_of_call(&plan_points[number & (MAX_POINTS - 1)], &c);
	return size < room ? size : room;
}

/* Some of the bytes that were returned are such as the rule means. */
SHARED int is_in_range(__u32 rule, __u32 number, __u64 size)
{
	const struct corruption *c = &corruptions[rule & (MAX_RULES - 1)];
	__u64 offset = c->first || c->end ? offset_of_call(number, size) : 0;

	return offset + size > c->first && (!c->end || offset < c->end);
}

/* Returns 0 when nothing could be changed, else 1 + the first bit that was. */
SHARED __u64 change_memory(__u32 rule, __u32 number, __u64 seed, __u64 size)
{
	struct changing c = {.rule = rule, .offset = offset_of_call(number, size)};
	__u64 room = room_of_call(&plan_points[number & (MAX_POINTS - 1)], &c);

	/* Whoever shares its memory may have changed what the call was given. */
	changes_begin(&corruptions[rule & (MAX_RULES - 1)], seed, c.offset,
		size < room ? size : room, &c.all);
	bpf_loop(c.all.n, change_step, &c, 0);
	return c.changed ? 1 + c.first : 0;
}

/*
 * One rule at one call that has returned so many bytes: 1 + the seed of what it is to change; 0:
 * it leaves the call alone, and that is settled. Apart from the change itself, as Linux 6.1 has no
 * room for both on one stack.
 */
SHARED __u64 aim_at_bytes(__u32 index, __u32 point, __u64 fitting, __u64 known, __u64 size)
{
	struct attempt b = {};

	if (size && !is_in_range(index, point, size))
		fitting = 0;
	aim_attempt(&b, index, point, fitting, known, false);
	if (!b.rule)
		return 0;
	if (b.reason != REASON_INJECTED) {
		settle(b.row, b.reason);
		return 0;
	}
	return 1 + (b.recorded ? *b.recorded : random_at(~b.draw.seed, b.draw.n) >> 1);
}

/* `changed`: change_memory()'s word. */
SHARED int settle_change(__u32 index, __u32 point, __u64 seed, __u64 changed)
{
	struct counters *row = counters_at(index, point);
	struct rule_state *task = numbering ? state_of_task(index) : 0;
	struct attempt b = {};
	struct event *e;

	if (!row)
		return 0;
	settle(row, changed ? REASON_INJECTED : REASON_REFUSED);
	if (!changed)
		return 0;
	/* The thread has made no other call since. */
	if (task) {
		b.task = task->stream;
		b.call = task->numbered;
	}
	e = event_of_call(&b, index, MECHANISM_REWRITE, point, seed);
	if (!e)
		return 0;
	e->bit = changed - 1;
	event_end(e);
	return 0;
}

static __always_inline void corrupt_by_rule(
	__u32 index, __u32 point, __u64 fitting, __u64 known, __u64 size)
{
	__u64 seed = aim_at_bytes(index, point, fitting, known, size);

	if (seed--)
		settle_change(index, point, seed, change_memory(index, point, seed, size));
}

/* Rules that change what a call has returned; several may at one call. */
SHARED int corrupt(__u32 point, __u32 targets, __s64 result)
{
	__u64 pending = rules_at(MECHANISM_REWRITE, point, targets), fitting, known, size;

	if (!pending)
		return 0;
	size = result > 0 ? bytes_placed(point, result) : 0;
	fitting = rules_that_fit_call(pending, point);
	known = known_of_call(pending, size ? 0 : CALL_FAILED);
	for (int i = 0; i < MAX_RULES; i++) {
		if (!(pending >> i))
			break;
		if (pending >> i & 1)
			corrupt_by_rule(i, point, fitting, known, size);
	}
	return 0;
}

/* After the only argument of the call's function stands what it returned. */
#define REWRITTEN(name)                                            \
	SEC("?fexit")                                              \
	int rewrite_##name(unsigned long long *ctx)                \
	{                                                          \
		__u32 targets = current_targets();                 \
                                                                   \
		if (targets)                                       \
			corrupt(NUMBER_OF(name), targets, ctx[1]); \
		return 0;                                          \
	}
REWRITTEN(read)
REWRITTEN(pread64)
REWRITTEN(readv)
REWRITTEN(preadv)
REWRITTEN(preadv2)
REWRITTEN(recvfrom)
REWRITTEN(recvmsg)
#undef REWRITTEN

#endif
