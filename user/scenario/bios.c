// SPDX-License-Identifier: GPL-2.0
/* Faults of bios: what goes together. */
#include <errno.h>

#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/scenario.h"

/* What is known of a bio: its device, and which thread submits it. */
#define ASKED_OF_BIOS (FILTER_DEVICE | FILTER_WHO | FILTER_THREAD | FILTER_STACK)

static unsigned int count_bios(const struct fault_spec *f)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < f->n_points; i++)
		n += points[f->points[i]].kind == KIND_BIO;
	return n;
}

bool strikes_bios(const struct fault_spec *f)
{
	return f->n_points && points[f->points[0]].kind == KIND_BIO;
}

static int validate_everyone(
	const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	const struct target_spec *t = &s->targets[f->target];

	if (!f->where.n_devices)
		return complain(why, "\"everyone\" needs a device: where: {device: /dev/vdb}");
	if (where_asks(&f->where) & ~FILTER_DEVICE)
		return complain(why,
			"\"everyone\" is of all that is asked of the device: \"where\" "
			"takes nothing else beside it");
	if (has_identities(&t->only) || has_identities(&t->except))
		return complain(why, "\"everyone\" is of whoever uses the device: the target's "
				     "only and except can't narrow it");
	return 0;
}

/* The faults of system calls: neither key is for them. */
static int validate_calls(const struct fault_spec *f, struct error *why)
{
	if (f->everyone)
		return complain(why, "\"everyone\" belongs to bio_read, bio_write and bio_flush");
	if (strikes_calls(f) && where_asks(&f->where) & FILTER_DEVICE)
		return complain(why, "\"device\" is asked of bio_read, bio_write and bio_flush "
				     "alone; of a call's file \"path\"");
	return 0;
}

int validate_bios(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	unsigned int n = count_bios(f);

	if (!n)
		return validate_calls(f, why);
	if (n < f->n_points)
		return complain(
			why, "a fault is of bios or of system calls, not of both: write two");
	if (f->fault != FAULT_FAIL && f->fault != FAULT_DELAY)
		return complain(why, "\"%s\" is no system call: of faults it takes fail and delay",
			points[f->points[0]].name);
	if (f->at == AT_EXIT)
		return complain(
			why, "a bio fails before it is carried out: it takes no \"at: exit\"");
	for (unsigned int i = 0; i < f->n_errors; i++)
		if (f->errors[i] != EIO)
			return complain(why, "a bio can only fail with EIO, not with %s",
				errno_name(f->errors[i]));
	if (where_asks(&f->where) & ~ASKED_OF_BIOS)
		return complain(why,
			"a bio has a device and a thread that submits it: \"where\" takes device, "
			"comm, thread_name, uid, exe, cmdline, thread and stack with it");
	return f->everyone ? validate_everyone(s, f, why) : 0;
}
