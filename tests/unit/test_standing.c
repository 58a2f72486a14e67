// SPDX-License-Identifier: GPL-2.0
/* Params, the matrix, ports and the scratch directory of scenarios; how times are stretched. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/environment.h"
#include "base/tree.h"
#include "base/user.h"
#include "scenario/scenario.h"
#include "scene/ports.h"
#include "scene/scene.h"

#define TAIL "timeline: [{phase: a, for: 2s, faults: [{fail: EIO, on: read}]}]\n"

static struct scenario *read_with(const struct settings *settings, const char *text)
{
	struct complaints all;
	struct scenario *s = NULL;

	if (scenario_parse_all(text, strlen(text), "/x/some.yaml", settings, &s, &all))
		fail_msg("%u:%u: %s", all.all[0].place.line, all.all[0].place.column,
			all.all[0].message);
	return s;
}

static void set(struct settings *settings, const char *text)
{
	struct error why;

	if (settings_add(settings, text, &why))
		fail_msg("%s", why.message);
}

static void params(void **state)
{
	static const char text[] =
		"jinx: 1\n"
		"params: {host: 127.0.0.1, url: 'http://${host}/${tail}', tail: x}\n"
		"target: {command: ['${host}', 'a${tail}b${tail}', '$${tail}', '${tail%x}', "
		"'$tail', '${', '${}', '${tail']}\n"
		"workload: {http: '${url}'}\n" TAIL;
	struct settings settings = {};
	struct scenario *s = read_with(NULL, text);
	char **argv = s->targets[0].command;

	(void)state;
	assert_string_equal(argv[0], "127.0.0.1");
	assert_string_equal(argv[1], "axbx");
	assert_string_equal(argv[2], "${tail}");
	assert_string_equal(argv[3], "${tail%x}");
	assert_string_equal(argv[4], "$tail");
	assert_string_equal(argv[5], "${");
	assert_string_equal(argv[6], "${}");
	assert_string_equal(argv[7], "${tail");
	assert_string_equal(s->workloads[0].ask.address, "http://127.0.0.1/x");
	assert_int_equal(s->standing.n_params, 3);
	assert_int_equal(s->standing.combinations, 1);
	assert_false(standing_needs_scene(&s->standing));
	scenario_free(s);
	settings.folder = "/x";
	s = read_with(&settings, "jinx: 1\ntarget: {command: ['${folder}/y']}\n" TAIL);
	assert_string_equal(s->targets[0].command[0], "/x/y");
	assert_false(s->standing.uses_dir);
	scenario_free(s);
	s = read_with(&settings, "jinx: 1\ntarget: {command: ['${dir}/y']}\n" TAIL);
	assert_true(s->standing.uses_dir);
	scenario_free(s);
	set(&settings, "tail=${host}=");
	s = read_with(&settings, text);
	assert_string_equal(s->targets[0].command[1], "a127.0.0.1=b127.0.0.1=");
	assert_string_equal(s->workloads[0].ask.address, "http://127.0.0.1/127.0.0.1=");
	scenario_free(s);
}

/* What one param has is read as if it stood there. */
static void params_are_read_as_text(void **state)
{
	struct scenario *s = read_with(NULL,
		"jinx: 1\nparams: {e: ENOSPC, n: 3, p: 30%, t: 1500ms}\n"
		"target: {cgroup: /x}\n"
		"timeline: [{phase: a, for: '${t}', faults: [{fail: '${e}', on: [read, write],\n"
		"  when: {limit: '${n}', chance: '${p}'}}]}]\n");

	(void)state;
	assert_int_equal(s->faults[0].errors[0], ENOSPC);
	assert_int_equal(s->faults[0].trigger.limit, 3);
	assert_int_equal(s->faults[0].trigger.chance_ppm, 300000);
	assert_int_equal(s->phases[0].duration_ns, 1500000000);
	scenario_free(s);
}

/* An anchor's text is expanded once, and an escape in it is not expanded the second time. */
static void aliases(void **state)
{
	struct scenario *s = read_with(
		NULL, "jinx: 1\nparams: {a: b}\ntarget: {command: [&x '${a}$${a}', *x]}\n" TAIL);

	(void)state;
	assert_string_equal(s->targets[0].command[0], "b${a}");
	assert_string_equal(s->targets[0].command[1], "b${a}");
	scenario_free(s);
}

static void matrix(void **state)
{
	static const char text[] =
		"jinx: 1\nparams: {unit: ms}\n"
		"matrix: {delay: ['1${unit}', '2${unit}', '3${unit}'], size: [1k, 2k]}\n"
		"target: {command: [x, '${delay}', '${size}']}\n" TAIL;
	static const char *const wanted[][2] = {{"1ms", "1k"}, {"1ms", "2k"}, {"2ms", "1k"},
		{"2ms", "2k"}, {"3ms", "1k"}, {"3ms", "2k"}};
	struct settings settings = {};
	char what[100];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct scenario *s;

		settings.combination = i;
		s = read_with(&settings, text);
		assert_int_equal(s->standing.combinations, 6);
		assert_string_equal(s->targets[0].command[1], wanted[i][0]);
		assert_string_equal(s->targets[0].command[2], wanted[i][1]);
		snprintf(what, sizeof(what), "delay=%s, size=%s", wanted[i][0], wanted[i][1]);
		{
			char got[100];

			assert_string_equal(
				standing_describe(&s->standing, got, sizeof(got)), what);
		}
		scenario_free(s);
	}
}

/* --set chooses one of an axis, also one that the file doesn't have. */
static void chosen_of_the_matrix(void **state)
{
	static const char text[] = "jinx: 1\nmatrix: {a: [1, 2], b: [3, 4]}\n"
				   "target: {command: [x, '${a}', '${b}']}\n" TAIL;
	struct settings settings = {.combination = 1};
	struct scenario *s;

	(void)state;
	set(&settings, "a=7");
	s = read_with(&settings, text);
	assert_int_equal(s->standing.combinations, 2);
	assert_string_equal(s->targets[0].command[1], "7");
	assert_string_equal(s->targets[0].command[2], "4");
	scenario_free(s);
}

static void wrong_settings(void **state)
{
	static const char text[] = "jinx: 1\nparams: {delay: 1}\nports: [a]\n"
				   "target: {command: [x, '${delay}', '${port.a}']}\n" TAIL;
	static const char *const none[] = {"delay", "=1", ""};
	static const char *const unknown[] = {"dely=1", "dir=/", "port.a=1"};
	struct complaints all;
	struct error why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		struct settings settings = {};

		assert_int_equal(settings_add(&settings, none[i], &why), -EINVAL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		struct settings settings = {};
		struct scenario *s = NULL;

		set(&settings, unknown[i]);
		assert_int_equal(
			scenario_parse_all(text, strlen(text), "x", &settings, &s, &all), -EINVAL);
		assert_int_equal(all.all[0].place.line, 0);
		assert_non_null(strstr(all.all[0].message, "unknown param"));
	}
	{
		struct settings settings = {};

		set(&settings, "a=1");
		assert_int_equal(settings_add(&settings, "a=2", &why), -EINVAL);
		assert_int_equal(settings_add(&settings, "ab=2", &why), 0);
	}
}

static uint16_t take(void *ports)
{
	return ports_take(ports);
}

/* Free, and each once, whoever asks. */
static void ports(void **state)
{
	static const char text[] = "jinx: 1\nports: [db, proxy]\n"
				   "target: {command: [x, '${port.db}', '${port.proxy}']}\n" TAIL;
	struct ports held = {}, others = {};
	struct settings settings = {.take_port = take, .context = &held};
	struct scenario *s = read_with(&settings, text);
	int db = atoi(s->targets[0].command[1]), proxy = atoi(s->targets[0].command[2]);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(db)};
	bool seen[1 << 16] = {};

	(void)state;
	assert_int_equal(held.n, 2);
	assert_int_not_equal(db, proxy);
	assert_true(standing_needs_scene(&s->standing));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	seen[db] = seen[proxy] = true;
	/* As another process would. */
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < MAX_PORTS; i++) {
			uint16_t port = ports_take(&others);

			assert_int_not_equal(port, 0);
			assert_false(seen[port]);
		}
		assert_int_equal(ports_take(&others), 0);
		ports_release(&others);
	}
	ports_release(&held);
	scenario_free(s);
}

/* Where each is started, and how the others call it. */
static void nodes(void **state)
{
	static const char text[] =
		"jinx: 1\nnetwork: {nodes: 3}\nparams: {to: '${node.2}'}\n"
		"setup: [{exec: 'true', node: 2}, 'true']\n"
		"ready: {exec: 'true', node: 1}\n"
		"workload: {http: 'http://${to}/', node: 3}\n"
		"probes: {a: {exec: 'true', node: 2}}\n"
		"target: {command: [x, '${node.1}', '${node.3.ipv6}'], node: 3}\n" TAIL;
	struct scenario *s = read_with(NULL, text);

	(void)state;
	assert_true(standing_needs_scene(&s->standing));
	assert_int_equal(s->standing.n_nodes, 3);
	assert_int_equal(s->standing.last_node, 3);
	assert_true(s->standing.uses_ipv6);
	assert_null(s->standing.nodes);
	assert_string_equal(s->targets[0].command[1], "10.77.0.1");
	assert_string_equal(s->targets[0].command[2], "fd6a:696e:78::3");
	assert_string_equal(s->workloads[0].ask.address, "http://10.77.0.2/");
	assert_int_equal(s->targets[0].node, 3);
	assert_int_equal(s->workloads[0].ask.node, 3);
	assert_int_equal(s->probes[0].ask.node, 2);
	assert_int_equal(s->standing.ready.probe.ask.node, 1);
	assert_int_equal(s->standing.setup.all[0].node, 2);
	assert_int_equal(s->standing.setup.all[1].node, 0);
	scenario_free(s);
}

static void assert_takes(const void *address, size_t size, int type, uint16_t port)
{
	int fd = socket(((const struct sockaddr *)address)->sa_family, type, 0);

	assert_true(port_is_free(port));
	assert_int_equal(bind(fd, address, size), 0);
	assert_false(port_is_free(port));
	close(fd);
	assert_true(port_is_free(port));
}

/* One that somebody has is none, whatever the protocol and the family. */
static void taken_port(void **state)
{
	struct ports p = {};
	uint16_t port = ports_take(&p);
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	(void)state;
	assert_true(port >= 20000 && port <= 32767);
	four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	six.sin6_addr = in6addr_loopback;
	assert_takes(&four, sizeof(four), SOCK_STREAM, port);
	assert_takes(&four, sizeof(four), SOCK_DGRAM, port);
	if (access("/proc/net/if_inet6", R_OK) == 0) {
		assert_takes(&six, sizeof(six), SOCK_STREAM, port);
		assert_takes(&six, sizeof(six), SOCK_DGRAM, port);
	}
	ports_release(&p);
}

static void steps_and_ready(void **state)
{
	struct settings settings = {.dir = "/nowhere/at-all"};
	struct scenario *s =
		read_with(&settings, "jinx: 1\nsource: [one, two]\ntags: long\n"
				     "setup: ['echo ${dir} $X', [cp, a, '${dir}/b'], {exec: x, "
				     "user: root, timeout: 3s}]\n"
				     "teardown: [y]\n"
				     "hooks: {before_run: [z], after_phase: [[a, '${dir}'], "
				     "{exec: b, timeout: 2s}]}\n"
				     "ready: {tcp: 'h:1', send: PING, within: 7s}\n"
				     "target: {command: ['${dir}/x'], user: root}\n" TAIL);
	const struct standing *st = &s->standing;

	(void)state;
	assert_int_equal(st->setup.n, 3);
	assert_string_equal(st->setup.all[0].exec[0], "/bin/sh");
	assert_string_equal(st->setup.all[0].exec[2], "echo /nowhere/at-all $X");
	assert_string_equal(st->setup.all[1].exec[2], "/nowhere/at-all/b");
	assert_string_equal(st->setup.all[2].user, "root");
	assert_true(st->setup.all[2].timeout_ns == 3000000000ull);
	assert_int_equal(st->setup.all[2].place.line, 4);
	assert_int_equal(st->teardown.n, 1);
	assert_true(st->teardown.all[0].timeout_ns == 300000000000ull);
	assert_int_equal(st->hooks[HOOK_BEFORE_RUN].n, 1);
	assert_true(st->hooks[HOOK_BEFORE_RUN].all[0].timeout_ns == 30000000000ull);
	assert_int_equal(st->hooks[HOOK_BEFORE_PHASE].n, 0);
	assert_int_equal(st->hooks[HOOK_AFTER_PHASE].n, 2);
	assert_string_equal(st->hooks[HOOK_AFTER_PHASE].all[0].exec[1], "/nowhere/at-all");
	assert_true(st->hooks[HOOK_AFTER_PHASE].all[1].timeout_ns == 2000000000ull);
	assert_true(st->ready.within_ns == 7000000000ull);
	assert_int_equal(st->ready.probe.ask.kind, ASK_TCP);
	assert_int_equal(st->n_sources, 2);
	assert_true(standing_has_tag(st, "long"));
	assert_false(standing_has_tag(st, "lon"));
	assert_true(standing_is_to_make(st, "/nowhere/at-all/x"));
	assert_false(standing_is_to_make(st, "/nowhere/at-allx"));
	assert_false(standing_is_to_make(st, "/bin/sh"));
	assert_string_equal(s->targets[0].user, "root");
	scenario_free(s);
}

static void stretched(void **state)
{
	struct settings settings = {.scale = 2.5};
	struct scenario *s = read_with(&settings,
		"jinx: 1\ntarget: {workload: true}\nworkload: {exec: x, timeout: 3s}\n"
		"ready: {exec: y, within: 4s}\n"
		"window: 200ms\nexpect: ['max < 3s']\n"
		"timeline: [{phase: a, for: 2s, faults: [{fail: EIO, on: read, from: 500ms,\n"
		"  until: 1s, when: {burst: {on: 100ms, off: 200ms}}}, {delay: 1s, on: "
		"write}]}]\n");
	const struct fault_spec *f = s->faults;

	(void)state;
	assert_true(s->phases[0].duration_ns == 5000000000ull);
	assert_true(f[0].from_ns == 1250000000ull);
	assert_true(f[0].until_ns == 2500000000ull);
	assert_true(f[0].trigger.on_ns == 250000000ull);
	assert_true(f[0].trigger.off_ns == 500000000ull);
	/* Bounds and patience, and what the fault is. */
	assert_true(f[1].delay.mean_ns == 1000000000ull);
	assert_true(s->workloads[0].ask.timeout_ns == 3000000000ull);
	assert_true(s->standing.ready.within_ns == 4000000000ull);
	assert_true(s->judging.window_ns == 200000000ull);
	scenario_free(s);
}

/* With links that lead out of it, which stay. */
static void trees(void **state)
{
	char dir[] = "/tmp/jinx-test-XXXXXX", path[300], outside[] = "/tmp/jinx-test-XXXXXX";
	int fd = mkstemp(outside);
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path),
		"mkdir -p %s/a/b; echo x > %s/a/b/c; ln -s %s %s/a/l; ln -s / %s/root", dir, dir,
		outside, dir, dir);
	assert_int_equal(system(path), 0);
	assert_int_equal(tree_remove(dir), 0);
	assert_int_equal(stat(dir, &st), -1);
	assert_int_equal(stat(outside, &st), 0);
	unlink(outside);
	assert_int_equal(tree_remove(dir), 0);
	assert_int_equal(tree_remove("/nowhere/x"), 0);
}

static void scratch_names(void **state)
{
	char one[100], other[100];

	(void)state;
	setenv("TMPDIR", "relative", 1);
	assert_int_equal(strncmp(scene_choose_dir(one, sizeof(one)), "/tmp/jinx-", 10), 0);
	setenv("TMPDIR", "/var/tmp", 1);
	assert_int_equal(strncmp(scene_choose_dir(other, sizeof(other)), "/var/tmp/jinx-", 14), 0);
	assert_string_not_equal(one + strlen("/tmp"), other + strlen("/var/tmp"));
	unsetenv("TMPDIR");
}

static void small_environment(void **state)
{
	(void)state;
	setenv("SECRET", "x", 1);
	setenv("JINX_CACHE", "/c", 1);
	setenv("LANG", "de_DE.UTF-8", 1);
	setenv("PATHS", "x", 1);
	assert_int_equal(environment_reduce(), 0);
	assert_null(getenv("SECRET"));
	assert_null(getenv("PATHS"));
	assert_string_equal(getenv("JINX_CACHE"), "/c");
	assert_string_equal(getenv("LANG"), "C.UTF-8");
	assert_non_null(getenv("PATH"));
}

static void users(void **state)
{
	struct user u;

	(void)state;
	assert_int_equal(user_find("root", &u), 0);
	assert_int_equal(u.uid, 0);
	assert_string_equal(u.home, "/root");
	assert_int_equal(user_find("nobody-here", &u), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(params),
		cmocka_unit_test(params_are_read_as_text),
		cmocka_unit_test(aliases),
		cmocka_unit_test(matrix),
		cmocka_unit_test(chosen_of_the_matrix),
		cmocka_unit_test(wrong_settings),
		cmocka_unit_test(ports),
		cmocka_unit_test(nodes),
		cmocka_unit_test(taken_port),
		cmocka_unit_test(steps_and_ready),
		cmocka_unit_test(stretched),
		cmocka_unit_test(trees),
		cmocka_unit_test(scratch_names),
		cmocka_unit_test(small_environment),
		cmocka_unit_test(users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
