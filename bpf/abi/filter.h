/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule's `where` asks of a call. */
#ifndef JINX_ABI_FILTER_H
#define JINX_ABI_FILTER_H

#include "check.h"
#include "caller.h"

/* What a rule's `where` asks of a call; a bit of `asks` each. */
enum filter_kind {
	FILTER_FD = 1,
	FILTER_ARGUMENT = 2,
	FILTER_THREAD = 4,
	FILTER_PORT = 8,
	FILTER_CIDR = 16,
	FILTER_PATH = 32,
	FILTER_WHO = 64,
	FILTER_STACK = 128,
	FILTER_LOCAL_PORT = 256,
	FILTER_REMOTE_PORT = 512,
	FILTER_PROTOCOL = 1024,
	FILTER_SOCKET = 2048,
	FILTER_HOST = 4096,
	FILTER_DEVICE = 8192,
};
#define NR_FILTER_KINDS 14
/* What a call is about is looked at once, for all rules; who makes it and how, for each rule. */
#define FILTER_PACKET                                                                       \
	(FILTER_PORT | FILTER_LOCAL_PORT | FILTER_REMOTE_PORT | FILTER_CIDR | FILTER_HOST | \
		FILTER_PROTOCOL)
#define FILTER_PEER (FILTER_PACKET | FILTER_SOCKET)
#define FILTER_CALLER (FILTER_ARGUMENT | FILTER_THREAD | FILTER_WHO)

enum fd_kind { FD_OTHER, FD_FILE, FD_DIRECTORY, FD_SOCKET, FD_PIPE, FD_DEVICE, NR_FD_KINDS };
enum comparison {
	IS_EQUAL,
	IS_NOT,
	IS_LESS,
	IS_AT_MOST,
	IS_MORE,
	IS_AT_LEAST,
	HAS_BITS,
	NR_COMPARISONS
};
enum thread_kind { THREAD_MAIN = 1, THREAD_OTHER = 2 };
enum protocol { PROTOCOL_OTHER, PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMP, NR_PROTOCOLS };
enum port_end { PORT_EITHER, PORT_LOCAL, PORT_REMOTE };

#define MAX_FILTERS 16	 /* values of a key in one rule */
#define MAX_TESTS 256	 /* ports, networks and paths of all rules, each */
#define MAX_FILE_NAME 32 /* of a file, in a path filter; read a byte at a time */
#define MAX_DEPTH 48	 /* directories that a path filter looks up */

struct argument_test {
	__u32 argument; /* 0 to 5 */
	__u32 comparison;
	__u64 value;
};

SIZE_IS(argument_test, 16);

/* The rules that ask for something, in their `where` or in its `not`; a bit each. */
struct askers {
	__u64 rules, barred;
};

SIZE_IS(askers, 16);

struct network {
	__u32 family;		   /* AF_INET or AF_INET6 */
	__u32 address[4], mask[4]; /* network byte order */
};

SIZE_IS(network, 36);

#define HOST_ADDRESSES 16 /* of a host by name, in place of so many networks */

struct network_test {
	struct network network; /* family 0: there is no such test at the moment */
	__u32 is_of_host;	/* an address of a host by name, and not of `cidr` */
	struct askers by;
};

SIZE_IS(network_test, 56);

#define MAX_SOCKET_NAME 108 /* include/uapi/linux/un.h: UNIX_PATH_MAX */

/* A name of a Unix socket, as eight bytes at a time come to it; those behind its end are 0. */
static inline __u64 socket_name_mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

struct socket_test {
	__u64 name; /* mixed */
	struct askers by;
};

SIZE_IS(socket_test, 24);

struct port_range {
	__u16 low, high; /* host byte order, both included */
	__u32 end;	 /* enum port_end */
};

SIZE_IS(port_range, 8);

struct port_test {
	struct port_range range;
	struct askers by;
};

SIZE_IS(port_test, 24);

/* A file by its directory: paths end where names do, so mounts and renames above don't matter. */
enum path_kind {
	PATH_SUBTREE, /* below the directory, at any depth */
	PATH_NAME,    /* in it, by this name */
	PATH_PREFIX,  /* in it, beginning so */
	PATH_SUFFIX,  /* in it, ending so */
};

/* One of them is enough. */
struct path_test {
	struct file_id directory; /* the file is in it, by the name; none: in any */
	struct file_id file;	  /* this file, by whatever name */
	struct file_id tree;	  /* below this directory */
	__u32 kind;
	__u32 length; /* of the name */
	char name[MAX_FILE_NAME];
	struct askers by; /* nobody: there is no such test at the moment */
};

SIZE_IS(path_test, 104);
FIELD_IS_AT(path_test, name, 56);
FIELD_IS_AT(path_test, by, 88);

#define MAX_DEVICE_TESTS 32 /* of all rules together */

/* A block device, or all that is on a disk. */
struct device_test {
	__u32 device; /* a dev_t as the kernel has it */
	__u32 unused;
	struct askers by;
};

SIZE_IS(device_test, 24);

#define MAX_CREATIONS 4096 /* threads that are making a file in one moment */
#define MAX_ENTERED 32768  /* threads that are in a call which rules wait for at its exit */

/* A function in the call chain. */
struct stack_test {
	struct file_id file; /* that is mapped; none: the kernel itself */
	/* Its bytes, high excluded: offsets in the file, addresses in the kernel. */
	__u64 low, high;
	struct askers by;
};

SIZE_IS(stack_test, 48);
FIELD_IS_AT(stack_test, by, 32);

#define MAX_STACK_TESTS 16 /* of all rules together */
#define MAX_FRAMES 64	   /* that are looked at, of a thread's user and kernel stack each */
#define MAX_STACKS 64	   /* kernel stacks that are looked at in one moment */

/* What a rule asks of the caller and the arguments. */
struct filter {
	__u32 asks;
	__u32 thread; /* enum thread_kind, a bit each */
	__u32 n_arguments;
	__u32 unused;
	/* All must hold; of the others, one of a kind. */
	struct argument_test arguments[MAX_FILTERS];
	struct identity who;
};

SIZE_IS(filter, 1128);
FIELD_IS_AT(filter, who, 272);

#endif
