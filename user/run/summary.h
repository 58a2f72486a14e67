/* SPDX-License-Identifier: GPL-2.0 */
/* The summary that a pipeline shows of its job, to which whoever runs in it may add Markdown. */
#ifndef JINX_SUMMARY_H
#define JINX_SUMMARY_H

/* Names the file. */
#define SUMMARY_VARIABLE "GITHUB_STEP_SUMMARY"

/* Adds text to the file. 0; -EFBIG: nobody would see any of it any more; or -errno. */
int summary_add(const char *path, const char *text);

#endif
