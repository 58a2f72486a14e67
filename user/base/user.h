/* SPDX-License-Identifier: GPL-2.0 */
/* Running commands as another user. */
#ifndef JINX_USER_H
#define JINX_USER_H

#include <sys/types.h>

#define MAX_USER_GROUPS 64

struct user {
	uid_t uid;
	gid_t gid;
	int n_groups;
	gid_t groups[MAX_USER_GROUPS];
	char name[64], home[256];
};

/* 0; -ENOENT: there is no such user on this host; another -errno. */
int user_find(const char *name, struct user *ret);

/* Of a process that goes on to execute a program: it is that user's from now on. 0 or -errno. */
int user_become(const struct user *u);

/*
 * What is cloned meanwhile and does nothing but execute a program is that user's, and can't go
 * back; this process can. In between it may put what it clones into any cgroup, and no more. 0 or
 * -errno. The environment is the user's until user_return().
 */
int user_borrow(const struct user *u);
int user_return(void);

#endif
