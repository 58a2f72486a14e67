/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_TREE_H
#define JINX_TREE_H

/*
 * Removes the directory with all that is in it, as far as it is of one file system; links are not
 * followed, whatever others do in there meanwhile. 0 or -errno of what could not be removed first.
 */
int tree_remove(const char *path);

#endif
