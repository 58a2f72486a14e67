// SPDX-License-Identifier: GPL-2.0
/* Where metrics are served, to whom, and that what is told of them names what there is. */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "net/server.h"
#include "output/openmetrics.h"

static char folder[] = "/tmp/jinx-test-XXXXXX";

static const char *in_folder(const char *name)
{
	static char paths[4][128];
	static unsigned int next;
	char *ret = paths[next++ % 4];

	snprintf(ret, sizeof(paths[0]), "%s/%s", folder, name);
	return ret;
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void addresses(void **state)
{
	static const char unix_long[] =
		"unix:/0123456789012345678901234567890123456789012345678901234567890123456789"
		"01234567890123456789012345678901234567";
	static const struct {
		const char *text;
		bool local;
	} good[] = {{"127.0.0.1:9464", true}, {"127.8.9.1:1", true}, {"[::1]:65535", true},
		{"[::ffff:127.0.0.1]:9464", true}, {"localhost:9464", true},
		{"unix:/run/x.sock", true}, {"0.0.0.0:9464", false}, {"[::]:9464", false},
		{"10.0.0.1:9464", false}, {"[::ffff:10.0.0.1]:9464", false}};
	static const char *const bad[] = {"", "9464", ":9464", "127.0.0.1",
		"127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:94x", "127.0.0.1:-1",
		"::1:9464", "[::1]", "[]:9464", "[127.0.0.1:9464", "example.org:9464",
		"unix:", "unix:x.sock", unix_long};
	struct listen_address a;
	struct error why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		if (listen_parse(good[i].text, &a, &why))
			fail_msg("%s: %s", good[i].text, why.message);
		if (listen_is_local(&a) != good[i].local)
			fail_msg("%s: local is %d", good[i].text, !good[i].local);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (listen_parse(bad[i], &a, &why) != -EINVAL)
			fail_msg("\"%s\" was taken", bad[i]);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static int open_at(const char *path, int *ret, struct error *why)
{
	static char text[160];
	struct listen_address a;

	snprintf(text, sizeof(text), "unix:%s", path);
	assert_int_equal(listen_parse(text, &a, why), 0);
	return listen_open(&a, ret, why);
}

/* One that somebody listens at stays, one that was left is replaced, and anything else stays. */
static void sockets(void **state)
{
	const char *path = in_folder("s");
	struct error why;
	struct stat st;
	int fd, other;

	(void)state;
	assert_int_equal(open_at(path, &fd, &why), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(open_at(path, &other, &why), -EINVAL);
	assert_non_null(strstr(why.message, "is in use: another process listens there"));
	close(fd);
	assert_int_equal(open_at(path, &fd, &why), 0);
	close(fd);
	unlink(path);
	write_file(path, "mine", 0600);
	assert_int_equal(open_at(path, &fd, &why), -EINVAL);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_non_null(strstr(why.message, "this file is no socket"));
	unlink(path);
	assert_int_equal(open_at("/nonexistent/s", &fd, &why), -EINVAL);
	assert_non_null(strstr(why.message, "No such file or directory"));
}

static void tokens(void **state)
{
	const char *path = in_folder("t");
	char token[MAX_TOKEN], text[2 * MAX_TOKEN];
	struct error why;

	(void)state;
	assert_int_equal(server_read_token(path, token, &why), -EINVAL);
	assert_non_null(strstr(why.message, "No such file"));
	write_file(path, "0123456789abcdef\nmore\n", 0600);
	assert_int_equal(server_read_token(path, token, &why), 0);
	assert_string_equal(token, "0123456789abcdef");
	chmod(path, 0604);
	assert_int_equal(server_read_token(path, token, &why), -EINVAL);
	assert_non_null(strstr(why.message, "every user can read"));
	write_file(path, "short\n", 0600);
	assert_int_equal(server_read_token(path, token, &why), -EINVAL);
	assert_non_null(strstr(why.message, "at least 16 characters"));
	write_file(path, "", 0600);
	assert_int_equal(server_read_token(path, token, &why), -EINVAL);
	write_file(path, "0123456789 abcdef\n", 0600);
	assert_int_equal(server_read_token(path, token, &why), -EINVAL);
	write_file(path, "0123456789abcdef\xc3\xa9\n", 0600);
	assert_int_equal(server_read_token(path, token, &why), -EINVAL);
	/* What has no room is not cut. */
	snprintf(text, sizeof(text), "%0*d\n", MAX_TOKEN - 1, 0);
	write_file(path, text, 0600);
	assert_int_equal(server_read_token(path, token, &why), 0);
	assert_int_equal(strlen(token), MAX_TOKEN - 1);
	snprintf(text, sizeof(text), "%0*d\n", MAX_TOKEN, 0);
	write_file(path, text, 0600);
	assert_int_equal(server_read_token(path, token, &why), -EINVAL);
	assert_non_null(strstr(why.message, "at most 511"));
	unlink(path);
}

/* A server, and somebody who asks it in the same loop. */
struct asking {
	struct loop *loop;
	int fd;
	char answer[4096];
	size_t n;
	unsigned int made, served;
};

static const char *page(const char *accept, const char **ret_type, void *context)
{
	struct asking *a = context;

	a->made++;
	*ret_type = exposition_types[exposition_for(accept)];
	return "a_page 1\n";
}

static void served(void *context)
{
	((struct asking *)context)->served++;
}

static void on_answer(uint32_t events, void *context)
{
	struct asking *a = context;
	ssize_t n = read(a->fd, a->answer + a->n, sizeof(a->answer) - 1 - a->n);

	(void)events;
	if (n > 0)
		a->n += n;
	else
		loop_stop(a->loop);
}

static void ask(
	struct asking *a, struct server *s, const struct listen_address *at, const char *what)
{
	struct source *source;

	a->n = 0;
	memset(a->answer, 0, sizeof(a->answer));
	a->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(a->fd, &at->socket.any, at->size), 0);
	assert_int_equal(write(a->fd, what, strlen(what)), strlen(what));
	assert_int_equal(loop_watch(a->loop, a->fd, EPOLLIN, on_answer, a, &source), 0);
	assert_int_equal(server_start(s, a->loop), 0);
	assert_int_equal(loop_run(a->loop), 0);
	server_pause(s);
	loop_remove(source);
	close(a->fd);
}

static void on_time(uint64_t now_ns, void *context)
{
	(void)now_ns;
	loop_stop(((struct asking *)context)->loop);
}

/* Somebody asks, and is gone before there is an answer. */
static void ask_and_go(struct asking *a, struct server *s, const struct listen_address *at)
{
	static const char what[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n"
				   "Authorization: Bearer 0123456789abcdef\r\n\r\n";
	struct source *time;

	a->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(a->fd, &at->socket.any, at->size), 0);
	assert_int_equal(write(a->fd, what, strlen(what)), strlen(what));
	shutdown(a->fd, SHUT_WR); /* as one that was closed, over TCP */
	assert_int_equal(loop_timer(a->loop, monotonic_ns() + 100000000, 0, on_time, a, &time), 0);
	assert_int_equal(server_start(s, a->loop), 0);
	assert_int_equal(loop_run(a->loop), 0);
	server_pause(s);
	loop_remove(time);
	close(a->fd);
}

#define CLOSE "Connection: close\r\n\r\n"
#define TOKEN "Authorization: Bearer 0123456789abcdef\r\n"

static void answers(void **state)
{
	static const struct {
		const char *what, *status, *has;
		unsigned int served;
	} all[] = {
		{"GET /metrics HTTP/1.1\r\nHost: x\r\n" TOKEN CLOSE, "HTTP/1.1 200 OK\r\n",
			"application/openmetrics-text; version=1.0.0; charset=utf-8\r\n", 1},
		{"GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n" TOKEN CLOSE,
			"HTTP/1.1 200 OK\r\n", "text/plain; version=0.0.4; charset=utf-8\r\n", 1},
		{"GET /metrics HTTP/1.1\r\nHost: x\r\nauthorization: bearer "
		 "0123456789abcdef\r\n" CLOSE,
			"HTTP/1.1 200 OK\r\n", "a_page", 1},
		{"HEAD /metrics HTTP/1.1\r\nHost: x\r\n" TOKEN CLOSE, "HTTP/1.1 200 OK\r\n",
			"Content-Length: 9\r\n", 0},
		{"GET / HTTP/1.1\r\nHost: x\r\n" TOKEN CLOSE, "HTTP/1.1 404 ", "/metrics", 0},
		{"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n" TOKEN CLOSE "abc",
			"HTTP/1.1 405 ", "Allow: GET, HEAD\r\n", 0},
		{"GET /metrics HTTP/1.1\r\nHost: x\r\n" CLOSE, "HTTP/1.1 401 ",
			"WWW-Authenticate: Bearer", 0},
		{"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
		 "0123456789abcdeg\r\n" CLOSE,
			"HTTP/1.1 401 ", "token", 0},
		{"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
		 "0123456789abcde\r\n" CLOSE,
			"HTTP/1.1 401 ", "token", 0},
		{"no HTTP\r\n\r\n", "HTTP/1.", "400 ", 0},
	};
	static const struct server_functions functions = {page, served};
	struct asking a = {};
	struct listen_address at;
	struct server *s;
	struct error why;
	char text[160];

	(void)state;
	snprintf(text, sizeof(text), "unix:%s", in_folder("a"));
	assert_int_equal(listen_parse(text, &at, &why), 0);
	assert_int_equal(loop_new(&a.loop), 0);
	assert_int_equal(server_new(&at, "0123456789abcdef", &functions, &a, &s, &why), 0);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		a.served = 0;
		ask(&a, s, &at, all[i].what);
		if (strncmp(a.answer, all[i].status, strlen(all[i].status)) ||
			!strstr(a.answer, all[i].has) || a.served != all[i].served)
			fail_msg("%s: %u served: %s", all[i].what, a.served, a.answer);
	}
	assert_int_equal(a.made, 4);
	a.served = 0;
	ask_and_go(&a, s, &at);
	assert_int_equal(a.made, 5);
	assert_int_equal(a.served, 0);
	server_free(s);
	loop_free(a.loop);
	assert_int_equal(access(in_folder("a"), F_OK), -1);
}

/* As many as there is room for say nothing and leave: whoever has waited meanwhile is served. */
static void crowd(void **state)
{
	static const struct server_functions functions = {page, served};
	struct asking a = {};
	struct listen_address at;
	struct source *time;
	struct server *s;
	struct error why;
	char text[160];
	int fds[16];

	(void)state;
	snprintf(text, sizeof(text), "unix:%s", in_folder("c"));
	assert_int_equal(listen_parse(text, &at, &why), 0);
	assert_int_equal(loop_new(&a.loop), 0);
	assert_int_equal(server_new(&at, "", &functions, &a, &s, &why), 0);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(fds[i], &at.socket.any, at.size), 0);
	}
	assert_int_equal(loop_timer(a.loop, monotonic_ns() + 100000000, 0, on_time, &a, &time), 0);
	assert_int_equal(server_start(s, a.loop), 0);
	assert_int_equal(loop_run(a.loop), 0);
	server_pause(s);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
	loop_set(time, monotonic_ns() + 5000000000);
	ask(&a, s, &at, "GET /metrics HTTP/1.1\r\nHost: x\r\n" CLOSE);
	assert_int_equal(a.served, 1);
	server_free(s);
	loop_free(a.loop);
}

static void accepted(void **state)
{
	static const char prometheus[] =
		"application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
		"version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

	(void)state;
	assert_int_equal(exposition_for(prometheus), EXPOSITION_OPENMETRICS);
	assert_int_equal(exposition_for(""), EXPOSITION_OPENMETRICS);
	assert_int_equal(exposition_for("*/*"), EXPOSITION_OPENMETRICS);
	assert_int_equal(exposition_for("text/plain"), EXPOSITION_PROMETHEUS);
}

/* Two of one expression, in other phases: Prometheus refuses two samples of one name. */
static void guards_alike(void **state)
{
	struct snapshot_guard guards[] = {{.text = "p99 > 1s"}, {.text = "injected > 1"},
		{.text = "p99 > 1s", .fired = true}};
	struct snapshot s = {.name = "alike",
		.id = "",
		.kernel = "",
		.host = "",
		.n_guards = ARRAY_SIZE(guards),
		.guards = guards};
	const struct exposed_moment m = {true, -1, "0"};
	static struct histogram none;
	_cleanup_free_ char *text = NULL;
	const char *one;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	assert_non_null(to);
	for (int i = 0; i < NR_METRICS; i++)
		s.numbers[i].histograms = &none; /* as zero of every kind */
	write_metrics(&s, &m, EXPOSITION_OPENMETRICS, to);
	fclose(to);
	one = strstr(text, "guard=\"p99 > 1s\"} 1\n");
	assert_non_null(one);
	assert_null(strstr(one + 1, "guard=\"p99"));
	assert_non_null(strstr(text, "guard=\"injected > 1\"} 0\n"));
}

static bool is_sample_of(const struct family *f, const char *name, bool *ret_family)
{
	static const char *const suffixes[][4] = {[FAMILY_COUNTER] = {"_total"},
		[FAMILY_GAUGE] = {""},
		[FAMILY_HISTOGRAM] = {"_bucket", "_count", "_sum"},
		[FAMILY_INFO] = {"_info"},
		[FAMILY_STATESET] = {""}};
	size_t n = strlen(f->name);

	if (strncmp(name, f->name, n))
		return false;
	*ret_family = !name[n];
	for (int i = 0; suffixes[f->type][i]; i++)
		if (!strcmp(name + n, suffixes[f->type][i]))
			return true;
	return false;
}

/* Each word that begins with jinx_ is a sample; in a document it may be a family. */
static void check_names(const char *path, bool families_too, bool seen[NR_FAMILIES])
{
	static char text[1 << 16];
	char file[512], name[64];
	FILE *f;

	snprintf(file, sizeof(file), "%s/%s", JINX_SOURCE_DIR, path);
	f = fopen(file, "re");
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	for (char *at = text; (at = strstr(at, "jinx_")); at += strlen("jinx_")) {
		bool known = false, family = false;
		size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz_");

		snprintf(name, sizeof(name), "%.*s", (int)n, at);
		for (int i = 0; i < NR_FAMILIES && !known; i++) {
			known = is_sample_of(&families[i], name, &family) ||
				(family && families_too);
			seen[i] |= known;
			family = false;
		}
		if (!known)
			fail_msg("%s: %s is not served", path, name);
	}
}

static void names(void **state)
{
	bool told[NR_FAMILIES] = {}, asked[NR_FAMILIES] = {};

	(void)state;
	check_names("docs/grafana/jinx.json", false, asked);
	check_names("docs/grafana/alerts.yaml", false, asked);
	check_names("docs/grafana/alerts.test.yaml", false, asked);
	check_names("docs/metrics.md", true, told);
	for (int i = 0; i < NR_FAMILIES; i++)
		if (!told[i])
			fail_msg("docs/metrics.md: %s is missing", families[i].name);
}

/* As the specification has it: the unit is the end of the name, and what promtool complains of. */
static void rows(void **state)
{
	(void)state;
	for (int i = 0; i < NR_FAMILIES; i++) {
		const struct family *f = &families[i];
		size_t n = strlen(f->name), u = strlen(f->unit);

		assert_true(*f->help && f->help[strlen(f->help) - 1] == '.');
		if (u && (f->name[n - u - 1] != '_' || strcmp(f->name + n - u, f->unit)))
			fail_msg("%s does not end with its unit", f->name);
		assert_null(strstr(f->name, "_total"));
		for (size_t c = 0; c < n; c++)
			assert_true(islower((unsigned char)f->name[c]) || f->name[c] == '_');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(sockets),
		cmocka_unit_test(tokens),
		cmocka_unit_test(answers),
		cmocka_unit_test(crowd),
		cmocka_unit_test(accepted),
		cmocka_unit_test(guards_alike),
		cmocka_unit_test(names),
		cmocka_unit_test(rows),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
