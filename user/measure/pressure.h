/* SPDX-License-Identifier: GPL-2.0 */
/* How long some thread of a target stood still for want of something
 * (Documentation/accounting/psi.rst). */
#ifndef JINX_PRESSURE_H
#define JINX_PRESSURE_H

enum pressure_of { PRESSURE_CPU, PRESSURE_MEMORY, PRESSURE_IO, NR_PRESSURES };

struct pressure {
	double share[NR_PRESSURES]; /* of the phase; NAN: the kernel doesn't tell */
};

#endif
