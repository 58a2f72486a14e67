// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel side, one object: mechanisms share rules and counters. Every
 * program is optional; user space loads those that the plan names.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Global, so that the verifier checks each of these once and not once a program. */
#define SHARED __noinline

#include "abi.h"
#include "maps.bpf.h"
#include "compat.bpf.h"
#include "arguments.bpf.h"
#include "probe.bpf.h"
#include "gate.bpf.h"
#include "task_work.bpf.h"
#include "decide.bpf.h"
#include "corrupt.h"
#include "file.bpf.h"
#include "cmdline.bpf.h"
#include "target.bpf.h"
#include "path.bpf.h"
#include "unix.bpf.h"
#include "peer.bpf.h"
#include "partition.bpf.h"
#include "filter.bpf.h"
#include "stack.bpf.h"
#include "signals.bpf.h"
#include "account.bpf.h"
#include "socket.bpf.h"
#include "budget.bpf.h"
#include "meter.bpf.h"
#include "segment.bpf.h"
#include "dns.bpf.h"
#include "http.bpf.h"
#include "strike.bpf.h"
#include "corrupt.bpf.h"
#include "delay.bpf.h"
#include "sleep.bpf.h"
#include "hold.bpf.h"
#include "preempt.bpf.h"
#include "holder.bpf.h"
#include "skew.bpf.h"
#include "deadline.bpf.h"

#include "syscall.bpf.h"
#include "wrapper.bpf.h"
#include "shorten.bpf.h"
#include "function.bpf.h"
#include "override.bpf.h"
#include "bio.bpf.h"
#include "security.bpf.h"
#include "network.bpf.h"
#include "shape.bpf.h"
#include "loss.bpf.h"
#include "metering.bpf.h"
#include "tracepoint.bpf.h"
#include "notice.bpf.h"
#include "resolve.bpf.h"

char LICENSE[] SEC("license") = "GPL";
