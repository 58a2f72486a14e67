#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# generate.sh [BTF [MACHINE]]: writes vmlinux/MACHINE/vmlinux.h, the kernel's types, from a
# kernel's BTF (default: the running one's). Any recent kernel will do: the BPF side is CO-RE,
# and fields that differ between kernels are in bpf/compat.bpf.h.
set -eu

btf=${1:-/sys/kernel/btf/vmlinux}
machine=${2:-$(uname -m)}
out=$(dirname "$0")/$machine/vmlinux.h
bpftool=$(command -v bpftool || echo /usr/sbin/bpftool)

[ -x "$bpftool" ] || { echo "generate.sh: bpftool is missing (package bpftool)" >&2; exit 1; }
[ -r "$btf" ] || { echo "generate.sh: can't read $btf" >&2; exit 1; }
mkdir -p "$(dirname "$out")"
{
	echo "/* Made by vmlinux/generate.sh from the BTF of Linux ${KERNEL_RELEASE:-$(uname -r)}. */"
	"$bpftool" btf dump file "$btf" format c
} > "$out.new"
mv "$out.new" "$out"
