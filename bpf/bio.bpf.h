/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bios: what is asked of block devices, by submit_bio_noacct(). should_fail_bio() is there to be
 * made to fail (block/blk-core.c, 6.1 to 7.3): it is asked of each bio at each device, and whatever
 * it returns the bio ends with EIO.
 *
 * Whose a bio is its block cgroup says: the one that made the page dirty, if a kernel thread writes
 * it back, and else the submitter's. Without the io controller that is a cgroup above the target's,
 * and only what the target's own threads submit is known to be its.
 */
#ifndef JINX_BIO_BPF_H
#define JINX_BIO_BPF_H

#define BIO_OP_MASK 0xff /* include/linux/blk_types.h: REQ_OP_MASK */
#define BIO_IS(bit) (1u << bpf_core_enum_value(enum req_flag_bits, __REQ_##bit))
#define PF_KTHREAD 0x00200000	  /* include/linux/sched.h */
#define NOT_ITS_THREAD (1u << 31) /* beside the bits of targets */

/* The rules that mean a bio whoever's it is, and those that ask nothing of the thread, a bit each.
 */
const volatile __u64 rules_of_everyone, rules_without_caller;
const volatile __u64 rules_with_device;
const volatile __u32 n_device_tests;
struct device_test device_tests[MAX_DEVICE_TESTS] = {};

/* The rules that mean the bio's device, or ask for none. */
SHARED __u64 rules_by_device(__u64 bio)
{
	struct block_device *device = BPF_CORE_READ((struct bio *)bio, bi_bdev);
	__u32 own = BPF_CORE_READ(device, bd_dev);
	__u32 disk = BPF_CORE_READ(device, bd_disk, part0, bd_dev);
	struct askers found = {};

	for (__u32 i = 0; i < MAX_DEVICE_TESTS; i++) {
		const struct device_test *t = &device_tests[i];

		if (i >= n_device_tests)
			break;
		if (t->device != own && t->device != disk)
			continue;
		found.rules |= t->by.rules;
		found.barred |= t->by.barred;
	}
	return (~ASKING(FILTER_DEVICE) | found.rules) & ~found.barred;
}

/* The bio's, in the hierarchy of targets: cgroups of version 1 have ids of their own. */
static __always_inline struct cgroup *cgroup_of_bio(struct bio *bio)
{
	struct cgroup *own = BPF_CORE_READ(bpf_get_current_task_btf(), cgroups, dfl_cgrp), *cgroup;

	if (!bpf_core_field_exists(bio->bi_blkg))
		return 0;
	cgroup = BPF_CORE_READ(bio, bi_blkg, blkcg, css.cgroup);
	return cgroup && BPF_CORE_READ(cgroup, root) == BPF_CORE_READ(own, root) ? cgroup : 0;
}

/* With NOT_ITS_THREAD if another one's thread submits the bio. */
SHARED __u32 targets_of_bio(__u64 bio)
{
	struct cgroup *cgroup = cgroup_of_bio((struct bio *)bio);
	__u32 own = current_targets(), owners;

	if (!cgroup)
		return own;
	owners = targets_with((__u64)cgroup);
	/* Else it is another cgroup's, which this thread writes back as it syncs the file system.
	 */
	if (own && bpf_get_current_ancestor_cgroup_id(BPF_CORE_READ(cgroup, level)) ==
			   BPF_CORE_READ(cgroup, kn, id))
		return own | owners;
	return owners ? owners | NOT_ITS_THREAD : 0;
}

#define BDEVFS_MAGIC 0x62646576 /* include/uapi/linux/magic.h */
#define MAPPING_FLAGS 3ul	/* of folios that are no file's: include/linux/page-flags.h */

struct page___pointer {
	unsigned long compound_head;
} __attribute__((preserve_access_index));

struct page___mask {
	unsigned long compound_info;
} __attribute__((preserve_access_index));

/*
 * The first page of those that are kept as one. Each later one has its address with bit 0 set;
 * in 7.x it may be a mask instead, by which the later one's address becomes the first one's
 * (include/linux/page-flags.h:_compound_head).
 */
static __always_inline struct page *first_page(struct page *page)
{
	unsigned long head = 0, least;

	if (bpf_core_field_exists(struct page___pointer, compound_head))
		head = BPF_CORE_READ((struct page___pointer *)page, compound_head);
	else if (bpf_core_field_exists(struct page___mask, compound_info))
		head = BPF_CORE_READ((struct page___mask *)page, compound_info);
	if (!(head & 1))
		return page;
	head--;
	least = head & -head;
	return (struct page *)(head == -least ? (unsigned long)page & head : head);
}

/* The bytes are in the page cache of a device itself: file systems keep theirs there as well. */
SHARED int is_of_device(__u64 bio)
{
	struct bio_vec *pieces = BPF_CORE_READ((struct bio *)bio, bi_io_vec);
	struct address_space *mapping;
	struct page *page = 0;

	pieces += BPF_CORE_READ((struct bio *)bio, bi_iter.bi_idx);
	BPF_CORE_READ_INTO(&page, pieces, bv_page);
	mapping = BPF_CORE_READ(first_page(page), mapping);
	if ((unsigned long)mapping & MAPPING_FLAGS)
		return false;
	return BPF_CORE_READ(mapping, host, i_sb, s_magic) == BDEVFS_MAGIC;
}

/*
 * What a file system keeps about its files, and what is swapped, is everybody's. The former is not
 * marked where it is written as the device's pages are (fs/buffer.c; fs/jbd2/checkpoint.c, 6.1).
 */
static __always_inline bool is_of_all(__u64 bio)
{
	return BPF_CORE_READ((struct bio *)bio, bi_opf) & (BIO_IS(META) | BIO_IS(SWAP)) ||
	       is_of_device(bio);
}

static __always_inline __u64 rules_at_bio(__u64 bio, __u32 mechanism, __u32 point)
{
	__u64 waiting = rules_waiting(mechanism, point), rules = rules_of_everyone;
	__u32 targets;

	if (!waiting)
		return 0;
	if (!is_of_all(bio)) {
		targets = targets_of_bio(bio);
		rules |= rules_of_targets(targets) &
			 (targets & NOT_ITS_THREAD ? rules_without_caller : ~0ull);
	}
	return rules & waiting;
}

SHARED int strike_bio(__u64 bio, __u32 mechanism, __u32 point)
{
	__u64 pending = rules_at_bio(bio, mechanism, point), fitting = ~0ull;

	if (!pending)
		return 0;
	if (pending & rules_with_device)
		fitting = rules_by_device(bio);
	return strike_each(pending, mechanism, point, rules_that_fit(pending, fitting),
		known_of_call(pending, 0), false);
}

/* NO_POINT: of a kind that is none, as discarding. */
static __always_inline __u32 point_of_bio(__u64 address)
{
	struct bio *bio = (struct bio *)address;
	__u32 flags = BPF_CORE_READ(bio, bi_opf);

	switch (flags & BIO_OP_MASK) {
	case REQ_OP_READ:
		return NUMBER_OF(bio_read);
	case REQ_OP_WRITE:
		if (flags & BIO_IS(PREFLUSH) && !BPF_CORE_READ(bio, bi_iter.bi_size))
			return NUMBER_OF(bio_flush);
		return NUMBER_OF(bio_write);
	case REQ_OP_WRITE_ZEROES:
	case REQ_OP_ZONE_APPEND:
		return NUMBER_OF(bio_write);
	default:
		return NO_POINT;
	}
}

static __always_inline int fail_bio(__u64 bio, __u32 mechanism)
{
	__u32 point = point_of_bio(bio);

	return point == NO_POINT ? 0 : strike_bio(bio, mechanism, point);
}

/* As a number: global functions take no pointers of types that the verifier knows. */
static __always_inline __u64 bio_argument(__u64 *ctx)
{
	__u64 bio = 0;

	(void)bpf_get_func_arg(ctx, 0, &bio);
	return bio;
}

/* Threads of the kernel don't return to user space. */
static __always_inline bool sleeps_on_return(void)
{
	return !(BPF_CORE_READ(bpf_get_current_task_btf(), flags) & PF_KTHREAD);
}

/* Not global, as delay() is not. */
static __noinline int delay_bio(__u64 bio, __u32 point)
{
	struct delays_here d = {.mechanism = MECHANISM_TASK_WORK, .point = point, .fitting = ~0ull};

	if (!sleeps_on_return() || targets_of_bio(bio) & NOT_ITS_THREAD)
		return 0;
	d.pending = rules_at_bio(bio, MECHANISM_TASK_WORK, point);
	if (!d.pending)
		return 0;
	if (d.pending & rules_with_device)
		d.fitting = rules_by_device(bio);
	d.fitting = rules_that_fit(d.pending, d.fitting);
	d.known = known_of_call(d.pending, 0);
	bpf_loop(MAX_RULES, delay_step, &d, 0);
	return 0;
}

/*
 * The thread that asks for a bio sleeps as it returns to user space: here it holds what others wait
 * for. What its call waits for is done by then.
 */
SEC("?fentry")
int delay_bios(__u64 *ctx)
{
	__u64 bio = bio_argument(ctx);
	__u32 point = point_of_bio(bio);

	if (point == NO_POINT || !rules_waiting(MECHANISM_TASK_WORK, point))
		return 0;
	return delay_bio(bio, point);
}

SEC("?fmod_ret")
long fail_bios(__u64 *ctx)
{
	return fail_bio(bio_argument(ctx), MECHANISM_FMOD_RET);
}

SEC("?kprobe")
int override_bios(struct pt_regs *ctx)
{
	int error = fail_bio(PT_REGS_PARM1(ctx), MECHANISM_OVERRIDE);

	if (error)
		bpf_override_return(ctx, error);
	return 0;
}

#endif
