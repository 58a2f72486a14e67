// SPDX-License-Identifier: GPL-2.0
/* hooks: of a scenario file. */
#include <errno.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

/* Between two phases nobody wants to wait long. */
#define DEFAULT_HOOK_NS 30000000000ull

const char *const run_hook_names[NR_RUN_HOOKS] = {
	"before_run", "before_phase", "after_phase", "after_run"};

bool standing_has_hooks(const struct standing *st)
{
	for (int h = 0; h < NR_RUN_HOOKS; h++)
		if (st->hooks[h].n)
			return true;
	return false;
}

static int read_hook(struct document *d, yaml_node_t *node, enum run_hook h, void *standing)
{
	struct steps *all = &((struct standing *)standing)->hooks[h];

	all->timeout_ns = DEFAULT_HOOK_NS;
	return read_steps(d, node, run_hook_names[h], all);
}

#define READ_HOOK(name, h)                                                            \
	static int read_##name(struct document *d, yaml_node_t *node, void *standing) \
	{                                                                             \
		return read_hook(d, node, h, standing);                               \
	}
READ_HOOK(before_run, HOOK_BEFORE_RUN)
READ_HOOK(before_phase, HOOK_BEFORE_PHASE)
READ_HOOK(after_phase, HOOK_AFTER_PHASE)
READ_HOOK(after_run, HOOK_AFTER_RUN)

static const struct key hook_keys[] = {
	{"before_run", VALUE_STEPS, BLOCK_STEP, .read = read_before_run,
		.about = "after setup; if one fails nothing is run",
		.example = "[./silence-alerts]"},
	{"before_phase", VALUE_STEPS, BLOCK_STEP, .read = read_before_phase,
		.about = "before each phase; if one fails the run is aborted",
		.example = "[./is-anybody-awake]"},
	{"after_phase", VALUE_STEPS, BLOCK_STEP, .read = read_after_phase,
		.about = "after each phase; if one fails the report has a note",
		.example = "[./annotate-dashboard]"},
	{"after_run", VALUE_STEPS, BLOCK_STEP, .read = read_after_run,
		.about = "before teardown, with what it came to", .example = "[./tell-the-team]"},
};

const struct block_row block_hooks = {"hooks", "\"hooks\"", hook_keys, ARRAY_SIZE(hook_keys)};

int read_hooks(struct document *d, yaml_node_t *node, void *parsing)
{
	struct standing *st = &((struct parsing *)parsing)->s->standing;
	int err = read_block(d, node, BLOCK_HOOKS, st, NULL);

	return err || standing_has_hooks(st) ? err : wrong(d, node, "\"hooks\" has none");
}
