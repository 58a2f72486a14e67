// SPDX-License-Identifier: GPL-2.0
#include "expect/pattern.h"

#include <errno.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Steps of one match: some milliseconds at the most. */
#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 1000
#define JIT_STACK (64 << 10)

struct pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
};

static int compile(struct pattern *p, const char *text, struct error *why)
{
	PCRE2_UCHAR reason[120];
	PCRE2_SIZE at;
	int code;

	/* What is no UTF-8 in a log is matched all the same. */
	p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code, &at, NULL);
	if (p->code)
		return 0;
	pcre2_get_error_message(code, reason, sizeof(reason));
	return error_set(why, -EINVAL, "not a regular expression: %s, at character %zu", reason,
		(size_t)at + 1);
}

int pattern_new(const char *text, struct pattern **ret, struct error *why)
{
	struct pattern *p = calloc(1, sizeof(*p));
	int err = p ? compile(p, text, why) : -ENOMEM;

	if (!err) {
		/* Without JIT it is slower, within the same limits. */
		(void)pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
		p->limits = pcre2_match_context_create(NULL);
		p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
		p->stack = pcre2_jit_stack_create(JIT_STACK / 2, JIT_STACK, NULL);
		err = p->limits && p->data && p->stack ? 0 : -ENOMEM;
	}
	if (err == -ENOMEM)
		error_set(why, err, "out of memory");
	if (err) {
		pattern_free(p);
		return err;
	}
	pcre2_set_match_limit(p->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(p->limits, DEPTH_LIMIT);
	pcre2_jit_stack_assign(p->limits, NULL, p->stack);
	*ret = p;
	return 0;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_jit_stack_free(p->stack);
	pcre2_match_data_free(p->data);
	pcre2_match_context_free(p->limits);
	pcre2_code_free(p->code);
	free(p);
}

int pattern_find(const struct pattern *p, const char *text, size_t size)
{
	int n = pcre2_match(p->code, (PCRE2_SPTR)text, size, 0, 0, p->data, p->limits);

	if (n >= 0)
		return 1;
	return n == PCRE2_ERROR_NOMATCH ? 0 : -E2BIG;
}

bool pattern_may_come(const struct pattern *p, const char *text, size_t size)
{
	uint32_t options = 0;

	/* PCRE2 finds out itself what can match at the beginning alone. */
	pcre2_pattern_info(p->code, PCRE2_INFO_ALLOPTIONS, &options);
	return !size || !(options & PCRE2_ANCHORED) ||
	       pcre2_match(p->code, (PCRE2_SPTR)text, size, 0, PCRE2_PARTIAL_SOFT, p->data,
		       p->limits) != PCRE2_ERROR_NOMATCH;
}

bool pattern_has(const struct pattern *p, const char *name)
{
	return pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)name) > 0;
}

bool pattern_named(const struct pattern *p, const char *name, size_t *ret_at, size_t *ret_size)
{
	int group = pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)name);
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(p->data);

	if (group <= 0 || ends[2 * group] == PCRE2_UNSET)
		return false;
	*ret_at = ends[2 * group];
	*ret_size = ends[2 * group + 1] - ends[2 * group];
	return true;
}
