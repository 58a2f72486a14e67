// SPDX-License-Identifier: GPL-2.0
/* `where`: its values, and the plans of rules that have one. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <netdb.h>

#include "made_up.h"
#include "scenario/keys.h"
#include "target/hosts.h"

static struct plan plan;

static void plan_of(const char *fault, const struct caps *c)
{
	struct scenario *s = scenario_of(fault, "{cgroup: a}");

	plan_make(s, c, &plan);
	scenario_free(s);
}

/* A path that a call names is resolved within it; a descriptor's is known at its entry. */
static void paths_choose_the_mechanism(void **state)
{
	struct caps c = caps_of(STOCK | BIT(FMOD_RET) | GATED);

	(void)state;
	plan_of("{fail: EIO, on: openat, where: {path: /etc/**}}", &c);
	assert_true(plan.rules[0].refused);
	assert_non_null(strstr(plan.rules[0].reason, "fmod_ret: at its entry the call's path"));
	assert_non_null(strstr(plan.rules[0].reason, "lsm: the call's hook is about no file"));
	c.subjects[1][HOOK_file_open][0] = SUBJECT_FILE;
	plan_of("{fail: EIO, on: openat, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_LSM);
	plan_of("{delay: 1s, on: openat, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_LSM_SLEEP);
	c.subjects[0][HOOK_file_open][0] = SUBJECT_FILE;
	plan_of("{fail: EIO, on: openat, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_SECURITY);
	plan_of("{fail: EIO, on: write, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_FMOD_RET);
}

static void sockets_hooks_see_no_stack(void **state)
{
	struct caps c = caps_of(NETWORK);

	(void)state;
	plan_of("{fail: EIO, on: connect, where: {stack: main}}", &c);
	assert_true(plan.rules[0].refused);
	assert_non_null(strstr(plan.rules[0].reason, "can't look at the stack"));
	plan_of("{fail: EIO, on: connect, where: {port: 80}}", &c);
	assert_false(plan.rules[0].refused);
}

/* What remains of a group is what goes that way. */
static void directions_narrow_groups(void **state)
{
	static const enum point receive[] = {
		POINT_accept, POINT_accept4, POINT_recvfrom, POINT_recvmsg, POINT_recvmmsg};
	struct scenario *s = scenario_of(
		"{fail: EIO, on: '%network', where: {direction: ingress}}", "{cgroup: a}");

	(void)state;
	assert_int_equal(s->faults[0].n_points, ARRAY_SIZE(receive));
	for (size_t i = 0; i < ARRAY_SIZE(receive); i++)
		assert_int_equal(s->faults[0].points[i], receive[i]);
	scenario_free(s);
}

static struct where where;

static void where_of(const char *text)
{
	struct fault_spec fault = {};
	struct error why = {};

	where_done(&where);
	if (take_option(find_key(BLOCK_FAULT, "where"), "where", text, &fault, &why))
		fail_msg("%s: %s", text, why.message);
	where = fault.where;
}

static void is_range(unsigned int i, unsigned int low, unsigned int high, enum port_end end)
{
	assert_true(i < where.n_ports);
	assert_int_equal(where.ports[i].low, low);
	assert_int_equal(where.ports[i].high, high);
	assert_int_equal(where.ports[i].end, end);
}

static void ports(void **state)
{
	(void)state;
	where_of("port: '80, 443,8000-8100'");
	assert_int_equal(where.n_ports, 3);
	is_range(0, 80, 80, PORT_EITHER);
	is_range(1, 443, 443, PORT_EITHER);
	is_range(2, 8000, 8100, PORT_EITHER);
	where_of("port: [0-1023, '65535']");
	is_range(0, 0, 1023, PORT_EITHER);
	is_range(1, 65535, 65535, PORT_EITHER);
	where_of("port: 80,443, remote_port: 1, 2,3"); /* in a flow mapping: commas end values */
	assert_int_equal(where.n_ports, 5);
	is_range(1, 443, 443, PORT_EITHER);
	is_range(4, 3, 3, PORT_REMOTE);
	where_of("not: {cidr: 10.0.0.0/8, fd00::/8, port: 1,2}, fd: file, socket");
	assert_int_equal(where.barred->n_networks, 2);
	assert_int_equal(where.barred->n_ports, 2);
	assert_int_equal(where.fd_kinds, 1 << FD_FILE | 1 << FD_SOCKET);
	where_of("local_port: 22, remote_port: [1, 2]");
	assert_int_equal(where.n_ports, 3);
	assert_int_equal(where.filter.asks, FILTER_LOCAL_PORT | FILTER_REMOTE_PORT);
	is_range(0, 22, 22, PORT_LOCAL);
	is_range(2, 2, 2, PORT_REMOTE);
}

static void is_network(const char *text, int family, const char *address, const char *mask)
{
	uint32_t wanted[2][4] = {};
	char where_text[100];

	snprintf(where_text, sizeof(where_text), "cidr: '%s'", text);
	where_of(where_text);
	assert_int_equal(where.n_networks, 1);
	assert_int_equal(where.networks[0].family, family);
	assert_int_equal(inet_pton(family, address, wanted[0]), 1);
	assert_int_equal(inet_pton(family, mask, wanted[1]), 1);
	assert_memory_equal(where.networks[0].address, wanted[0], 16);
	assert_memory_equal(where.networks[0].mask, wanted[1], 16);
}

/* IPv4 as IPv6 writes it is IPv4: the kernel side looks for it as such. */
static void networks(void **state)
{
	(void)state;
	is_network("10.0.0.0/8", AF_INET, "10.0.0.0", "255.0.0.0");
	is_network("10.1.2.3", AF_INET, "10.1.2.3", "255.255.255.255");
	is_network("0.0.0.0/0", AF_INET, "0.0.0.0", "0.0.0.0");
	is_network("fd00::/8", AF_INET6, "fd00::", "ff00::");
	is_network("fd00::/33", AF_INET6, "fd00::", "ffff:ffff:8000::");
	is_network("::/0", AF_INET6, "::", "::");
	is_network("::1", AF_INET6, "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	is_network("::ffff:10.0.0.0/104", AF_INET, "10.0.0.0", "255.0.0.0");
	is_network("::ffff:0:0/96", AF_INET, "0.0.0.0", "0.0.0.0");
	is_network("::ffff:10.1.2.3", AF_INET, "10.1.2.3", "255.255.255.255");
	is_network("::fffe:0:0/95", AF_INET6, "::fffe:0:0", "ffff:ffff:ffff:ffff:ffff:fffe::");
}

static void sockets(void **state)
{
	(void)state;
	where_of("socket: ['/run/a', '@a', '/run/ab'], not: {socket: /run/a}");
	assert_int_equal(where.filter.asks, FILTER_SOCKET);
	assert_int_equal(where.n_sockets, 3);
	/* As bpf/unix.bpf.h takes them: eight bytes at a time, names without files with their
	 * length. */
	assert_int_equal(where.sockets[0], socket_name_mix(0, 0x612f6e75722full));
	assert_int_equal(where.sockets[1], socket_name_mix(2, 0x6100));
	assert_int_equal(where.sockets[2], socket_name_mix(0, 0x62612f6e75722full));
	assert_int_equal(where.barred->n_sockets, 1);
	assert_int_equal(where.barred->sockets[0], where.sockets[0]);
	where_of("socket: '/run/abcd'");
	assert_int_equal(
		where.sockets[0], socket_name_mix(socket_name_mix(0, 0x6362612f6e75722full), 0x64));
}

static void hosts(void **state)
{
	struct sockaddr_in a = {AF_INET, 0, {htonl(0x0a000001)}};
	struct addrinfo found = {.ai_addr = (struct sockaddr *)&a};
	struct host_addresses h = {};

	(void)state;
	where_of("host: [db.internal, a], not: {host: b}");
	assert_int_equal(where.filter.asks, FILTER_HOST);
	assert_int_equal(where.n_hosts, 2);
	assert_string_equal(where.hosts[0], "db.internal");
	assert_int_equal(where.barred->n_hosts, 1);
	assert_true(host_add(&h, &found));
	assert_false(host_add(&h, &found));
	assert_int_equal(h.n, 1);
	assert_int_equal(h.all[0].address[0], htonl(0x0a000001));
	assert_int_equal(h.all[0].mask[0], ~0u);
	/* The oldest goes first. */
	for (unsigned int i = 1; i <= HOST_ADDRESSES; i++) {
		a.sin_addr.s_addr = htonl(0x0a000001 + i);
		assert_true(host_add(&h, &found));
	}
	assert_int_equal(h.n, HOST_ADDRESSES);
	assert_int_equal(h.all[0].address[0], htonl(0x0a000001 + HOST_ADDRESSES));
	assert_int_equal(h.all[1].address[0], htonl(0x0a000002));
}

static void what_is_barred(void **state)
{
	(void)state;
	where_of("protocol: [tcp, icmp], not: {remote_port: 22, cidr: ['::1', 127.0.0.0/8]}");
	assert_int_equal(where.filter.asks, FILTER_PROTOCOL);
	assert_int_equal(where.protocols, 1 << PROTOCOL_TCP | 1 << PROTOCOL_ICMP);
	assert_non_null(where.barred);
	assert_int_equal(where.barred->filter.asks, FILTER_REMOTE_PORT | FILTER_CIDR);
	assert_int_equal(where.barred->n_networks, 2);
	assert_int_equal(where_asks(&where), FILTER_PROTOCOL | FILTER_REMOTE_PORT | FILTER_CIDR);
	where_of("not: {comm: a, thread_name: [b, c]}");
	assert_int_equal(where.barred->filter.asks, FILTER_WHO);
	assert_int_equal(where.barred->who.n_thread_name, 2);
	assert_string_equal(where.barred->who.thread_name[1], "c");
}

static void flags_of_an_argument(void **state)
{
	(void)state;
	where_of("arg: {2: ['& 0x400', '&3', '!= 0']}");
	assert_int_equal(where.filter.n_arguments, 3);
	assert_int_equal(where.filter.arguments[0].comparison, HAS_BITS);
	assert_int_equal(where.filter.arguments[0].value, 0x400);
	assert_int_equal(where.filter.arguments[1].comparison, HAS_BITS);
	assert_int_equal(where.filter.arguments[1].value, 3);
	assert_int_equal(where.filter.arguments[2].comparison, IS_NOT);
	where_done(&where);
}

/* What stands in `not` is looked for as what stands beside it. */
static void barred_paths_choose_the_mechanism(void **state)
{
	struct caps c = caps_of(STOCK | BIT(FMOD_RET));

	(void)state;
	plan_of("{fail: EIO, on: openat, where: {not: {path: /etc/**}}}", &c);
	assert_true(plan.rules[0].refused);
	c = caps_of(NETWORK);
	plan_of("{fail: EIO, on: connect, where: {port: 80, not: {stack: main}}}", &c);
	assert_true(plan.rules[0].refused);
}

/* The kernel side's tables hold the values of all rules. */
static void room_for_all_rules(void **state)
{
	struct scenario *s = NULL;
	struct error why;
	char *text;
	size_t size;

	(void)state;
	for (int rules = 16; rules <= 17; rules++) {
		FILE *f = open_memstream(&text, &size);

		fputs("jinx: 1\ntarget: {cgroup: a}\ntimeline: [{phase: p, for: 1s, faults: [\n",
			f);
		for (int i = 0; i < rules; i++)
			fputs("{drop: egress, where: {port: '1,2,3,4,5,6,7,8', not: {local_port: "
			      "'1,2,3,4,5,6,7,8'}}},\n",
				f);
		fputs("]}]\n", f);
		fclose(f);
		if (rules == 16) {
			assert_int_equal(scenario_parse(text, size, "-", &s, &why), 0);
			scenario_free(s);
		} else {
			assert_int_equal(scenario_parse(text, size, "-", &s, &why), -EINVAL);
			assert_string_equal(why.message, "more than 256 values of \"port\" in all");
			assert_int_equal(why.place.line, 20);
		}
		free(text);
	}
}

/* Members of a group without a path, or without a descriptor, can never be meant. */
static void groups_lose_what_is_never_meant(void **state)
{
	struct scenario *s =
		scenario_of("{fail: EIO, on: '%network', where: {path: /a/**}}", "{cgroup: a}");

	(void)state;
	assert_int_equal(s->faults[0].n_points, 1);
	assert_int_equal(s->faults[0].points[0], POINT_sendfile);
	scenario_free(s);
	s = scenario_of("{fail: EIO, on: '%sync', where: {fd: file}}", "{cgroup: a}");
	assert_int_equal(s->faults[0].n_points, 4);
	scenario_free(s);
}

static void paths_end_as_people_write_them(void **state)
{
	static const struct {
		const char *text, *directory, *name;
		enum path_kind kind;
	} rows[] = {{"/srv/data", "/srv", "data", PATH_NAME},
		{"/srv/data/", "/srv", "data", PATH_NAME},
		{"/srv/data//", "/srv", "data", PATH_NAME}, {"/srv/*", "/srv", "", PATH_PREFIX},
		{"/*", "/", "", PATH_PREFIX}, {"/", "/", "", PATH_SUBTREE},
		{"/srv/**", "/srv", "", PATH_SUBTREE}, {"/srv/a*", "/srv", "a", PATH_PREFIX},
		{"/srv/*a", "/srv", "a", PATH_SUFFIX}, {"*a", NULL, "a", PATH_SUFFIX},
		{"a", NULL, "a", PATH_NAME}, {"/a", "/", "a", PATH_NAME}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct where w = {};
		struct error why;

		assert_int_equal(parse_path(rows[i].text, &w, &why), 0);
		assert_int_equal(w.paths[0].kind, rows[i].kind);
		assert_string_equal(w.paths[0].name, rows[i].name);
		if (rows[i].directory)
			assert_string_equal(w.paths[0].directory, rows[i].directory);
		else
			assert_null(w.paths[0].directory);
		free(w.paths[0].directory);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_choose_the_mechanism),
		cmocka_unit_test(sockets_hooks_see_no_stack),
		cmocka_unit_test(directions_narrow_groups),
		cmocka_unit_test(ports),
		cmocka_unit_test(networks),
		cmocka_unit_test(sockets),
		cmocka_unit_test(hosts),
		cmocka_unit_test(what_is_barred),
		cmocka_unit_test(flags_of_an_argument),
		cmocka_unit_test(barred_paths_choose_the_mechanism),
		cmocka_unit_test(room_for_all_rules),
		cmocka_unit_test(groups_lose_what_is_never_meant),
		cmocka_unit_test(paths_end_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
