/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_ROLE_H
#define JINX_ROLE_H

/* Of a phase: one with faults is inject; before the first of them baseline, all others recover. */
enum role { ROLE_BASELINE, ROLE_INJECT, ROLE_RECOVER, NR_ROLES };

extern const char *const role_names[NR_ROLES];

#endif
