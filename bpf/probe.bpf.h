/* SPDX-License-Identifier: GPL-2.0 */
/* The arguments of the probes that programs were built with (USDT), where their notes say. */
#ifndef JINX_PROBE_BPF_H
#define JINX_PROBE_BPF_H

/* Of user space, by its place in struct pt_regs. */
SHARED __u64 register_at(__u32 place)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u64 value = 0;

	if (place < sizeof(*regs) / sizeof(value))
		bpf_probe_read_kernel(&value, sizeof(value), (void *)regs + place * sizeof(value));
	return value;
}

/* Of `size` bytes, as a number of eight. */
static __always_inline __u64 widen(__u64 value, const struct probe_argument *p)
{
	__u32 unused = 64 - (p->size & 15) * 8;

	value <<= unused & 63;
	return p->has_sign ? (__u64)((__s64)value >> (unused & 63)) : value >> (unused & 63);
}

static __always_inline __u64 operand_address(const struct probe_argument *p)
{
	__u64 address = p->value;

	if (p->base != NO_REGISTER)
		address += register_at(p->base);
	if (p->index != NO_REGISTER)
		address += register_at(p->index) << (p->shift & 7);
	return address;
}

/* false: it can't be read. */
static __always_inline bool read_probed(const struct probe_argument *p, __u64 *ret)
{
	__u32 size = p->size;
	__u64 value = 0;

	switch (p->operand) {
	case OPERAND_CONSTANT:
		value = p->value;
		break;
	case OPERAND_REGISTER:
		value = register_at(p->base) >> (p->from_bit & 63);
		break;
	case OPERAND_MEMORY:
		if (size > sizeof(value) ||
			bpf_probe_read_user(&value, size, (void *)operand_address(p)))
			return false;
		break;
	default:
		return false;
	}
	*ret = widen(value, p);
	return true;
}

/* To be told of it is all that a function of its own takes: stacks are small. */
SHARED int note_probed_one(__u32 spec, __u32 n)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct function_arguments *a = bpf_map_lookup_elem(&arguments, &thread);
	__u64 value;

	if (!a || n >= MAX_ARGUMENTS)
		return 0;
	if (!read_probed(&probe_arguments[spec & (MAX_PROBE_SPECS - 1)].all[n], &value))
		return 0;
	a->all[n] = value;
	a->known |= 1ull << n;
	return 0;
}

SHARED int note_probed(__u32 spec)
{
	struct function_arguments a = {};
	__u64 thread = bpf_get_current_pid_tgid();

	if (bpf_map_update_elem(&arguments, &thread, &a, BPF_ANY))
		return 0;
	for (__u32 n = 0; n < MAX_ARGUMENTS; n++)
		note_probed_one(spec, n);
	return 0;
}

/* Of a cookie's; 0: nobody asks for them, or it is no probe. Until leave_probed(). */
static __always_inline void take_probed(__u32 spec)
{
	if (code_arguments && spec)
		note_probed(spec - 1);
}

static __always_inline void leave_probed(__u32 spec)
{
	if (code_arguments && spec)
		forget_arguments();
}

#endif
