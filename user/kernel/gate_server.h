/* SPDX-License-Identifier: GPL-2.0 */
/* The two processes that keep the gate (gate.h). */
#ifndef JINX_GATE_SERVER_H
#define JINX_GATE_SERVER_H

#include <sys/types.h>

#include "../../bpf/abi.h"

struct gate_server {
	struct gate_shared *shared;
	const struct gate_slot *slots; /* MAX_SLEEPERS of them */
	int wake;		       /* an eventfd: everybody is to be sent on */
	int life, our_life;	       /* a pipe that ends with jinx, and jinx's end of it */
	int ready; /* a pipe: 'r' when all is there, else the text of what went wrong */
	int server_prog, mapper_prog; /* gate.bpf.c's, each to be run in its process */
	int look_prog;		      /* and the server's look at a thread that got a signal */
	pid_t parent;
};

/* In a fresh child of jinx: becomes the server, and starts the mapper. */
_Noreturn void gate_serve(const struct gate_server *args);

#endif
