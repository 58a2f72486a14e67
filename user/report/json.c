// SPDX-License-Identifier: GPL-2.0
#include "report/json.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/text.h"

json_t *json_foreign(const char *text)
{
	_cleanup_free_ char *shown = printable_copy(text, "");

	return shown ? json_string(shown) : NULL;
}

json_t *json_finite(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}
