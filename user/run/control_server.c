// SPDX-License-Identifier: GPL-2.0
#include "run/control_server.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/process.h"

/* The question is sent right after connecting: a fraction of the heartbeat. */
#define QUESTION_NS 500000000ull
/* Out of descriptors, perhaps: before the next attempt to accept a connection. */
#define PAUSE_NS 50000000ull
#define BACKLOG 128

/* Somebody who has connected and not asked yet. */
struct asker {
	struct control_server *server;
	LIST_ENTRY(asker) all;
	int fd;
	struct source *question, *patience;
};

struct control_server {
	int listener;
	struct loop *loop; /* the experiment's, later that of the thread */
	struct source *connection, *pause;
	LIST_HEAD(, asker) askers;
	const struct control_functions *functions;
	void *context;
	bool attended; /* by the thread, with this status */
	struct status status;
	pthread_t thread;
	int end;		 /* an eventfd: the thread is to end */
	unsigned int n_stoppers; /* whose connections are closed at the end, as a sign */
	unsigned int n_before;	 /* so many of them came before it was attended by a thread */
	int *stoppers;
};

static int listen_as(const char *id)
{
	struct sockaddr_un a;
	socklen_t size = control_address(id, &a);
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, size) || listen(fd, BACKLOG))
		return -errno;
	return take_fd(&fd);
}

int control_server_new(const char *id, struct control_server **ret)
{
	struct control_server *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	LIST_INIT(&s->askers);
	s->end = -1;
	s->listener = listen_as(id);
	if (s->listener >= 0) {
		*ret = s;
		return 0;
	}
	err = s->listener;
	free(s);
	return err;
}

/* An experiment answers its own user, and root. */
static int check_asker(int fd)
{
	struct ucred peer;
	int err = control_peer(fd, &peer);

	return err ?: peer.uid == 0 || peer.uid == geteuid() ? 0 : -EPERM;
}

/* Without memory for its number it stays open, until the process ends. */
static void keep(struct control_server *s, int fd)
{
	int *more = reallocarray(s->stoppers, s->n_stoppers + 1, sizeof(*more));

	if (!more)
		return;
	s->stoppers = more;
	s->stoppers[s->n_stoppers++] = fd;
}

static void forget(struct asker *a)
{
	loop_remove(a->question);
	loop_remove(a->patience);
	LIST_REMOVE(a, all);
	if (a->fd >= 0)
		close(a->fd);
	free(a);
}

static void tell_status(struct asker *a)
{
	struct control_server *s = a->server;
	struct status status = s->status;

	if (!s->attended)
		s->functions->status(&status, s->context);
	(void)send(a->fd, &status, sizeof(status), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void take_stop(struct asker *a)
{
	struct control_server *s = a->server;

	(void)send(a->fd, "o", 1, MSG_NOSIGNAL | MSG_DONTWAIT); /* it may have gone */
	keep(s, take_fd(&a->fd));
	if (!s->attended)
		s->functions->stop(s->context);
}

/* At its end an experiment is nobody's neighbour. */
static void tell_whether_it_meets(struct asker *a, const char *question, size_t size)
{
	struct control_server *s = a->server;
	bool meets = !s->attended && s->functions->meet(question, size, s->context);

	if (!s->attended)
		(void)send(a->fd, meets ? "y" : "n", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void on_question(uint32_t events, void *context)
{
	char question[MAX_QUESTION];
	struct asker *a = context;
	ssize_t n = recv(a->fd, question, sizeof(question), MSG_DONTWAIT);

	(void)events;
	if (n > 0 && question[0] == 's')
		tell_status(a);
	else if (n > 0 && question[0] == 'o')
		take_stop(a);
	else if (n > 0 && question[0] == 'n')
		tell_whether_it_meets(a, question, n);
	forget(a);
}

static void out_of_patience(uint64_t now_ns, void *context)
{
	(void)now_ns;
	forget(context);
}

/* Adds it to the loop that there is. */
static int await_question(struct asker *a, uint64_t until_ns)
{
	struct loop *l = a->server->loop;

	return loop_watch(l, a->fd, EPOLLIN, on_question, a, &a->question)
		       ?: loop_timer(l, until_ns, 0, out_of_patience, a, &a->patience);
}

static int admit(struct control_server *s, int fd)
{
	struct asker *a = calloc(1, sizeof(*a));

	if (!a) {
		close(fd);
		return -ENOMEM;
	}
	a->server = s;
	a->fd = fd;
	LIST_INSERT_HEAD(&s->askers, a, all);
	if (!await_question(a, monotonic_ns() + QUESTION_NS))
		return 0;
	forget(a);
	return -ENOMEM;
}

static int accept_one(struct control_server *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return errno == EAGAIN || errno == ECONNABORTED ? 0 : -errno;
	if (!check_asker(fd))
		return admit(s, fd);
	close(fd);
	return 0;
}

static int await_connections(struct control_server *s);

static void resume(uint64_t now_ns, void *context)
{
	struct control_server *s = context;

	if (await_connections(s))
		loop_set(s->pause, now_ns + PAUSE_NS);
}

static void on_connection(uint32_t events, void *context)
{
	struct control_server *s = context;

	(void)events;
	if (!accept_one(s))
		return;
	loop_remove(s->connection);
	s->connection = NULL;
	loop_set(s->pause, monotonic_ns() + PAUSE_NS);
}

static int await_connections(struct control_server *s)
{
	return loop_watch(s->loop, s->listener, EPOLLIN, on_connection, s, &s->connection);
}

static int join(struct control_server *s, struct loop *l)
{
	s->loop = l;
	return loop_timer(l, LOOP_NEVER, 0, resume, s, &s->pause) ?: await_connections(s);
}

/* Those who have connected in an earlier loop. */
static int await_all(struct control_server *s)
{
	struct asker *a;
	int err = 0;

	LIST_FOREACH(a, &s->askers, all)
	if (!err)
		err = await_question(a, monotonic_ns() + QUESTION_NS);
	return err;
}

int control_server_start(struct control_server *s, struct loop *l,
	const struct control_functions *functions, void *context)
{
	s->functions = functions;
	s->context = context;
	return join(s, l) ?: await_all(s);
}

static void leave(struct control_server *s)
{
	struct asker *a;

	loop_remove(s->connection);
	loop_remove(s->pause);
	s->connection = s->pause = NULL;
	LIST_FOREACH(a, &s->askers, all)
	{
		loop_remove(a->question);
		loop_remove(a->patience);
		a->question = a->patience = NULL;
	}
}

void control_server_pause(struct control_server *s)
{
	leave(s);
	s->loop = NULL;
}

static void on_end(uint32_t events, void *context)
{
	struct control_server *s = context;

	(void)events;
	loop_stop(s->loop);
}

/* Who has connected to the one loop asks in the other. */
static int move(struct control_server *s, struct loop *l)
{
	int err = join(s, l) ?: await_all(s);

	return err ?: loop_watch(l, s->end, EPOLLIN, on_end, s, NULL);
}

static void *attend(void *context)
{
	struct control_server *s = context;

	(void)loop_run(s->loop); /* if it fails nobody is answered, and nothing else is the worse */
	return NULL;
}

int control_server_attend(struct control_server *s, const struct status *status)
{
	struct loop *l = NULL;
	int err;

	control_server_pause(s);
	s->n_before = s->n_stoppers;
	s->status = *status;
	s->end = eventfd(0, EFD_CLOEXEC);
	err = s->end < 0 ? -errno : loop_new(&l);
	s->attended = true;
	if (!err)
		err = move(s, l) ?: -pthread_create(&s->thread, NULL, attend, s);
	if (!err)
		return 0;
	s->attended = false;
	leave(s);
	loop_free(l);
	s->loop = NULL;
	return err;
}

static void end_thread(struct control_server *s)
{
	if (!s->attended)
		return;
	(void)eventfd_write(s->end, 1);
	pthread_join(s->thread, NULL);
	s->attended = false;
	leave(s);
	loop_free(s->loop);
	s->loop = NULL;
	close(s->end);
	s->end = -1;
}

static void release_stoppers(struct control_server *s)
{
	for (unsigned int i = 0; i < s->n_stoppers; i++)
		close(s->stoppers[i]);
	s->n_stoppers = 0;
}

bool control_server_return(struct control_server *s)
{
	bool told;

	end_thread(s);
	told = s->n_stoppers > s->n_before;
	release_stoppers(s);
	return told;
}

void control_server_free(struct control_server *s)
{
	struct asker *a;

	if (!s)
		return;
	end_thread(s);
	while ((a = LIST_FIRST(&s->askers)))
		forget(a);
	if (s->loop)
		leave(s);
	release_stoppers(s);
	free(s->stoppers);
	if (s->end >= 0)
		close(s->end);
	close(s->listener);
	free(s);
}
