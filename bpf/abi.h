/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel side and user space share, a header a subject. Fixed-width fields only: both
 * sides compile these files, one of them for the BPF machine.
 */
#ifndef JINX_ABI_H
#define JINX_ABI_H

#include "abi/caller.h"
#include "abi/corrupt.h"
#include "abi/counters.h"
#include "abi/event.h"
#include "abi/filter.h"
#include "abi/gate.h"
#include "abi/meter.h"
#include "abi/point.h"
#include "abi/probe.h"
#include "abi/resolve.h"
#include "abi/rule.h"
#include "abi/dns.h"
#include "abi/http.h"
#include "abi/shape.h"
#include "abi/skew.h"
#include "abi/wrapper.h"

#endif
