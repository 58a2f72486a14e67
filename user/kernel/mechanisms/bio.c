// SPDX-License-Identifier: GPL-2.0
/* Bios that fail: the function that is there for it, by fmod_ret as calls are (bpf/bio.bpf.h). */
#include <linux/bpf.h>
#include <bpf/btf.h>

#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"

void probe_bios(const struct btf *btf, struct caps *caps)
{
	static const struct probe failing = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_MODIFY_RETURN,
		.btf_name = BIO_FUNCTION,
		.btf_kind = BTF_KIND_FUNC};

	(void)probe_try(&failing, btf, &caps->no_bios);
}

const char *bios_out_of_reach(const struct error *why)
{
	return *why->message ? why->message : NULL;
}
