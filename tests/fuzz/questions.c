// SPDX-License-Identifier: GPL-2.0
/* Fuzzes packets that ask a name server: a target sends what it likes, and jinx answers it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shape/dns.h"
#include "shape/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *frame = malloc(size ?: 1), ret[DNS_FRAME_MOST];
	size_t n;

	if (!frame)
		return 0;
	memcpy(frame, data, size);
	for (enum dns_reply r = DNS_NO_REPLY; r < NR_DNS_REPLIES; r++) {
		n = dns_answer(frame, size, r, ret);
		/* No longer than the question, and none itself. */
		if (n > size || n > sizeof(ret) || (n && dns_answer(ret, n, r, frame)))
			abort();
	}
	free(frame);
	return 0;
}
