// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the language of expectations: a text is refused at a place, or understood; what is
 * understood can be described and evaluated whatever was measured.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/made_up_names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Anything, by what is asked. */
static void measure(const struct metric *m, void *context, struct measured *ret)
{
	static const double values[] = {0, 1, -1, 1e300, INFINITY, 0.5};

	(void)context;
	*ret = (struct measured){.known = m->scope != SCOPE_RECOVER,
		.value = values[(m->phase + m->row->dimension + m->scope) % 6],
		.n = m->quantile > 0.9 ? 5 : 1000,
		.why = "made up"};
}

static void use(const struct condition *c)
{
	struct judged j;
	char text[300];

	condition_describe(c, &names, text, sizeof(text));
	if (!*text || strlen(text) >= sizeof(text))
		abort();
	condition_evaluate(c, 0, measure, NULL, &j);
	if ((j.truth == TRUTH_UNKNOWN) != (j.why[0] != '\0'))
		abort();
	judged_text(c, &j, text, sizeof(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct condition *c = NULL;
	struct error why = {};
	char text[512];

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!condition_parse(text, &names, &c, &why)) {
		use(c);
		condition_free(c);
	} else if (c || !why.message[0] || why.place.line != 1 || !why.place.column ||
		   why.place.column > strlen(text) + 1) {
		abort();
	}
	return 0;
}
