/* SPDX-License-Identifier: GPL-2.0 */
/* libcurl in a loop; for the files of this folder. */
#ifndef JINX_NETWORK_H
#define JINX_NETWORK_H

#include <curl/curl.h>

#include "base/loop.h"

struct network {
	struct loop *loop;
	CURLM *multi;
	struct source *timer;
};

/* A transfer has ended; the handle has been taken out of the multi handle, unless it only connects.
 */
void client_on_end(void *client, CURLcode code);

#endif
