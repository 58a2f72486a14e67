#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# generate.sh [BTF [MACHINE]]: writes vmlinux/MACHINE/vmlinux.h, the kernel's types, from a
# kernel's BTF (default: the running one's). Any recent kernel will do: the BPF side is CO-RE,
# and fields that differ between kernels are in bpf/compat.bpf.h. KERNEL_RELEASE names the
# kernel in the file's head; it has to be given for a BTF that isn't the running kernel's.
set -eu

running=/sys/kernel/btf/vmlinux
btf=${1:-$running}
machine=${2:-$(uname -m)}
out=$(dirname "$0")/$machine/vmlinux.h
bpftool=$(command -v bpftool || echo /usr/sbin/bpftool)

die() { echo "generate.sh: $*" >&2; exit 1; }

[ -x "$bpftool" ] || die "bpftool is missing (package bpftool)"
[ -r "$btf" ] || die "can't read $btf"
if [ "$btf" = "$running" ]; then
	release=${KERNEL_RELEASE:-$(uname -r)}
else
	release=${KERNEL_RELEASE:?"name the kernel that $btf belongs to"}
fi
mkdir -p "$(dirname "$out")"
trap 'rm -f "$out.new"' EXIT
{
	echo "/* Made by vmlinux/generate.sh from the BTF of Linux $release. */"
	"$bpftool" btf dump file "$btf" format c || die "$btf isn't a kernel's BTF"
} > "$out.new"
mv "$out.new" "$out"
