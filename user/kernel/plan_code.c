// SPDX-License-Identifier: GPL-2.0
/* Mechanisms at places in code: which is for what, and what a function may return. */
#include "kernel/plan_code.h"

#include "faults/kind.h"
#include "scenario/code.h"

static bool is_of_kernel_functions(enum mechanism m)
{
	switch ((int)m) {
	case MECHANISM_FMOD_RET:
	case MECHANISM_OVERRIDE:
	case MECHANISM_OVERRIDE_EXIT:
	case MECHANISM_FENTRY:
	case MECHANISM_TASK_WORK:
	case MECHANISM_SPIN:
	case MECHANISM_FEXIT:
	case MECHANISM_KRETPROBE:
		return true;
	default:
		return false;
	}
}

bool is_for_point(enum mechanism m, enum point p)
{
	if (is_user_code(p))
		return mechanisms[m].flags & OF_FUNCTIONS || m == MECHANISM_UPROBE_SLEEP;
	if (is_kernel_code(p))
		return is_of_kernel_functions(m);
	if (is_tracepoint(p))
		return mechanisms[m].flags & AT_SYS_ENTER;
	return !(mechanisms[m].flags & OF_FUNCTIONS);
}

bool is_for_any(enum mechanism m, const uint16_t *list, unsigned int n)
{
	while (n--)
		if (is_for_point(m, list[n]))
			return true;
	return false;
}

/* What the kernel lets a function of its own return, whoever makes it. */
static const char *unfit_value(const struct fault_spec *f, enum point p, const struct caps *caps)
{
	for (unsigned int i = 0; i < f->n_errors; i++) {
		bool value = f->forms[i] == RETURN_VALUE;

		switch ((enum injectable)caps->injectable[p]) {
		case INJECT_ERRNO:
			if (value)
				return "this function fails by errno";
			break;
		case INJECT_ERRNO_OR_NULL:
			if (value && f->errors[i])
				return "this function fails by errno or NULL";
			break;
		case INJECT_NULL:
			if (!value || f->errors[i])
				return "this function fails by NULL alone";
			break;
		case INJECT_TRUE:
			if (!value || !f->errors[i])
				return "this function fails by true alone";
			break;
		case INJECT_NOTHING:
			break;
		}
	}
	return NULL;
}

/* As far as the kernel's types say. Of a function without, and of programs', it is not known. */
static const char *lacks_argument(const struct fault_spec *f, enum point p, const struct caps *caps)
{
	for (const struct where *w = &f->where; w && caps->traceable[p] && !is_user_code(p);
		w = w->barred)
		for (unsigned int i = 0; i < w->filter.n_arguments; i++)
			if (w->filter.arguments[i].argument >= caps->n_arguments[p])
				return "it has fewer arguments than \"arg\" asks for (jinx list "
				       "points shows them)";
	return NULL;
}

const char *code_unfit(
	const struct fault_spec *f, enum point p, enum mechanism m, const struct caps *caps)
{
	const char *why = lacks_argument(f, p, caps);

	if (!why && f->fault == FAULT_FAIL && is_kernel_code(p))
		why = unfit_value(f, p, caps);
	if (why || m != MECHANISM_FMOD_RET || f->fault != FAULT_FAIL)
		return why;
	/* For the kernel it means that the function is to be carried out. */
	for (unsigned int i = 0; i < f->n_errors; i++)
		if (f->forms[i] == RETURN_VALUE && !f->errors[i])
			return "it can return anything but NULL";
	return NULL;
}
