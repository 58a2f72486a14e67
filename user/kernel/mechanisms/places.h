/* SPDX-License-Identifier: GPL-2.0 */
/* What mechanisms share that are at the same place; the functions are those of struct
 * mechanism_kind. */
#ifndef JINX_PLACES_H
#define JINX_PLACES_H

#include "kernel/mechanisms/mechanism.h"

/* At the entry of a call: only what its descriptors are is known. */
const char *blind_at_entry(unsigned int asks, enum point p, const struct caps *caps);

/* A system call's own function, in the kernel's BTF: trampoline.c. */
int probe_entry(const struct btf *btf, struct caps *caps, struct error *why);
const char *call_out_of_reach(enum point p, const struct caps *caps);
/* Why a function of the kernel that is a point itself may not be made to fail; NULL: it may. */
const char *not_injectable(enum point p, const struct caps *caps);
void entry_programs(enum point p, struct programs *ret);
void describe_call(enum point p, char *ret, size_t size);

/* Bios, where calls can be made to fail: bio.c. "" for a point that is no bio. */
#define BIO_SUBMITTED "submit_bio_noacct"
#define BIO_FUNCTION "should_fail_bio"
void probe_bios(const struct btf *btf, struct caps *caps);
const char *bios_out_of_reach(const struct error *why);
/* Where a call or a bio is made to fail: trampoline.c. */
void describe_failing(enum point p, char *ret, size_t size);

/* The sys_enter tracepoint: tracepoint.c. */
int probe_sys_enter(const struct btf *btf, struct caps *caps, struct error *why);
const char *number_out_of_reach(enum point p, const struct caps *caps);
const char *tracepoint_out_of_reach(enum point p, const struct caps *caps);
void sys_enter_programs(enum point p, struct programs *ret);
void describe_sys_enter(enum point p, char *ret, size_t size);

/* Threads may sleep on their way back to user space: delay.c. */
/* Whether programs at functions of user space may sleep, and jinx sees what is mapped. */
int probe_uprobe_sleep(const struct btf *btf, struct caps *caps, struct error *why);
int probe_resume(const struct btf *btf, struct caps *caps, struct error *why);

/* A perf event of a cgroup's CPU time: hold.c. */
struct tick {
	uint64_t period_ns;
	bool in_user_space; /* no other ones */
};
int probe_tick(struct error *why);
/* One event a CPU and cgroup; the cookie is the target's slot on the kernel side. */
int attach_ticks(const struct attaching *a, unsigned int binding, struct bpf_program *program,
	struct tick tick);

/* The target as such: keeper.c. */
const char *whole_out_of_reach(enum point p, const struct caps *caps);
const char *whole_blind(unsigned int asks, enum point p, const struct caps *caps);

/* A program on the cgroups of all targets whose rules share it; for packets: cgroup.c. */
int attach_to_cgroups(const struct attaching *a, unsigned int binding, struct bpf_program *program);
int probe_packets(const struct btf *btf, struct caps *caps, struct error *why);
const char *packets_blind(unsigned int asks, enum point p, const struct caps *caps);

/* Sees calls end that the kernel makes again as restart_syscall(), if it can: kprobe.c. */
void kprobe_attach_restarted(const struct attaching *a);

/* At the functions of user space that make calls: uprobe.c. */
int look_at_others(struct error *why); /* what they map can be seen and opened */
int look_at_roots(struct error *why);  /* files can be opened that they see */
void wrapper_prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding,
	struct bpf_program *program);
int wrapper_attach(const struct attaching *a, unsigned int binding, struct bpf_program *program);
int wrapper_attach_all(const struct attaching *a); /* last; nothing without such a binding */
int wrapper_attach_counter(const struct attaching *a, unsigned int binding);
void wrapper_describe(enum point p, char *ret, size_t size);

/* Programs there may change registers: shorten.c. */
int probe_writing_registers(struct error *why);

/* Functions of programs that are points themselves: function.c. */
void function_prepare(struct jinx_bpf *skel, const struct plan *plan, struct bpf_program *program);
int function_attach(const struct attaching *a, unsigned int place, struct bpf_program *program);

/* The BPF LSM: lsm.c. */
int probe_lsm(const struct btf *btf, struct caps *caps, struct error *why);
const char *blind_at_lsm_hook(unsigned int asks, enum point p, const struct caps *caps);

#endif
