// SPDX-License-Identifier: GPL-2.0
#include "target/spots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "target/functions.h"
#include "target/roots.h"
#include "target/usdt.h"
#include "target/usdt_arguments.h"

#define RETURNS 0xc3	  /* of x86-64: ret, wherever it stands */
#define LOOKED_AT 0x10000 /* so many bytes from a function's beginning on */

/* The nearest one: its own, or its neighbour's, which are in the same mapping. */
static int32_t distance_to_return(int fd, uint64_t offset)
{
#if defined(__x86_64__)
	_cleanup_free_ unsigned char *code = malloc(LOOKED_AT);
	ssize_t n = code ? pread(fd, code, LOOKED_AT, offset) : -1;
	const unsigned char *found = n > 1 ? memchr(code + 1, RETURNS, n - 1) : NULL;

	return found ? found - code : 0;
#else
	(void)fd;
	(void)offset;
	return 0;
#endif
}

static int find_function(
	int fd, const struct code_place *place, struct spots *ret, struct error *why)
{
	struct function_place found;
	int err = functions_find(fd, place->file, place->name, &found, why);

	if (err)
		return err;
	ret->n = 1;
	ret->all[0] = (struct spot){
		.offset = found.offset, .to_return = distance_to_return(fd, found.offset)};
	return 0;
}

static bool take_probe(const struct usdt_place *p, void *context)
{
	struct spots *to = context;

	struct spot *spot = &to->all[to->n++];

	*spot = (struct spot){.offset = p->place.offset, .semaphore = p->place.semaphore};
	usdt_arguments(p->arguments, operand_here, &spot->arguments);
	return to->n == MAX_SPOTS;
}

int spots_find(int fd, const struct code_place *place, struct spots *ret, struct error *why)
{
	ret->n = 0;
	if (place->kind == CODE_USDT)
		return usdt_find(
			fd, place->file, place->provider, place->name, take_probe, ret, why);
	return find_function(fd, place, ret, why);
}

struct arguments_check {
	const struct filter *filter;
	int err;
	struct error *why;
};

static bool check_arguments(const struct usdt_place *p, void *context)
{
	struct arguments_check *c = context;

	for (unsigned int i = 0; i < c->filter->n_arguments && !c->err; i++)
		c->err = usdt_argument_check(
			p->arguments, operand_here, c->filter->arguments[i].argument, c->why);
	return c->err;
}

/* Each copy of the probe has all arguments that a fault asks for, in its `where` and its `not`. */
static int check_asked(
	int fd, const struct code_place *place, const struct where *w, struct error *why)
{
	int err = 0;

	for (; w && !err; w = w->barred) {
		struct arguments_check c = {.filter = &w->filter, .why = why};

		err = usdt_find(fd, place->file, place->provider, place->name, check_arguments, &c,
			      why)
			      ?: c.err;
	}
	return err;
}

/* `where`: NULL: nothing is asked. */
static int check(const struct target *t, enum point p, const struct where *where, struct error *why)
{
	const struct code_place *place = code_place(p);
	_cleanup_fd_ int fd = -1;
	struct error reason = {};
	struct spots found;

	if (!is_user_code(p))
		return 0;
	fd = target_open_file(t, place->file);
	if (fd < 0)
		return error_set(why, -EINVAL, "%.200s: %s", points[p].name, open_error(fd));
	if (!spots_find(fd, place, &found, &reason) &&
		(place->kind != CODE_USDT || !check_asked(fd, place, where, &reason)))
		return 0;
	return error_set(why, -EINVAL, "%.200s: %.250s", points[p].name, reason.message);
}

int spots_check(const struct scenario *s, const struct targets *t, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < s->n_faults; i++)
		for (unsigned int k = 0; k < s->faults[i].n_points && !err; k++) {
			err = check(&t->all[s->faults[i].target], s->faults[i].points[k],
				&s->faults[i].where, why);
			if (err)
				why->place = s->faults[i].place;
		}
	/* One of them has it. */
	for (unsigned int k = 0; k < s->n_observed && !err; k++) {
		err = -EINVAL;
		for (unsigned int i = 0; i < t->n && err; i++)
			err = check(&t->all[i], s->observed[k], NULL, why);
	}
	return err;
}
