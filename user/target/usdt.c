// SPDX-License-Identifier: GPL-2.0
#include "target/usdt.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "target/elf_file.h"
#include "target/instruction.h"

/* https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation */
#define NOTES ".note.stapsdt"
#define BASE ".stapsdt.base"
#define OWNER "stapsdt"
#define NOTE_PROBE 3

/* A note begins with these, and three texts follow. */
struct addresses {
	uint64_t place, base, semaphore;
};

/* The text at *at, moved to what follows it. NULL: it doesn't end. */
static const char *next_text(const char **at, const char *end)
{
	const char *text = *at, *zero = memchr(text, '\0', end - text);

	*at = zero ? zero + 1 : end;
	return zero ? text : NULL;
}

/* A file with notes. */
struct noted {
	Elf *elf;
	bool has_base;
	uint64_t base;
};

/*
 * Notes keep their addresses when prelink moves the file; then the section that says where the base
 * is has moved as far.
 */
static bool locate(const struct noted *f, const struct addresses *a, struct function_place *ret)
{
	uint64_t moved = f->has_base ? f->base - a->base : 0;

	ret->address = a->place + moved;
	return elf_offset(f->elf, ret->address, PF_X, &ret->offset) &&
	       (!a->semaphore || elf_offset(f->elf, a->semaphore + moved, PF_W, &ret->semaphore));
}

static bool read_note(
	const struct noted *f, const char *at, const char *end, struct usdt_place *ret)
{
	struct addresses a;
	char shown[sizeof(ret->place.name)];

	*ret = (struct usdt_place){};
	if ((size_t)(end - at) < sizeof(a))
		return false;
	memcpy(&a, at, sizeof(a));
	at += sizeof(a);
	ret->provider = next_text(&at, end);
	ret->name = next_text(&at, end);
	ret->arguments = next_text(&at, end);
	if (!ret->provider || !ret->name || !*ret->name || !locate(f, &a, &ret->place))
		return false;
	ret->arguments = ret->arguments ?: "";
	snprintf(shown, sizeof(shown), "%s:%s", ret->provider, ret->name);
	printable(shown, "", ret->place.name, sizeof(ret->place.name));
	return true;
}

/* Until `found` returns true. Notes that say nonsense are left out. */
static void each_note(Elf *elf, usdt_found found, void *context)
{
	GElf_Shdr header, base;
	Elf_Scn *section = elf_section(elf, NOTES, &header);
	struct noted f = {.elf = elf, .has_base = elf_section(elf, BASE, &base)};
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	size_t offset = 0, name, text;
	GElf_Nhdr note;

	f.base = f.has_base ? base.sh_addr : 0;
	while (data && header.sh_type == SHT_NOTE &&
		(offset = gelf_getnote(data, offset, &note, &name, &text))) {
		const char *at = (const char *)data->d_buf + text;
		struct usdt_place p;

		if (note.n_type == NOTE_PROBE && note.n_namesz == sizeof(OWNER) &&
			!memcmp((const char *)data->d_buf + name, OWNER, sizeof(OWNER)) &&
			read_note(&f, at, at + note.n_descsz, &p) && found(&p, context))
			return;
	}
}

static int each_in_file(
	int fd, const char *file, usdt_found found, void *context, struct error *why)
{
	Elf *elf;
	int err = elf_open(fd, &elf);

	if (err)
		return elf_refuse(fd, file, why);
	err = elf_check_loadable(elf, file, why);
	if (!err)
		each_note(elf, found, context);
	elf_end(elf);
	return err;
}

struct search {
	int fd, err;
	const char *provider, *name, *pattern;
	usdt_found found;
	void *context;
	struct error *why;
	unsigned int n;
};

static bool take_named(const struct usdt_place *p, void *context)
{
	struct search *s = context;

	if (strcmp(p->name, s->name) || (s->provider && strcmp(p->provider, s->provider)))
		return false;
	s->n++;
	s->err = instruction_eligible(s->fd, p->place.offset, p->place.name, s->why);
	return s->err || s->found(p, s->context);
}

int usdt_find(int fd, const char *file, const char *provider, const char *name, usdt_found found,
	void *context, struct error *why)
{
	struct search s = {.fd = fd,
		.provider = provider,
		.name = name,
		.found = found,
		.context = context,
		.why = why};
	int err = each_in_file(fd, file, take_named, &s, why) ?: s.err;

	if (err || s.n)
		return err;
	return error_set(why, -ENOENT,
		"\"%s\" has no USDT probe \"%s%s%s\"; jinx list points 'usdt:%s:*' shows what it "
		"has",
		file, provider ?: "", provider ? ":" : "", name, file);
}

static bool take_matching(const struct usdt_place *p, void *context)
{
	struct search *s = context;
	char full[1024];

	snprintf(full, sizeof(full), "%s:%s", p->provider, p->name);
	if (fnmatch(s->pattern, full, 0) && fnmatch(s->pattern, p->name, 0))
		return false;
	s->n++;
	return s->found(p, s->context);
}

int usdt_each(int fd, const char *file, const char *pattern, usdt_found found, void *context,
	struct error *why)
{
	struct search s = {.pattern = pattern, .found = found, .context = context};
	int err = each_in_file(fd, file, take_matching, &s, why);

	if (err || s.n)
		return err;
	return error_set(why, -ENOENT, "no USDT probe of \"%s\" matches \"%s\"", file, pattern);
}
