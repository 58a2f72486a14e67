// SPDX-License-Identifier: GPL-2.0
#include "kernel/clones.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "jinx.skel.h"
#include "kernel/arch.h"
#include "kernel/core_types.h"
#include "kernel/kfuncs.h"
#include "kernel/mechanisms/mechanism.h"
#include "kernel/variables.h"
#include "linger.skel.h"
#include "scenario/names.h"

/* A trampoline has room for 38 programs (include/linux/bpf.h: BPF_MAX_TRAMP_LINKS, 6.12). */
#define MOST 32
#define LEAST 16
#define A_CPU 4

struct clone {
	int prog, link;
};

struct clones {
	struct linger_bpf *skel;
	struct btf *kernel;
	unsigned int each;		 /* clones a point */
	struct bpf_func_info *functions; /* of the program, by their first instructions */
	unsigned int n_functions;
	unsigned int n;
	struct clone *all;
};

/* All maps but those of the object's own constants: there are no others with a dot in the name. */
static int share(struct linger_bpf *own, const struct jinx_bpf *main, const char **ret_what)
{
	struct bpf_map *map;
	int err = bpf_map__reuse_fd(own->maps.bss, bpf_map__fd(main->maps.bss));

	*ret_what = "variables";
	bpf_object__for_each_map(map, own->obj)
	{
		if (err || strchr(bpf_map__name(map), '.'))
			continue;
		*ret_what = bpf_map__name(map);
		err = bpf_object__find_map_fd_by_name(main->obj, *ret_what);
		err = err < 0 ? err : bpf_map__reuse_fd(map, err);
	}
	return err;
}

/* The program reads jinx.bpf.c's variables where they are, and its constants as copies. */
static int share_all(struct linger_bpf *own, struct jinx_bpf *main, const char **ret_what)
{
	const struct variables bss = {main->obj, NULL}, own_bss = {own->obj, NULL};
	const struct variables rodata = {main->obj, main->rodata};
	const struct variables own_rodata = {own->obj, own->rodata};
	int err = variables_at_same_places(&bss, &own_bss, ".bss", ret_what);

	if (!err)
		err = variables_copy(&rodata, &own_rodata, ".rodata", ret_what);
	return err ?: share(own, main, ret_what);
}

static int ascending(const void *a, const void *b)
{
	const struct bpf_func_info *x = a, *y = b;

	return (int)x->insn_off - (int)y->insn_off;
}

static bool known(const struct clones *c, unsigned int insn)
{
	for (unsigned int i = 0; i < c->n_functions; i++)
		if (c->functions[i].insn_off == insn)
			return true;
	return false;
}

/* Where the program's functions begin: at what is called and what is handed to helpers. */
static int find_functions(struct clones *c)
{
	const struct bpf_insn *insns = bpf_program__insns(c->skel->progs.linger);
	unsigned int n = bpf_program__insn_cnt(c->skel->progs.linger);

	c->functions = calloc(n, sizeof(*c->functions));
	if (!c->functions)
		return -ENOMEM;
	c->n_functions = 1; /* the main one, at 0 */
	for (unsigned int i = 0; i < n; i++) {
		bool call = insns[i].code == (BPF_JMP | BPF_CALL) &&
			    insns[i].src_reg == BPF_PSEUDO_CALL;
		bool pointer = insns[i].code == (BPF_LD | BPF_IMM | BPF_DW) &&
			       insns[i].src_reg == BPF_PSEUDO_FUNC;

		if ((call || pointer) && !known(c, i + insns[i].imm + 1))
			c->functions[c->n_functions++].insn_off = i + insns[i].imm + 1;
	}
	qsort(c->functions, c->n_functions, sizeof(*c->functions), ascending);
	return 0;
}

/*
 * The kernel wants a type for every function, and of those that are called back it wants to see
 * that they are static (kernel/bpf/verifier.c: check_ld_imm, 6.12). It asks no more of it, so one
 * function's type does for all.
 */
static int type_functions(struct clones *c)
{
	const struct btf *btf = bpf_object__btf(c->skel->obj);
	int entry = btf__find_by_name_kind(btf, "linger", BTF_KIND_FUNC);
	int other = btf__find_by_name_kind(btf, "spin_step", BTF_KIND_FUNC);
	int err = find_functions(c);

	if (err || entry < 0 || other < 0)
		return err ?: -ENOENT;
	for (unsigned int i = 0; i < c->n_functions; i++)
		c->functions[i].type_id = i ? other : entry;
	return 0;
}

static int load(struct clones *c, struct jinx_bpf *main, const char **ret_what)
{
	int err;

	c->kernel = btf__load_vmlinux_btf();
	c->skel = linger_bpf__open_opts(core_types_options());
	if (!c->kernel || !c->skel)
		return -errno;
	kfuncs_adapt(c->skel->obj);
	err = share_all(c->skel, main, ret_what);
	if (err)
		return err;
	*ret_what = "the program";
	err = bpf_program__set_attach_target(c->skel->progs.linger, 0, SYSCALL_PREFIX "getpgid");
	if (!err)
		err = linger_bpf__load(c->skel);
	return err ?: type_functions(c);
}

int clones_load(struct jinx_bpf *main, struct clones **ret, struct error *why)
{
	long wanted = A_CPU * sysconf(_SC_NPROCESSORS_ONLN);
	struct clones *c = calloc(1, sizeof(*c));
	const char *what = "memory";
	int err = c ? load(c, main, &what) : -ENOMEM;

	if (err) {
		error_errno(why, err, "loading the clones: %s", what);
		clones_free(c);
		return err;
	}
	c->each = wanted < LEAST ? LEAST : wanted > MOST ? MOST : wanted;
	*ret = c;
	return 0;
}

static int add(struct clones *c, unsigned int number, int btf_id, unsigned int clone)
{
	const struct bpf_program *original = c->skel->progs.linger;
	LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = BPF_MODIFY_RETURN,
		.attach_btf_id = btf_id, .prog_flags = BPF_F_SLEEPABLE,
		.prog_btf_fd = bpf_object__btf_fd(c->skel->obj), .func_info = c->functions,
		.func_info_cnt = c->n_functions, .func_info_rec_size = sizeof(*c->functions));
	LIBBPF_OPTS(
		bpf_link_create_opts, link, .tracing.cookie = CLONE_COOKIE(clone, c->each, number));
	struct clone *all = realloc(c->all, (c->n + 1) * sizeof(*all)), *new;

	if (!all)
		return -ENOMEM;
	c->all = all;
	new = &all[c->n];
	*new = (struct clone){.link = -1};
	new->prog = bpf_prog_load(BPF_PROG_TYPE_TRACING, "linger", "GPL",
		bpf_program__insns(original), bpf_program__insn_cnt(original), &load);
	if (new->prog < 0)
		return new->prog;
	c->n++;
	new->link = bpf_link_create(new->prog, 0, BPF_MODIFY_RETURN, &link);
	return new->link < 0 ? new->link : 0;
}

int clones_attach(struct clones *c, enum point point, unsigned int number)
{
	char function[FUNCTION_MAX];
	int id, err = 0;

	id = btf__find_by_name_kind(
		c->kernel, call_function(point, function, sizeof(function)), BTF_KIND_FUNC);
	if (id < 0)
		return id;
	for (unsigned int i = 0; i < c->each && !err; i++)
		err = add(c, number, id, i);
	return err;
}

void clones_detach(struct clones *c)
{
	for (unsigned int i = 0; i < c->n; i++) {
		if (c->all[i].link >= 0)
			close(c->all[i].link);
		c->all[i].link = -1;
	}
}

void clones_free(struct clones *c)
{
	if (!c)
		return;
	clones_detach(c);
	for (unsigned int i = 0; i < c->n; i++)
		close(c->all[i].prog);
	free(c->all);
	free(c->functions);
	linger_bpf__destroy(c->skel);
	btf__free(c->kernel);
	free(c);
}
