// SPDX-License-Identifier: GPL-2.0
#include "measure/ask.h"

void ask_log(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	(void)s;
	(void)m;
	(void)within;
	answer_unknown(ret, "not measured");
}
