// SPDX-License-Identifier: GPL-2.0
/*
 * busy DIRECTORY...: a server of no use that makes the calls which the examples of the documents
 * name, in turn and for ever: files in each directory are made, written, synchronised, read and
 * removed; sockets bind, connect, accept, send to themselves and receive.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void use_files(const char *directory)
{
	char path[4096], text[16] = "text";
	int fd;

	snprintf(path, sizeof(path), "%s/busy.tmp", directory);
	fd = open(path, O_CREAT | O_RDWR, 0600);
	if (fd < 0)
		return;
	/* What becomes of them is of no interest here: they are to be hit. */
	if (write(fd, text, sizeof(text)) < 0 || pwrite(fd, text, sizeof(text), 4) < 0 ||
		pread(fd, text, sizeof(text), 0) < 0 || fsync(fd) || fdatasync(fd))
		text[0] = '\0';
	close(fd);
	unlink(path);
}

static int bound(int type, struct sockaddr_in *a)
{
	socklen_t length = sizeof(*a);
	int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);

	*a = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(fd, (struct sockaddr *)a, length) ||
		getsockname(fd, (struct sockaddr *)a, &length))
		a->sin_port = 0;
	return fd;
}

static void use_sockets(void)
{
	struct sockaddr_in a, five = {.sin_family = AF_INET,
				      .sin_port = htons(5432),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int udp = bound(SOCK_DGRAM, &a), tcp,
	    client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	char text[16] = "text";
	ssize_t n;

	n = sendto(udp, text, sizeof(text), 0, (struct sockaddr *)&a, sizeof(a));
	if (n > 0)
		(void)recv(udp, text, sizeof(text), 0); /* lost or not: both are meant to happen */
	tcp = bound(SOCK_STREAM, &a);
	listen(tcp, 4);
	(void)connect(
		client, (struct sockaddr *)&five, sizeof(five)); /* nobody need listen there */
	(void)connect(client, (struct sockaddr *)&a, sizeof(a));
	close(accept4(tcp, NULL, NULL, SOCK_NONBLOCK));
	close(client);
	close(tcp);
	close(udp);
}

int main(int argc, char **argv)
{
	struct timespec pause = {.tv_nsec = 20000000};

	if (argc < 2)
		return 2;
	for (;;) {
		for (int i = 1; i < argc; i++)
			use_files(argv[i]);
		use_sockets();
		nanosleep(&pause, NULL);
	}
}
