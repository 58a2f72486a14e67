/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_TREE_H
#define JINX_TREE_H

/*
 * Removes the directory with all that is in it. Links are not followed, and nothing that is mounted
 * in it is entered, whatever others do in there meanwhile. 0 or -errno of what could not be removed
 * first; -EXDEV: something is mounted there.
 */
int tree_remove(const char *path);

#endif
