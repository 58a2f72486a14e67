// SPDX-License-Identifier: GPL-2.0
#include "net/server.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"

#define PATH "/metrics"
#define BEARER "Bearer "
#define SHORTEST_TOKEN 16
/* Somebody who asks and doesn't read costs no more than that. */
#define MAX_CONNECTIONS 16u
#define CONNECTION_TIMEOUT_S 10u
#define CONNECTION_MEMORY ((size_t)16 << 10)
#define MS_NS 1000000ull

struct server {
	struct listen_address address;
	char token[MAX_TOKEN]; /* "": none is asked for */
	struct server_functions f;
	void *context;
	int listener; /* the daemon closes it */
	struct MHD_Daemon *daemon;
	struct loop *loop;
	struct source *ready, *time;
};

/* What a request has come to, in its connection's pointer. */
static char begun, page_sent;

/* How long it takes tells nothing but the length. */
static bool is_same(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned char differ = 0;

	if (n != strlen(b))
		return false;
	for (size_t i = 0; i < n; i++)
		differ |= a[i] ^ b[i];
	return !differ;
}

static bool may_have_it(const struct server *s, struct MHD_Connection *c)
{
	const char *sent = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");

	if (!*s->token)
		return true;
	return sent && !strncasecmp(sent, BEARER, strlen(BEARER)) &&
	       is_same(s->token, sent + strlen(BEARER));
}

static enum MHD_Result answer(struct MHD_Connection *c, unsigned int status, const char *text,
	const char *type, const char *header, const char *value)
{
	/* libmicrohttpd copies it and takes no const. */
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result ret;

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", type);
	if (header)
		MHD_add_response_header(r, header, value);
	ret = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ret;
}

static enum MHD_Result refuse(struct MHD_Connection *c, unsigned int status, const char *text,
	const char *header, const char *value)
{
	return answer(c, status, text, "text/plain; charset=utf-8", header, value);
}

/* It was kept waiting for longer than it would, and hears nothing any more. */
static bool is_gone(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	char byte;

	return info && recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static enum MHD_Result on_request(void *server, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **state)
{
	struct server *s = server;
	const char *accept, *type = "", *text;

	(void)version;
	(void)upload;
	if (!*state || *upload_size) {
		*state = &begun;
		*upload_size = 0;
		return MHD_YES; /* once more when all of it is there */
	}
	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "GET it\n", "Allow", "GET, HEAD");
	if (!may_have_it(s, c))
		return refuse(c, MHD_HTTP_UNAUTHORIZED, "the token is missing or wrong\n",
			"WWW-Authenticate", "Bearer realm=\"jinx\"");
	if (strcmp(url, PATH))
		return refuse(c, MHD_HTTP_NOT_FOUND, "it is at " PATH "\n", NULL, NULL);
	accept = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Accept");
	text = s->f.page(accept ?: "", &type, s->context);
	if (!text)
		return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory\n", NULL, NULL);
	if (!strcmp(method, "GET") && !is_gone(c))
		*state = &page_sent;
	return answer(c, MHD_HTTP_OK, text, type, "Vary", "Accept");
}

static void on_end(
	void *server, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
	const struct server *s = server;

	(void)c;
	if (*state == &page_sent && how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		s->f.served(s->context);
}

static void on_log(void *server, const char *format, va_list args)
{
	char text[256];

	(void)server;
	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	log_debug("libmicrohttpd: %s", text);
}

static unsigned int connections(const struct server *s)
{
	return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

/* At its limit libmicrohttpd takes the listening socket out of its set; it is put back at the
 * beginning of the run after that in which connections have ended, for which nothing else calls. */
static bool run_all(struct server *s)
{
	unsigned int before;
	bool ok;

	do {
		before = connections(s);
		ok = MHD_run(s->daemon) == MHD_YES;
	} while (ok && connections(s) < before);
	return ok;
}

static void run(struct server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (run_all(s) && s->time)
		loop_set(s->time, MHD_get_timeout(s->daemon, &ms) == MHD_YES
					  ? monotonic_ns() + ms * MS_NS
					  : LOOP_NEVER);
}

static void on_ready(uint32_t events, void *context)
{
	(void)events;
	run(context);
}

static void on_time(uint64_t now_ns, void *context)
{
	(void)now_ns;
	run(context);
}

/* Its own epoll set is a descriptor that ours waits for: it needs no thread. */
static struct MHD_Daemon *start_daemon(struct server *s)
{
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, s,
		MHD_OPTION_EXTERNAL_LOGGER, on_log, s, MHD_OPTION_LISTEN_SOCKET, s->listener,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, s, MHD_OPTION_CONNECTION_LIMIT,
		MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, CONNECTION_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_END);
}

int server_new(const struct listen_address *a, const char *token, const struct server_functions *f,
	void *context, struct server **ret, struct error *why)
{
	struct server *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return error_errno(why, -ENOMEM, "%s", a->text);
	*s = (struct server){.address = *a, .f = *f, .context = context, .listener = -1};
	snprintf(s->token, sizeof(s->token), "%s", token ?: "");
	err = listen_open(a, &s->listener, why);
	if (!err) {
		s->daemon = start_daemon(s);
		if (!s->daemon)
			err = error_set(why, -EINVAL, "%s: no server can be started", a->text);
	}
	if (err)
		server_free(s);
	else
		*ret = s;
	return err;
}

int server_start(struct server *s, struct loop *l)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	int err = info ? loop_timer(l, 0, 0, on_time, s, &s->time) : -EINVAL;

	s->loop = l;
	return err ?: loop_watch(l, info->epoll_fd, EPOLLIN, on_ready, s, &s->ready);
}

void server_pause(struct server *s)
{
	loop_remove(s->ready);
	loop_remove(s->time);
	s->ready = s->time = NULL;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	server_pause(s);
	if (s->daemon)
		MHD_stop_daemon(s->daemon); /* closes the socket, too */
	else if (s->listener >= 0)
		close(s->listener);
	if (s->listener >= 0)
		listen_remove(&s->address);
	free(s);
}

/* What a header can't have no client can send. */
static bool can_be_sent(const char *token)
{
	for (const char *c = token; *c; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	return true;
}

int server_read_token(const char *path, char ret[MAX_TOKEN], struct error *why)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	char line[MAX_TOKEN + 2] = ""; /* with its end, and so that a longer one is seen */
	struct stat st;
	size_t n;

	if (!f || fstat(fileno(f), &st))
		return error_set(why, -EINVAL, "--metrics-token: %s: %s", path, strerror(errno));
	if (st.st_mode & S_IROTH)
		return error_set(why, -EINVAL,
			"--metrics-token: every user can read %s: chmod o= %s", path, path);
	if (!fgets(line, sizeof(line), f))
		*line = '\0';
	n = strcspn(line, "\r\n");
	line[n] = '\0';
	if (n < SHORTEST_TOKEN || n >= MAX_TOKEN || !can_be_sent(line))
		return error_set(why, -EINVAL,
			"--metrics-token: the first line of %s is the token, of at least %d "
			"characters and at most %d, all of them ASCII and none a blank",
			path, SHORTEST_TOKEN, MAX_TOKEN - 1);
	memcpy(ret, line, n + 1);
	return 0;
}
