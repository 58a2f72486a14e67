/* SPDX-License-Identifier: GPL-2.0 */
/* What a trigger goes by besides calls: the bytes that they ask for, and the process's descriptors.
 */
#ifndef JINX_BUDGET_BPF_H
#define JINX_BUDGET_BPF_H

#define MAX_PIECES 1024 /* the kernel's UIO_MAXIOV */

struct pieces {
	__u64 at, n, sum;
};

static long add_piece(__u32 i, void *context)
{
	struct pieces *p = context;
	struct {
		__u64 base, size;
	} piece = {};

	if (i >= p->n || bpf_probe_read_user(&piece, sizeof(piece), (void *)(p->at + i * 16ull)))
		return 1;
	p->sum += piece.size;
	return 0;
}

/* As it is asked for; the call may come to less. */
SHARED __u64 bytes_of_call(__u32 number)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct plan_point *point = &plan_points[number & (MAX_POINTS - 1)];
	__u32 argument = point->amount_argument;
	struct pieces p = {};

	if (point->amount_kind == AMOUNT_HERE)
		return call_argument(regs, argument);
	if (point->amount_kind != AMOUNT_PIECES)
		return 0;
	p.at = call_argument(regs, argument);
	p.n = call_argument(regs, argument + 1);
	bpf_loop(MAX_PIECES, add_piece, &p, 0);
	return p.sum;
}

struct descriptors {
	unsigned long *bits; /* a bit for each that is taken */
	struct file **files; /* and what it is of, once the call that makes it is through */
	/* How many are still wanted. Counted down from what the verifier knows nothing of: it would
	 * go through each round of a loop that counts up from 0. */
	__s64 left;
};

static __always_inline __u64 ones(__u64 x)
{
	x -= x >> 1 & 0x5555555555555555ull;
	x = (x & 0x3333333333333333ull) + (x >> 2 & 0x3333333333333333ull);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return x * 0x0101010101010101ull >> 56;
}

static long add_taken(__u32 i, void *context)
{
	struct descriptors *d = context;
	__u64 bits = 0;

	if (bpf_probe_read_kernel(&bits, sizeof(bits), d->bits + i))
		return 1;
	d->left -= ones(bits);
	return d->left < 0;
}

static long add_file(__u32 i, void *context)
{
	struct descriptors *d = context;
	__u64 file = 0;

	if (bpf_probe_read_kernel(&file, sizeof(file), d->files + i))
		return 1;
	d->left -= file != 0;
	return d->left <= 0;
}

/*
 * Whether the process has so many descriptors. Some hooks are asked when the call has taken its own
 * already, so where it is about one more or less those are counted that are of a file.
 */
SHARED int has_descriptors(__u64 wanted)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct descriptors d = {.left = wanted};
	__u32 size;

	if (!table || !wanted)
		return !wanted;
	size = BPF_CORE_READ(table, max_fds);
	d.bits = BPF_CORE_READ(table, open_fds);
	d.files = (struct file **)BPF_CORE_READ(table, fd);
	bpf_loop((size + 63) / 64, add_taken, &d, 0);
	if (d.left)
		return d.left < 0;
	d.left = wanted;
	bpf_loop(size, add_file, &d, 0);
	return d.left <= 0;
}

#endif
