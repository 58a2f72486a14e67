/* SPDX-License-Identifier: GPL-2.0 */
/* A folder that a test has made goes, with all that is in it. */
#ifndef JINX_REMOVE_TREE_H
#define JINX_REMOVE_TREE_H

#include <ftw.h>
#include <stdio.h>

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int remove_tree(const char *top)
{
	return nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
