// SPDX-License-Identifier: GPL-2.0
#include "verbs/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "faults/kind.h"
#include "kernel/caps.h"
#include "scenario/names.h"
#include "verbs/verbs.h"

/* The kernel's loops have an end: bpf/gate.bpf.h, spin_until(). */
#define LONGEST_SPIN_NS 100000000ull
#define SMALLEST_BUFFER 4096u
#define LARGEST_BUFFER (1u << 30)
#define FIRST_OPTION 256 /* getopt's numbers for them; smaller ones are letters */
#define OPERAND 1

const char *const heading_names[NR_HEADS] = {
	"fault", "when", "target", "results", "limits", "also"};

static int take_mechanisms(const char *list, struct options *o, struct error *why)
{
	o->plan.allowed = 0;
	while (*list) {
		size_t length = strcspn(list, ",");
		int found = -1;

		for (int m = 0; m < NR_MECHANISMS; m++)
			if (strlen(mechanisms[m].name) == length &&
				!strncmp(mechanisms[m].name, list, length))
				found = m;
		if (found < 0)
			return error_set(why, -EINVAL,
				"unknown mechanism \"%.*s\"; jinx list mechanisms shows them",
				(int)length, list);
		o->plan.allowed |= 1u << found;
		list += length + (list[length] == ',');
	}
	return 0;
}

static int take_duration(
	const char *option, const char *text, uint64_t most, uint64_t *ret, struct error *why)
{
	int err = parse_duration(text, ret, why);

	if (err || *ret <= most)
		return err;
	return error_set(why, -EINVAL, "%s can't be more than %gs", option, most / 1e9);
}

static int take_max_delay(const char *text, struct options *o, struct error *why)
{
	return take_duration("--max-delay", text, MAX_DELAY_NS, &o->plan.max_delay_ns, why);
}

static int take_max_spin(const char *text, struct options *o, struct error *why)
{
	return take_duration("--max-spin", text, LONGEST_SPIN_NS, &o->plan.max_spin_ns, why);
}

static int take_buffer(const char *text, struct options *o, struct error *why)
{
	uint64_t size;
	int err = parse_size(text, &size, why);

	if (err)
		return err;
	o->run.events_size = size;
	if (size >= SMALLEST_BUFFER && size <= LARGEST_BUFFER && !(size & (size - 1)))
		return 0;
	return error_set(why, -EINVAL,
		"--event-buffer takes a power of two from 4k to 1G, not \"%.20s\"", text);
}

/* Commands must not inherit it. */
static int take_ready_fd(const char *text, struct options *o, struct error *why)
{
	uint64_t fd;
	int err = parse_count(text, &fd, why);

	if (err)
		return err;
	if (fd && fd <= INT_MAX && !fcntl(fd, F_SETFD, FD_CLOEXEC)) {
		o->run.ready_fd = fd;
		return 0;
	}
	return error_set(why, -EINVAL,
		"--ready-fd takes the number of an open descriptor from 1 on, not \"%.20s\"", text);
}

static int take_dry_run(const char *text, struct options *o, struct error *why)
{
	o->run.observe = !strcmp(text, "observe");
	if (o->run.observe)
		return 0;
	return error_set(why, -EINVAL,
		"--dry-run takes observe: everything is attached and counted, nothing injected");
}

static int take_exit_code(const char *text, struct options *o, struct error *why)
{
	o->run.pass_exit_code = !strcmp(text, "command");
	if (o->run.pass_exit_code || !strcmp(text, "verdict"))
		return 0;
	return error_set(why, -EINVAL, "--exit-code takes command or verdict");
}

#define TAKE(name, statement)                                                          \
	static int take_##name(const char *text, struct options *o, struct error *why) \
	{                                                                              \
		(void)text;                                                            \
		(void)o;                                                               \
		(void)why;                                                             \
		statement;                                                             \
		return 0;                                                              \
	}
TAKE(host, o->plan.host = true)
TAKE(trust, o->plan.trust = true)
#define OUTPUT(id, option, about, content_type) \
	TAKE(output_##id, o->run.report_paths[OUTPUT_##id] = text)
#include "output/formats.def"
#undef OUTPUT
TAKE(events, o->run.events_path = text)
TAKE(record, o->run.record_path = text)
TAKE(replay, o->run.replay_path = text)
TAKE(quiet, o->run.quiet = true)
TAKE(debug, log_debug_enabled = true)
TAKE(json, o->json = true)
TAKE(all, o->all = true)

static const struct option_row rows[] = {
#define OUTPUT(id, option, about, content_type) \
	{option, "FILE", TAKES_RUN, HEAD_RESULTS, about, NULL, take_output_##id},
#include "output/formats.def"
#undef OUTPUT
	{"events", "FILE", TAKES_RUN, HEAD_RESULTS, "write a line for each injection", NULL,
		take_events},
	{"event-buffer", "SIZE", TAKES_RUN, HEAD_RESULTS, "between the kernel and jinx", "4M",
		take_buffer},
	{"record", "FILE", TAKES_RUN, HEAD_RESULTS, "write which calls were hit", NULL,
		take_record},
	{"replay", "FILE", TAKES_RUN, HEAD_RESULTS, "hit those calls, and no others", NULL,
		take_replay},
	{"dry-run", "observe", TAKES_RUN, HEAD_RESULTS, "count what would be hit", NULL,
		take_dry_run},
	{"exit-code", "command", TAKES_RUN, HEAD_RESULTS, "exit with the code of the command",
		"verdict", take_exit_code},
	{"ready-fd", "FD", TAKES_RUN, HEAD_RESULTS,
		"write the id there when the first phase has begun", NULL, take_ready_fd},
	{"quiet", NULL, TAKES_RUN, HEAD_RESULTS, "no live view and no table", NULL, take_quiet},
	{"debug", NULL, TAKES_RUN, HEAD_RESULTS, "what libbpf and the verifier say", NULL,
		take_debug},
	{"mechanisms", "LIST", TAKES_PLAN, HEAD_LIMITS, "use only these (jinx list mechanisms)",
		NULL, take_mechanisms},
	{"max-delay", "TIME", TAKES_PLAN, HEAD_LIMITS, "no delay is longer", "10s", take_max_delay},
	{"max-spin", "TIME", TAKES_PLAN, HEAD_LIMITS, "no delay that keeps a CPU busy is longer",
		"10ms", take_max_spin},
	{"host", NULL, TAKES_PLAN, HEAD_LIMITS, "the root cgroup may be a target", NULL, take_host},
	{"trust", NULL, TAKES_FILE, HEAD_LIMITS, "as root, take another user's scenario file", NULL,
		take_trust},
	{"json", NULL, TAKES_JSON, HEAD_ALSO, "for programs", NULL, take_json},
	{"all", NULL, TAKES_ALL, HEAD_ALSO, "all of your experiments", NULL, take_all},
#ifdef MADE_UP_ROWS /* tests/unit/test_adding.c */
#include "../../tests/adding/options.def"
#endif
};

/* Where the options that are keys are listed; those of other blocks are none. */
static const struct {
	enum block block;
	enum option_set set;
	enum heading heading;
} blocks[] = {
	{BLOCK_FAULT, TAKES_KEYS, HEAD_FAULT},
	{BLOCK_PHASE, TAKES_KEYS | TAKES_TARGET, HEAD_WHEN},
	{BLOCK_WHEN, TAKES_KEYS, HEAD_WHEN},
	{BLOCK_SCENARIO, TAKES_KEYS, HEAD_WHEN},
	{BLOCK_TARGET, TAKES_KEYS | TAKES_TARGET, HEAD_TARGET},
	{BLOCK_SAFETY, TAKES_PLAN, HEAD_LIMITS},
};

static void add(struct verb_options *to, struct verb_option o)
{
	if (to->n < MAX_OPTIONS)
		to->all[to->n++] = o;
}

static void add_row(struct verb_options *to, const struct verb *verb, const struct option_row *row)
{
	if ((verb->takes | verb->ignores) & row->set)
		add(to, (struct verb_option){.name = row->name,
				.placeholder = row->placeholder,
				.about = row->about,
				.fallback = row->fallback,
				.heading = row->heading,
				.shown = verb->takes & row->set,
				.fits = true,
				.row = row});
}

/* The calls of some verbs are their operand, and then not an option as well. */
static bool fits(const struct verb *verb, enum block block, const struct key *k)
{
	if (block != BLOCK_FAULT && block != BLOCK_WHEN)
		return true;
	if (k->value == VALUE_CALLS && fault_kinds[verb->fault]->flags & CALLS_COME_FIRST)
		return false;
	return key_applies(k, verb->fault);
}

static void add_key(struct verb_options *to, const struct verb *verb, enum block block,
	enum heading heading, const struct key *k)
{
	bool flag = k->value == VALUE_BOOL;
	struct verb_option o = {.name = k->option,
		.about = k->help ?: k->about,
		.fallback = flag ? NULL : k->fallback,
		.example = value_rows[k->value].shown ? k->example : NULL,
		.placeholder = flag ? NULL : value_rows[k->value].placeholder,
		.value = flag ? "true" : NULL,
		.heading = heading,
		.key = k,
		.block = block};

	o.shown = o.fits = fits(verb, block, k);
	if (k->option)
		add(to, o);
	for (const struct choice *choice = k->choices; choice && choice->option; choice++) {
		o.name = o.value = choice->option;
		o.about = choice->about;
		o.placeholder = o.example = NULL;
		add(to, o);
	}
}

static void add_keys(struct verb_options *to, const struct verb *verb, enum heading heading)
{
	const struct key *keys[MAX_KEYS];

	for (size_t b = 0; b < ARRAY_SIZE(blocks); b++) {
		size_t n = block_keys(blocks[b].block, keys);

		for (size_t i = 0; i < n; i++)
			if (blocks[b].heading == heading && verb->takes & blocks[b].set)
				add_key(to, verb, blocks[b].block, heading, keys[i]);
	}
}

void options_of(const struct verb *verb, struct verb_options *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (int h = 0; h < NR_HEADS; h++) {
		add_keys(ret, verb, h);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			if ((int)rows[i].heading == h)
				add_row(ret, verb, &rows[i]);
	}
}

const char *target_options(
	const struct verb_options *known, const char *last, char *ret, size_t size)
{
	*ret = '\0';
	for (size_t i = 0; i < known->n; i++)
		if (known->all[i].heading == HEAD_TARGET)
			text_append(ret, size, "%s--%s", *ret ? ", " : "", known->all[i].name);
	text_append(ret, size, "%s", last);
	return ret;
}

void options_init(struct options *o, const struct verb *verb, uint64_t started_ns)
{
	*o = (struct options){
		.plan = {.allowed = ALL_MECHANISMS,
			.max_delay_ns = DEFAULT_MAX_DELAY_NS,
			.max_spin_ns = DEFAULT_MAX_SPIN_NS,
			.safety = {.max_chance_ppm = PPM}},
		/* A command's stdout is its own. */
		.run = {.started_ns = started_ns,
			.table = verb->quick ? stderr : stdout,
			.events_size = DEFAULT_EVENTS_SIZE},
	};
}

static int unknown_option(const char *word, const struct verb_options *known, struct error *why)
{
	const char *names[MAX_OPTIONS], *near;

	for (size_t i = 0; i < known->n; i++)
		names[i] = known->all[i].name;
	near = nearest(word + strspn(word, "-"), names, known->n);
	if (near)
		return error_set(
			why, -EINVAL, "unknown option \"%s\"; did you mean \"--%s\"?", word, near);
	return error_set(why, -EINVAL, "unknown option \"%s\"", word);
}

/* getopt_long() has left the number of an option that it knows, or a letter, or nothing. */
static int wrong_option(int c, char **argv, const struct verb_options *known, struct error *why)
{
	if (optopt >= FIRST_OPTION)
		return error_set(why, -EINVAL,
			c == ':' ? "--%s takes a value" : "--%s takes no value",
			known->all[optopt - FIRST_OPTION].name);
	if (optopt)
		return error_set(why, -EINVAL, "unknown option \"-%c\"", optopt);
	return unknown_option(argv[optind - 1], known, why);
}

/* What the keys of a block are read into. */
static void *block_of(struct call *call, enum block block)
{
	if (block == BLOCK_TARGET)
		return &call->made.s->targets[0];
	if (block == BLOCK_FAULT)
		return &call->made.s->faults[0];
	if (block == BLOCK_WHEN)
		return &call->made.s->faults[0].trigger;
	if (block == BLOCK_SAFETY)
		return &call->o.plan.safety;
	return &call->made;
}

bool target_given(const struct verb_options *known)
{
	for (size_t i = 0; i < known->n; i++)
		if (known->given[i] && known->all[i].heading == HEAD_TARGET)
			return true;
	return false;
}

int one_target_only(const struct verb_options *known, struct error *why)
{
	char names[200];

	if (!target_given(known))
		return 0;
	return error_set(why, -EINVAL, "one target only: %s",
		target_options(known, " or a command", names, sizeof(names)));
}

/* Several values of it add up. */
static bool may_repeat(const struct verb_option *o)
{
	return !o->placeholder ||
	       (o->key && (o->key->list || o->key->commas || o->key->value == VALUE_BLOCK));
}

/* "--json --quiet": the value was forgotten, and the next option taken for it. */
static bool is_option(const struct verb_options *known, const char *text)
{
	if (!text || strncmp(text, "--", 2))
		return false;
	for (size_t i = 0; i < known->n; i++)
		if (!strcmp(known->all[i].name, text + 2))
			return true;
	return false;
}

static int take(struct call *call, size_t index, const char *text, struct error *why)
{
	const struct verb_option *o = &call->known.all[index];

	if (!o->fits)
		return error_set(why, -EINVAL, "that option belongs to another verb");
	if (o->placeholder && is_option(&call->known, text))
		return error_set(why, -EINVAL, "--%s takes a value", o->name);
	/* The last one would win, be it the laxer. */
	if (call->known.given[index] && !may_repeat(o) && o->heading != HEAD_TARGET)
		return error_set(why, -EINVAL, "--%s is given twice", o->name);
	if (o->row) {
		call->known.given[index] = true;
		return o->row->take(text, &call->o, why);
	}
	if (o->heading == HEAD_TARGET && one_target_only(&call->known, why))
		return -EINVAL;
	call->known.given[index] = true;
	return take_option(o->key, o->name, o->value ?: text, block_of(call, o->block), why);
}

/* getopt takes the beginning of a name for it, until another option begins like that. */
static int check_whole(char **argv, const struct verb_option *o, const struct verb_options *known,
	struct error *why)
{
	const char *word = argv[optind - 1];

	if (o->placeholder && optarg == word)
		word = argv[optind - 2];
	word += strspn(word, "-");
	if (strcspn(word, "=") == strlen(o->name))
		return 0;
	return unknown_option(word, known, why);
}

int options_read(struct call *call, int argc, char **argv,
	int (*take_operand)(struct call *call, const char *text, struct error *why),
	struct error *why)
{
	/* '-': operands come in order, as option 1; "--" ends the options before a command. */
	const char *letters = take_operand ? "-:" : ":";
	struct option table[MAX_OPTIONS + 1] = {};
	int c, err = 0;

	options_of(call->verb, &call->known);
	for (size_t i = 0; i < call->known.n; i++)
		table[i] = (struct option){call->known.all[i].name,
			call->known.all[i].placeholder != NULL, NULL, FIRST_OPTION + i};
	opterr = 0;
	optind = 0; /* from the beginning: getopt remembers */
	while (!err) {
		optopt = 0;
		c = getopt_long(argc, argv, letters, table, NULL);
		if (c == -1)
			break;
		if (c == OPERAND)
			err = take_operand(call, optarg, why);
		else if (c < FIRST_OPTION)
			err = wrong_option(c, argv, &call->known, why);
		else
			err = check_whole(
				      argv, &call->known.all[c - FIRST_OPTION], &call->known, why)
				      ?: take(call, c - FIRST_OPTION, optarg, why);
	}
	call->operands = argv + optind;
	call->n_operands = argc - optind;
	return err;
}
