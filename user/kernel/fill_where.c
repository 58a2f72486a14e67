// SPDX-License-Identifier: GPL-2.0
#include "kernel/fill_where.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "jinx.skel.h"
#include "base/cleanup.h"
#include "kernel/mapping.h"
#include "kernel/paths.h"
#include "target/roots.h"

static void fill_asking(struct jinx_bpf *skel, unsigned int rule, const struct where *w)
{
	uint64_t bit = 1ull << rule;
	unsigned int asks = where_asks(w);

	skel->rodata->filtering |= asks != 0;
	skel->rodata->rules_with_fd |= asks & FILTER_FD ? bit : 0;
	skel->rodata->rules_with_path |= asks & FILTER_PATH ? bit : 0;
	skel->rodata->rules_with_peer |= asks & FILTER_PEER ? bit : 0;
	skel->rodata->rules_with_stack |= asks & FILTER_STACK ? bit : 0;
	skel->rodata->rules_with_device |= asks & FILTER_DEVICE ? bit : 0;
	skel->rodata->rules_with_argument |= asks & FILTER_ARGUMENT ? bit : 0;
	for (unsigned int k = 0; k < NR_FILTER_KINDS; k++)
		skel->rodata->asking[k] |= w->filter.asks >> k & 1 ? bit : 0;
}

/* How many texts of command lines the rule asks for, in its target's narrowing too. */
static unsigned int count_cmdlines(const struct plan *plan, unsigned int rule)
{
	const struct fault_spec *f = plan->rules[rule].fault;
	const struct target_spec *t = &plan->scenario->targets[f->target];
	unsigned int n = t->only.n_cmdline + t->except.n_cmdline;

	for (const struct where *w = &f->where; w; w = w->barred)
		n += w->who.n_cmdline;
	return n;
}

void fill_where_constants(struct jinx_bpf *skel, const struct plan *plan)
{
	bool names_files = false, walks_user = false, walks_kernel = false;

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		unsigned int n = count_cmdlines(plan, i);

		fill_asking(skel, i, &plan->rules[i].fault->where);
		skel->rodata->rules_with_cmdline |= n ? 1ull << i : 0;
		skel->rodata->n_cmdline_tests += n;
		for (const struct where *w = &plan->rules[i].fault->where; w; w = w->barred) {
			skel->rodata->n_port_tests += w->n_ports;
			skel->rodata->n_network_tests +=
				w->n_networks + w->n_hosts * HOST_ADDRESSES;
			skel->rodata->n_socket_tests += w->n_sockets;
			skel->rodata->n_device_tests += w->n_devices;
			for (unsigned int k = 0; k < w->n_stacks; k++)
				*(w->stacks[k].file ? &walks_user : &walks_kernel) = true;
			names_files |= w->n_paths || w->who.n_exe;
		}
	}
	if (skel->rodata->n_cmdline_tests > MAX_CMDLINES) /* some are the same ones */
		skel->rodata->n_cmdline_tests = MAX_CMDLINES;
	if (names_files)
		bpf_program__set_autoload(skel->progs.resolve_file, true);
	if (walks_user)
		bpf_program__set_autoload(skel->progs.resolve_mapping, true);
	if (walks_kernel)
		bpf_map__set_max_entries(skel->maps.kernel_stacks, MAX_STACKS);
	skel->rodata->walks_user = walks_user;
	skel->rodata->walks_kernel = walks_kernel;
}

static int fill_program(
	struct jinx_bpf *skel, const struct target *t, const char *path, struct file_id *ret)
{
	_cleanup_fd_ int fd = target_open(t, path, O_PATH);
	struct resolve_file r;
	int err = fd < 0 ? fd : file_resolve(bpf_program__fd(skel->progs.resolve_file), fd, &r);

	if (!err)
		*ret = r.file;
	return err;
}

/* The text's bit. The kernel side compares whole words, and makes its own spaces NUL. */
static unsigned int fill_cmdline(struct cmdline_test tests[MAX_CMDLINES], const char *text)
{
	static const struct cmdline_test none;
	struct cmdline_test t = {};
	unsigned int n = 0;

	for (unsigned int i = 0; text[i] && i < sizeof(t.words); i++) {
		((char *)t.words)[i] = text[i] == ' ' ? '\0' : text[i];
		((unsigned char *)t.mask)[i] = 0xff;
	}
	/* There is room: scenario_validate(). */
	while (memcmp(&tests[n], &none, sizeof(t)) && memcmp(&tests[n], &t, sizeof(t)))
		n++;
	tests[n] = t;
	return 1u << n;
}

int fill_identity(struct jinx_bpf *skel, struct identity *to, const struct identities *from,
	const struct target *t)
{
	to->n_comm = from->n_comm;
	to->n_thread_name = from->n_thread_name;
	to->n_uid = from->n_uid;
	to->n_exe = from->n_exe;
	for (unsigned int i = 0; i < from->n_comm; i++)
		snprintf(to->comm[i], COMM_LEN, "%s", from->comm[i]);
	for (unsigned int i = 0; i < from->n_thread_name; i++)
		snprintf(to->thread_name[i], COMM_LEN, "%s", from->thread_name[i]);
	for (unsigned int i = 0; i < from->n_uid; i++)
		to->uid[i] = from->uid[i];
	for (unsigned int i = 0; i < from->n_cmdline; i++)
		to->cmdlines |= fill_cmdline(skel->bss->cmdline_tests, from->cmdline[i]);
	for (unsigned int i = 0; i < from->n_exe; i++) {
		int err = fill_program(skel, t, from->exe[i], &to->exe[i]);

		if (err)
			return err;
	}
	return 0;
}

static int fill_stack_test(
	struct jinx_bpf *skel, struct stack_test *t, const struct function *f, struct askers by)
{
	*t = (struct stack_test){.low = f->low, .high = f->high, .by = by};
	return f->fd < 0 ? 0
			 : mapping_resolve(
				   bpf_program__fd(skel->progs.resolve_mapping), f->fd, &t->file);
}

/* Where the next values go; there is room for all: scenario_validate(). */
struct filling {
	struct jinx_bpf *skel;
	const struct targets *targets;
	unsigned int ports, networks, hosts, sockets, stacks, devices;
};

static void add_askers(struct askers *to, unsigned int chosen, unsigned int n, struct askers by)
{
	for (unsigned int i = 0; i < n; i++) {
		to[i].rules |= chosen >> i & 1 ? by.rules : 0;
		to[i].barred |= chosen >> i & 1 ? by.barred : 0;
	}
}

/* From the end of the table on: before them are the networks, of which there may be any number. */
static struct network_test *host_tests(struct jinx_bpf *skel, unsigned int index)
{
	return &skel->bss->network_tests[skel->rodata->n_network_tests -
					 (index + 1) * HOST_ADDRESSES];
}

void fill_host(struct jinx_bpf *skel, unsigned int index, const struct host_addresses *h)
{
	struct network_test *t = host_tests(skel, index);

	for (unsigned int i = 0; i < h->n; i++) {
		if (!memcmp(&t[i].network, &h->all[i], sizeof(t[i].network)))
			continue;
		/* While an address is written it is nobody's. */
		__atomic_store_n(&t[i].network.family, 0, __ATOMIC_SEQ_CST);
		memcpy(t[i].network.address, h->all[i].address, sizeof(t[i].network.address));
		memcpy(t[i].network.mask, h->all[i].mask, sizeof(t[i].network.mask));
		__atomic_store_n(&t[i].network.family, h->all[i].family, __ATOMIC_SEQ_CST);
	}
}

static int fill_tests(struct filling *f, const struct where *w, struct askers by)
{
	struct jinx_bpf *skel = f->skel;
	int err = 0;

	add_askers(skel->bss->kind_askers, w->fd_kinds, NR_FD_KINDS, by);
	add_askers(skel->bss->protocol_askers, w->protocols, NR_PROTOCOLS, by);
	for (unsigned int i = 0; i < w->n_ports; i++)
		skel->bss->port_tests[f->ports++] = (struct port_test){w->ports[i], by};
	for (unsigned int i = 0; i < w->n_networks; i++)
		skel->bss->network_tests[f->networks++] =
			(struct network_test){.network = w->networks[i], .by = by};
	for (unsigned int i = 0; i < w->n_hosts; i++, f->hosts++) {
		struct network_test *t = host_tests(skel, f->hosts);

		for (unsigned int k = 0; k < HOST_ADDRESSES; k++)
			t[k] = (struct network_test){.is_of_host = 1, .by = by};
		fill_host(skel, f->hosts, &f->targets->hosts[f->hosts]);
	}
	for (unsigned int i = 0; i < w->n_sockets; i++)
		skel->bss->socket_tests[f->sockets++] = (struct socket_test){w->sockets[i], by};
	/* In the order of the rules, as where_find() found them. */
	for (unsigned int i = 0; i < w->n_devices; i++, f->devices++)
		skel->bss->device_tests[f->devices] =
			(struct device_test){.device = f->targets->devices[f->devices], .by = by};
	for (unsigned int i = 0; i < w->n_stacks && !err; i++, f->stacks++)
		err = fill_stack_test(skel, &skel->bss->stack_tests[f->stacks],
			&f->targets->functions[f->stacks], by);
	return err;
}

static int fill_filter(struct filling *f, struct filter *to, const struct where *w,
	const struct target *t, struct askers by)
{
	*to = w->filter;
	return fill_tests(f, w, by) ?: fill_identity(f->skel, &to->who, &w->who, t);
}

int fill_where(struct jinx_bpf *skel, const struct plan *plan, const struct targets *targets)
{
	struct filling f = {.skel = skel, .targets = targets};
	int err = 0;

	for (unsigned int i = 0; i < plan->n_rules && !err; i++) {
		const struct where *w = &plan->rules[i].fault->where;
		const struct target *t = &targets->all[plan->rules[i].fault->target];

		err = fill_filter(
			&f, &skel->bss->filters[i], w, t, (struct askers){.rules = 1ull << i});
		if (!err && w->barred)
			err = fill_filter(&f, &skel->bss->nots[i], w->barred, t,
				(struct askers){.barred = 1ull << i});
	}
	return err;
}
