// SPDX-License-Identifier: GPL-2.0
/* refused CALLS: microseconds of CPU time that a connect() of a datagram socket takes. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	long calls = argc > 1 ? atol(argv[1]) : 0;
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	struct timespec used;

	if (calls < 1 || s < 0)
		return 2;
	for (long i = 0; i < calls; i++)
		connect(s, (struct sockaddr *)&to, sizeof(to));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	printf("%.3f\n", (used.tv_sec * 1e9 + used.tv_nsec) / 1e3 / calls);
	return 0;
}
