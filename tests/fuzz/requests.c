// SPDX-License-Identifier: GPL-2.0
/* Fuzzes packets with HTTP requests: a target sends what it likes, and jinx answers it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shape/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *frame = malloc(size ?: 1), ret[HTTP_FRAME_MOST], again[HTTP_FRAME_MOST];
	size_t n, m;

	if (!frame)
		return 0;
	memcpy(frame, data, size);
	n = http_respond(frame, size, 503, ret);
	/* What is said to the client is no request itself, and the server is told whenever it is.
	 */
	if (n > sizeof(ret) || (n && http_respond(ret, n, 503, again)))
		abort();
	m = http_reset(frame, size, ret);
	if (m > sizeof(ret) || !n != !m || (m && http_reset(ret, m, again)))
		abort();
	free(frame);
	return 0;
}
