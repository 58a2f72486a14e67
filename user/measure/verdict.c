// SPDX-License-Identifier: GPL-2.0
#include "measure/verdict.h"

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {[VERDICT_UNSET] = "failed",
		[VERDICT_HELD] = "held",
		[VERDICT_OBSERVED] = "observed",
		[VERDICT_DEVIATED] = "deviated",
		[VERDICT_UNSUPPORTED] = "unsupported",
		[VERDICT_ABORTED] = "aborted",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_FAILED] = "failed"};

	return names[v];
}

int verdict_exit(enum verdict v)
{
	if (v == VERDICT_HELD || v == VERDICT_OBSERVED)
		return 0;
	return v == VERDICT_UNSET ? VERDICT_FAILED : (int)v;
}

enum verdict verdict_of_exit(int code)
{
	switch (code) {
	case 0:
		return VERDICT_HELD;
	case VERDICT_DEVIATED:
	case VERDICT_UNSUPPORTED:
	case VERDICT_ABORTED:
	case VERDICT_INCONCLUSIVE:
		return code;
	default:
		return VERDICT_FAILED;
	}
}
