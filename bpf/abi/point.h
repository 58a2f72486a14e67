/* SPDX-License-Identifier: GPL-2.0 */
/* Where a fault can strike, and what the kernel side has to know of a point */
#ifndef JINX_ABI_POINT_H
#define JINX_ABI_POINT_H

#include "check.h"

#define MAX_SYSCALLS 512
#define MAX_POINTS 512	/* of a plan */
#define NO_POINT 0xffff /* no number of the plan's */

/* points.def: the places where a fault can strike */
enum point {
#define SYSCALL(name, ...) POINT_##name,
#define PACKET(name, traits) POINT_##name,
#define BIO(name) POINT_##name,
#define WHOLE(name) POINT_##name,
#define CODE(number) POINT_code_##number,
#include "../points.def"
	NR_POINTS
};

#define NR_CODE_POINTS (NR_POINTS - POINT_code_0) /* they are the last ones */

/* What a point is */
enum point_kind { KIND_SYSCALL, KIND_PACKET, KIND_BIO, KIND_WHOLE, KIND_CODE, NR_POINT_KINDS };

/* hooks.def: security hooks, the LSM layer's side of points.def */
enum hook {
	HOOK_none,
#define HOOK(name, function, locked) HOOK_##name,
#include "../hooks.def"
	NR_HOOKS
};

/* What an argument of a security hook says of the file that the call is about */
enum subject {
	SUBJECT_NONE,
	SUBJECT_FILE,	 /* struct file */
	SUBJECT_PATH,	 /* struct path */
	SUBJECT_DENTRY,	 /* struct dentry */
	SUBJECT_INODE,	 /* struct inode, where nothing better is there */
	SUBJECT_PROGRAM, /* struct linux_binprm */
};

#define MAX_HOOK_ARGUMENTS 6

/* strace's groups, as bits of a point's row */
enum group {
	GROUP_FILE = 1 << 0,
	GROUP_DESC = 1 << 1,
	GROUP_NETWORK = 1 << 2,
	GROUP_MEMORY = 1 << 3,
	GROUP_PROCESS = 1 << 4,
	GROUP_IPC = 1 << 5,
	GROUP_SIGNAL = 1 << 6,
	GROUP_SYNC = 1 << 7,  /* not strace's: calls that make data durable */
	GROUP_NEWFD = 1 << 8, /* nor this one: calls that make a descriptor */
};

/* What else a point's row says */
#define FD(n) (1u << (n)) /* argument n is a descriptor that the call works on */
#define FD_ARGUMENTS 5	  /* they are 0 to 4 */
enum trait {
	PATHLESS = 1 << 5, /* what they are descriptors of has no path: sockets, epoll, timers */
	CREATES = 1 << 6,  /* it may make a file, and then HOOK_inode_create is asked before */
	SENDS = 1 << 7,	   /* data, or asks for a connection */
	RECEIVES = 1 << 8, /* the same from the other end */
	REPLACES = 1 << 9, /* the program by another: at its exit none is left that made the call */
};

/* How a call names an address */
enum address_kind {
	ADDRESS_NONE,
	ADDRESS_REMOTE,	     /* an argument is a struct sockaddr: the peer's */
	ADDRESS_LOCAL,	     /* its own end's */
	ADDRESS_IN_MESSAGE,  /* an argument is a struct msghdr, which may name the peer */
	ADDRESS_IN_MESSAGES, /* so many struct mmsghdr as the next argument says */
};

/* How a call says how many bytes it is about */
enum amount_kind {
	AMOUNT_NONE,
	AMOUNT_HERE,   /* an argument does */
	AMOUNT_PIECES, /* an argument is so many struct iovec as the next one says */
};

/* Where the bytes are that a call has returned, or sends */
enum buffer_kind {
	BUFFER_NONE,
	BUFFER_HERE,   /* an argument is their address, the next one how many there is room for */
	BUFFER_PIECES, /* an argument is so many struct iovec as the next one says */
	BUFFER_IN_MESSAGE, /* an argument is a struct msghdr, which has the pieces */
};

/* Of calls that say how many bytes they are about, the argument that can be lowered */
#define COUNT_ARGUMENT 2

#define NO_ARGUMENT 0xff
#define MAX_DESCRIPTORS 2

/*
 * A point of the plan, as far as the kernel side has to know it. Points in use are numbered from 0
 * on, and a number is all that rules, counters, events and cookies have of a point: what it is, and
 * how many others jinx knows, makes no difference to them.
 */
struct plan_point {
	__u8 kind;	   /* enum point_kind */
	__u8 hook;	   /* enum hook */
	__u8 address_kind; /* enum address_kind */
	__u8 address_argument;
	__u8 descriptors[MAX_DESCRIPTORS]; /* the arguments that are; NO_ARGUMENT: no more */
	__u16 traits;			   /* enum trait bits */
	__u8 amount_kind;		   /* enum amount_kind */
	__u8 amount_argument;
	__u8 buffer_kind; /* enum buffer_kind */
	__u8 buffer_argument;
	__u8 offset_argument; /* 0: the file has it */
	__u8 unused;
};

SIZE_IS(plan_point, 14);
FIELD_IS_AT(plan_point, descriptors, 4);
FIELD_IS_AT(plan_point, traits, 6);

#endif
