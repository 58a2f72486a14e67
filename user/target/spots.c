// SPDX-License-Identifier: GPL-2.0
#include "target/spots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "target/elf_file.h"
#include "target/functions.h"
#include "target/instruction.h"
#include "target/prologue.h"
#include "target/replaced.h"
#include "target/returns.h"
#include "target/roots.h"
#include "target/usdt.h"
#include "target/usdt_arguments.h"

#define RETURNS 0xc3	  /* of x86-64: ret, wherever it stands */
#define LOOKED_AT 0x10000 /* so many bytes from a function's beginning on */

#define NO_RETURN_NEAR "no instruction that returns is near, by which it could fail"

/* The nearest one: its own, or its neighbour's, which are in the same mapping. What the file has
 * behind that is mapped elsewhere. */
static int32_t distance_to_return(int fd, Elf *elf, uint64_t offset)
{
#if defined(__x86_64__)
	uint64_t left = elf_code_left(elf, offset);
	_cleanup_free_ unsigned char *code = malloc(LOOKED_AT);
	ssize_t n = code ? pread(fd, code, left < LOOKED_AT ? left : LOOKED_AT, offset) : -1;
	const unsigned char *found = n > 1 ? memchr(code + 1, RETURNS, n - 1) : NULL;

	return found ? found - code : 0;
#else
	(void)fd;
	(void)elf;
	(void)offset;
	return 0;
#endif
}

static void look_at_function(Elf *elf, const struct function_place *p, struct spots *ret)
{
	struct returns returns;

	ret->of_go = elf_is_of_go(elf);
	returns_of(elf, p->address, &returns);
	ret->no_return = p->inside ? "it is inside of the function" : returns.refused;
	ret->inside = p->inside || returns.jumped_to;
}

/* What its beginning tests comes again and again, see prologue.h. */
static int skip_prologue(int fd, struct function_place *p, struct error *why)
{
	unsigned char code[32];
	ssize_t n = pread(fd, code, sizeof(code), (off_t)p->offset);

	p->offset += n > 0 ? prologue_of_go(code, n) : 0;
	return instruction_eligible(fd, p->offset, p->name, why);
}

static int find_function(
	int fd, const struct code_place *place, struct spots *ret, struct error *why)
{
	struct function_place found;
	int err = functions_find(fd, place->file, place->name, &found, why);
	Elf *elf;

	if (err)
		return err;
	err = elf_open(fd, &elf);
	if (err)
		return error_set(why, err, "\"%s\" is no program or library", place->file);
	look_at_function(elf, &found, ret);
	if (ret->of_go && !ret->inside)
		err = skip_prologue(fd, &found, why);
	ret->n = 1;
	ret->all[0] = (struct spot){
		.offset = found.offset, .to_return = distance_to_return(fd, elf, found.offset)};
	elf_end(elf);
	return err;
}

static bool take_probe(const struct usdt_place *p, void *context)
{
	struct spots *to = context;
	struct spot *spot = &to->all[to->n];

	to->too_many = to->n == MAX_SPOTS;
	if (to->too_many)
		return true;
	*spot = (struct spot){.offset = p->place.offset, .semaphore = p->place.semaphore};
	usdt_arguments(p->arguments, operand_here, &spot->arguments);
	to->n++;
	return false;
}

static int find_probe(int fd, const struct code_place *place, struct spots *ret, struct error *why)
{
	int err = usdt_find(fd, place->file, place->provider, place->name, take_probe, ret, why);

	if (err || !ret->too_many)
		return err;
	return error_set(
		why, -E2BIG, "it has more than %u places in \"%s\"", MAX_SPOTS, place->file);
}

int spots_find(int fd, const struct code_place *place, struct spots *ret, struct error *why)
{
	*ret = (struct spots){};
	if (place->kind == CODE_USDT)
		return find_probe(fd, place, ret, why);
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

/* `asked`: by a fault there; NULL: by none. */
static int find_in(const struct target *t, enum point p, const struct where *asked,
	struct spots *ret, struct error *why)
{
	const struct code_place *place = code_place(p);
	_cleanup_fd_ int fd = target_open_file(t, place->file);
	struct error reason = {};

	if (fd == -ENOENT) {
		int mapped = replaced_open_any(t, place->file);

		fd = mapped < 0 ? fd : mapped;
	}

	if (fd < 0)
		return error_set(why, -EINVAL, "%.200s: %s", points[p].name, open_error(fd));
	if (!spots_find(fd, place, ret, &reason) &&
		(place->kind != CODE_USDT || !check_asked(fd, place, asked, &reason)))
		return 0;
	return error_set(why, -EINVAL, "%.200s: %.250s", points[p].name, reason.message);
}

/* Why the fault can't be had there; NULL: it can. */
static const char *unfit(const struct fault_spec *f, const struct spots *s)
{
	if (f->fault == FAULT_FAIL && s->inside)
		return "it is inside of the function, which can fail at its beginning alone";
	if (f->fault == FAULT_FAIL && f->at != AT_EXIT && !s->all[0].to_return)
		return NO_RETURN_NEAR;
	if (s->of_go && where_asks(&f->where) & FILTER_ARGUMENT)
		return "it is a Go program, whose arguments are not where \"arg\" looks for them";
	return f->at == AT_EXIT ? s->no_return : NULL;
}

static int check(
	const struct target *t, const struct fault_spec *f, enum point p, struct error *why)
{
	struct spots found;
	int err = find_in(t, p, &f->where, &found, why);
	const char *reason = err ? NULL : unfit(f, &found);

	if (reason)
		err = error_set(why, -EINVAL, "%.200s%s: %s", points[p].name,
			f->at == AT_EXIT ? " at its exit" : "", reason);
	if (err)
		why->place = f->place;
	return err;
}

/* One of the targets has it. */
static int check_observed(struct targets *t, enum point p, struct error *why)
{
	const char **untimed = &t->untimed[p - POINT_code_0];
	int err = -EINVAL;

	for (unsigned int i = 0; i < t->n; i++) {
		struct spots found;

		if (find_in(&t->all[i], p, NULL, &found, err ? why : &(struct error){}))
			continue;
		err = 0;
		*untimed = *untimed ?: found.no_return;
	}
	if (!err)
		*why = (struct error){};
	return err;
}

int spots_check(const struct scenario *s, struct targets *t, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < s->n_faults; i++)
		for (unsigned int k = 0; k < s->faults[i].n_points && !err; k++)
			if (is_user_code(s->faults[i].points[k]))
				err = check(&t->all[s->faults[i].target], &s->faults[i],
					s->faults[i].points[k], why);
	for (unsigned int k = 0; k < s->n_observed && !err; k++)
		if (is_user_code(s->observed[k]))
			err = check_observed(t, s->observed[k], why);
	return err;
}

const char *spots_untimed(const struct targets *t, enum point p)
{
	return is_user_code(p) ? t->untimed[p - POINT_code_0] : NULL;
}
