// SPDX-License-Identifier: GPL-2.0
#include "scenario/keys.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "scenario/parse.h"

#define AMOUNT "[0-9]+(\\.[0-9]+)? *"
#define TIME_UNIT "(ns|us|ms|s|m|h)"
#define SHARE "(%|ppm)"

const struct value_row value_rows[NR_VALUES] = {
	[VALUE_TEXT] = {"TEXT", IS_PLAIN},
	[VALUE_NAME] = {"NAME", IS_STRING | IS_INTEGER, "^[a-z0-9_-]{1,63}$"},
	[VALUE_COMM] = {"NAME", IS_PLAIN},
	[VALUE_VERSION] = {"1", IS_STRING | IS_INTEGER, "^1$", .least = 1, .most = 1},
	[VALUE_COUNT] = {"N", IS_STRING | IS_INTEGER, "^[0-9]+$"},
	[VALUE_NUMBER] = {"N", IS_STRING | IS_INTEGER, "^[0-9]+$", .least = 1},
	[VALUE_BOOL] = {"true|false", IS_STRING | IS_BOOLEAN, .words = "true|false|yes|no"},
	[VALUE_WORKLOAD] = {"true|NAME", IS_STRING | IS_BOOLEAN, "^[a-z0-9_-]{1,63}$"},
	[VALUE_URL] = {"URL", IS_STRING, "^https?://.+$", .shown = true},
	[VALUE_ADDRESS] = {"HOST:PORT", IS_STRING, "^.+:[0-9]+$"},
	[VALUE_REGEX] = {"REGEX", IS_STRING},
	[VALUE_STATUS] = {"STATUS", IS_STRING | IS_INTEGER, "^[1-5]([0-9][0-9]|xx)$", .least = 100,
		.most = 599},
	[VALUE_EXIT] = {"N", IS_STRING | IS_INTEGER, "^[0-9]+$", .most = 255},
	[VALUE_PROBE_MOMENT] = {"all|start|end", IS_STRING, .words = "all|start|end"},
	[VALUE_TIME] = {"TIME", IS_STRING, "^(" AMOUNT TIME_UNIT ")+$", .tells = true},
	[VALUE_CHANCE] = {"CHANCE", IS_STRING, "^" AMOUNT SHARE "$", .shown = true, .tells = true},
	[VALUE_RAMP] = {"RAMP", IS_STRING, "^" AMOUNT SHARE " *(->|→) *" AMOUNT SHARE "$",
		.shown = true, .tells = true},
	[VALUE_RATE] = {"RATE", IS_STRING, "^" AMOUNT "/[smh]$", .shown = true, .tells = true},
	[VALUE_BANDWIDTH] = {"BANDWIDTH", IS_STRING, "^" AMOUNT "[kmg]?bit$", .shown = true},
	[VALUE_PER] = {"target|call|task", IS_STRING, .words = "target|call|task"},
	[VALUE_DELAY] = {"DELAY", IS_STRING, "^" AMOUNT TIME_UNIT, .shown = true, .tells = true},
	[VALUE_ERRNO] = {"NAME", IS_STRING | IS_INTEGER, "^[A-Z0-9]+(, *[A-Z0-9]+)*$", .least = 1,
		.most = 4095, .shown = true, .tells = true},
	[VALUE_SIGNAL] = {"NAME", IS_STRING | IS_INTEGER, "^([A-Z0-9]+)$", .least = 1, .most = 64,
		.shown = true, .tells = true},
	[VALUE_DIRECTION] = {"DIRECTION", IS_STRING, .words = "egress|ingress|both"},
	[VALUE_HOSTS] = {"NAME", IS_STRING,
		"^(\\*|(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?)$"},
	[VALUE_HTTP_STATUS] = {"STATUS", IS_STRING | IS_INTEGER, "^[45][0-9][0-9]$", .least = 400,
		.most = 599},
	[VALUE_REQUESTS] = {"PATH", IS_STRING},
	[VALUE_REPLY] = {"ANSWER", IS_STRING, .words = "nxdomain|servfail|refused|empty|drop"},
	[VALUE_SHIFT] = {"+TIME|-TIME", IS_STRING, "^[+-](" AMOUNT "(ns|us|ms|s|m|h|d|w|y))+$",
		.shown = true, .tells = true},
	[VALUE_DRIFT] = {"SHARE", IS_STRING, "^[+-]?" AMOUNT SHARE "$", .shown = true},
	[VALUE_ZONE] = {"ZONE", IS_STRING},
	[VALUE_CLOCK] = {"CLOCK", IS_STRING, .words = "realtime|monotonic|boottime"},
	[VALUE_SIDES] = {"TARGETS", IS_STRING | IS_LIST},
	[VALUE_MOMENT] = {"entry|exit", IS_STRING, .words = "entry|exit", .tells = true},
	[VALUE_CALLS] = {"CALLS", IS_STRING, .tells = true},
	[VALUE_PATH] = {"PATH", IS_STRING},
	[VALUE_UNIT] = {"NAME", IS_STRING, "^[^/]+$"},
	[VALUE_CONTAINER] = {"NAME", IS_STRING | IS_INTEGER, "^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$"},
	[VALUE_UID] = {"USER", IS_STRING | IS_INTEGER},
	[VALUE_PID] = {"N", IS_STRING | IS_INTEGER, "^[0-9]+$", .least = 2},
	[VALUE_POD] = {"UID", IS_STRING | IS_INTEGER, "^[0-9a-f-]{32,36}$"},
	[VALUE_FD_KIND] = {"KIND", IS_STRING},
	[VALUE_PORT] = {"PORT", IS_STRING | IS_INTEGER, "^[0-9][0-9, -]*$", .least = 1,
		.most = 65535},
	[VALUE_HOST] = {"NAME", IS_STRING, "^[a-zA-Z0-9_]"},
	[VALUE_SOCKET] = {"SOCKET", IS_STRING, "^[/@]"},
	[VALUE_CIDR] = {"NETWORK", IS_STRING, "^[0-9a-fA-F.:/, ]+$"},
	[VALUE_PROTOCOL] = {"PROTOCOL", IS_STRING},
	[VALUE_THREAD] = {"main|other", IS_STRING},
	[VALUE_STACK] = {"FUNCTION", IS_STRING},
	[VALUE_TEST] = {"TEST", IS_STRING | IS_INTEGER},
	[VALUE_ARGV] = {"LIST", IS_LIST},
	[VALUE_PARAMS] = {"NAMES"},
	[VALUE_MATRIX] = {"NAMES"},
	[VALUE_STEPS] = {"COMMANDS", IS_STRING | IS_LIST},
	[VALUE_ROUNDS] = {"FILES", IS_STRING},
	[VALUE_EXEC] = {"COMMAND", IS_STRING | IS_LIST},
	[VALUE_CONDITION] = {"EXPRESSION", IS_STRING, ".*[<>=].*", .shown = true},
	[VALUE_CONDITIONS] = {"EXPRESSION", IS_STRING, "^criteria/|[<>=]", .shown = true},
	[VALUE_BOUND] = {"COMPARISON", IS_STRING, "^[<>=!]=?"},
	[VALUE_SPAN] = {"SPAN", IS_STRING, "^" AMOUNT "[hdw]$"},
	[VALUE_SIZE] = {"SIZE", IS_STRING | IS_INTEGER, "^" AMOUNT "[kMG]?$", .least = 1,
		.shown = true},
	[VALUE_AMOUNT] = {"SIZE|SHARE", IS_STRING | IS_INTEGER, "^" AMOUNT "(|[kMG]|%|[kMG]?/s)$",
		.least = 1, .shown = true},
	[VALUE_BITS] = {"BITS", IS_STRING | IS_INTEGER, "^[0-9]+( bits?)?$", .least = 1},
	[VALUE_HEX] = {"HEX", IS_STRING | IS_INTEGER, "^(0x)?([0-9a-fA-F]{2})+$"},
	[VALUE_OFFSETS] = {"FROM-TO", IS_STRING, "^" AMOUNT "[kMG]?-(" AMOUNT "[kMG]?)?$"},
	[VALUE_WHOM] = {"all|main|one|N|SHARE", IS_STRING | IS_INTEGER,
		"^(all|main|one|[0-9]+|" AMOUNT SHARE ")$", .least = 1},
	[VALUE_BLOCK] = {"KEYS", .shown = true},
	[VALUE_BLOCKS] = {"LIST"},
	[VALUE_NAMED_BLOCKS] = {"NAMES"},
};

const struct block_row *const block_rows[NR_BLOCKS] = {
	[BLOCK_SCENARIO] = &block_scenario,
	[BLOCK_TARGET] = &block_target,
	[BLOCK_ONLY] = &block_only,
	[BLOCK_EXCEPT] = &block_except,
	[BLOCK_WORKLOAD] = &block_workload,
	[BLOCK_LINES] = &block_lines,
	[BLOCK_VERIFY] = &block_verify,
	[BLOCK_PROBE] = &block_probe,
	[BLOCK_ANSWER] = &block_answer,
	[BLOCK_LOG] = &block_log,
	[BLOCK_SAFETY] = &block_safety,
	[BLOCK_PHASE] = &block_phase,
	[BLOCK_USE] = &block_use,
	[BLOCK_FAULT] = &block_fault,
	[BLOCK_SHAPE] = &block_shape,
	[BLOCK_DNS] = &block_dns,
	[BLOCK_RESPOND] = &block_respond,
	[BLOCK_SKEW] = &block_skew,
	[BLOCK_WHEN] = &block_when,
	[BLOCK_BURST] = &block_burst,
	[BLOCK_WHERE] = &block_where,
	[BLOCK_NOT] = &block_not,
	[BLOCK_ARG] = &block_arg,
	[BLOCK_EXHAUST] = &block_exhaust,
	[BLOCK_RESTRICT] = &block_restrict,
	[BLOCK_LEAK] = &block_leak,
	[BLOCK_CORRUPT] = &block_corrupt,
	[BLOCK_EXPECT] = &block_expect,
	[BLOCK_THAT] = &block_that,
	[BLOCK_GUARD] = &block_guard,
	[BLOCK_STEADY] = &block_steady,
	[BLOCK_SLO] = &block_slo,
	[BLOCK_HOOKS] = &block_hooks,
	[BLOCK_STEP] = &block_step,
	[BLOCK_READY] = &block_ready,
	[BLOCK_NETWORK] = &block_network,
	[BLOCK_GAMEDAY] = &block_gameday,
	[BLOCK_ROUND] = &block_round,
};

static size_t add(const struct key *keys, size_t n, const struct key *ret[MAX_KEYS], size_t used)
{
	assert(used + n <= MAX_KEYS);
	for (size_t i = 0; i < n; i++)
		ret[used++] = &keys[i];
	return used;
}

size_t block_keys(enum block block, const struct key *ret[MAX_KEYS])
{
	const struct block_row *row = block_rows[block];
	size_t n = 0;

	for (int f = 0; block == BLOCK_FAULT && f < NR_FAULTS; f++)
		n = add(fault_kinds[f]->keys, 1, ret, n);
	n = add(row->keys, row->n, ret, n);
	for (int f = 0; block == BLOCK_FAULT && f < NR_FAULTS; f++)
		n = add(fault_kinds[f]->keys + 1, fault_kinds[f]->n_keys - 1, ret, n);
	return n;
}

const struct key *find_key(enum block block, const char *name)
{
	const struct key *keys[MAX_KEYS];
	size_t n = block_keys(block, keys);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(keys[i]->name, name))
			return keys[i];
	return NULL;
}

static bool has_key(const struct fault_kind *kind, const struct key *k)
{
	return k >= kind->keys && k < kind->keys + kind->n_keys;
}

bool key_applies(const struct key *k, enum fault fault)
{
	for (int f = 0; f < NR_FAULTS; f++)
		if (has_key(fault_kinds[f], k))
			return f == (int)fault;
	return !k->needs || fault_kinds[fault]->flags & k->needs;
}

const char *list_words(const char *const *words, size_t n, const char *last, char *ret, size_t size)
{
	*ret = '\0';
	for (size_t i = 0; i < n; i++)
		text_append(ret, size, "%s%s", !i ? "" : i + 1 < n ? ", " : last, words[i]);
	return ret;
}

const char *list_faults_with(const struct key *k, char *ret, size_t size)
{
	const char *names[NR_FAULTS];
	size_t n = 0;

	for (int f = 0; f < NR_FAULTS; f++)
		if (key_applies(k, f))
			names[n++] = fault_names[f];
	return list_words(names, n, " and ", ret, size);
}
