// SPDX-License-Identifier: GPL-2.0
/* exhaust and restrict: of a fault: their keys. */
#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/parse.h"

/* Less would be the kernel's own. */
#define LEAST_LEFT (16ull << 20)
#define MAX_CORES 4096

/* 100% and no more. */
static int take_share(struct value v, uint32_t *ret_ppm, struct error *why)
{
	if (!strchr(v.text, '%'))
		return complain(
			why, "%s takes a share (75%%), not \"%s\"", named(v), quoted(v.text));
	return parse_chance(v.text, ret_ppm, why);
}

static int take_bytes(struct value v, uint64_t least, uint64_t *ret, struct error *why)
{
	int err = parse_size(v.text, ret, why);
	char text[24];

	if (err || *ret >= least)
		return err;
	describe_bytes(least, text, sizeof(text));
	return complain(
		why, "%s \"%s\" is too small: the least is %s", named(v), quoted(v.text), text);
}

static int take_resource(struct exhaustion *e, enum resource resource, struct error *why)
{
	if (e->resource != RESOURCE_NONE && e->resource != resource)
		return complain(why, "a fault exhausts one thing: memory, cpu or disk");
	e->resource = resource;
	return 0;
}

/* What stands before "/s", as a value of its own in `room`. */
static int take_per_second(struct value v, const char *takes, char *room, size_t size,
	struct value *ret, struct error *why)
{
	size_t n = strlen(v.text);

	if (n < 3 || n >= size || strcmp(v.text + n - 2, "/s"))
		return complain(why, "%s takes %s, not \"%s\"", named(v), takes, quoted(v.text));
	memcpy(room, v.text, n - 2);
	room[n - 2] = '\0';
	*ret = (struct value){room, v.name, v.is_option};
	return 0;
}

static int take_bytes_per_second(
	struct value v, const char *takes, uint64_t *ret, struct error *why)
{
	struct value bytes = {};
	char room[40];
	int err = take_per_second(v, takes, room, sizeof(room), &bytes, why);

	return err ?: take_bytes(bytes, 1 << 10, ret, why);
}

/* "100/s" */
static int take_times(struct value v, uint64_t *ret, struct error *why)
{
	struct value count = {};
	char room[40];
	int err = take_per_second(
		v, "how often in a second (100/s)", room, sizeof(room), &count, why);

	return err ?: take_count(count, 1, 1000000, ret, why);
}

static int take_directory(struct value v, char **ret, struct error *why)
{
	if (v.text[0] != '/')
		return complain(
			why, "%s takes an absolute path, not \"%s\"", named(v), quoted(v.text));
	return take_copy(v, ret, why);
}

static int take_memory(struct value v, void *fault, struct error *why)
{
	struct exhaustion *e = &((struct fault_spec *)fault)->exhaust;
	int err = take_resource(e, RESOURCE_MEMORY, why);

	if (err)
		return err;
	if (strchr(v.text, '/'))
		return take_bytes_per_second(
			v, "a size, a share or a growth (20M/s)", &e->per_s, why);
	return strchr(v.text, '%') ? take_share(v, &e->share_ppm, why)
				   : take_bytes(v, 1 << 20, &e->bytes, why);
}

static int take_cpu(struct value v, void *fault, struct error *why)
{
	struct exhaustion *e = &((struct fault_spec *)fault)->exhaust;

	return take_resource(e, RESOURCE_CPU, why) ?: take_share(v, &e->share_ppm, why);
}

static int take_disk(struct value v, void *fault, struct error *why)
{
	struct exhaustion *e = &((struct fault_spec *)fault)->exhaust;

	return take_resource(e, RESOURCE_DISK, why) ?: take_directory(v, &e->disk, why);
}

static int take_cores(struct value v, void *fault, struct error *why)
{
	uint64_t n = 0;
	int err = take_count(v, 1, MAX_CORES, &n, why);

	((struct fault_spec *)fault)->exhaust.cores = n;
	return err;
}

static int take_ramp(struct value v, void *fault, struct error *why)
{
	return parse_duration(v.text, &((struct fault_spec *)fault)->exhaust.ramp_ns, why);
}

static int take_leave(struct value v, void *fault, struct error *why)
{
	return take_bytes(v, LEAST_LEFT, &((struct fault_spec *)fault)->exhaust.leave, why);
}

static int take_survive(struct value v, void *fault, struct error *why)
{
	return take_bool(v, &((struct fault_spec *)fault)->exhaust.survive, why);
}

static const struct key exhaust_keys[] = {
	{"memory", VALUE_AMOUNT, .needs = EXHAUSTS_TARGET, .one_of = true, .option = "memory",
		.take = take_memory,
		.about = "so much is in use besides, charged to the target; a share is one of the "
			 "lowest memory.max above it, or of the host's memory if there is none; "
			 "20M/s: it "
			 "grows by that until the end",
		.example = "200M"},
	{"cpu", VALUE_CHANCE, .needs = EXHAUSTS_TARGET, .one_of = true, .option = "cpu",
		.take = take_cpu, .about = "this share of each core is in use besides",
		.example = "75%"},
	{"disk", VALUE_PATH, .needs = EXHAUSTS_TARGET, .one_of = true, .option = "disk",
		.take = take_disk,
		.about = "the file system of this directory is filled, by a file without a name",
		.example = "/var/lib/db"},
	{"cores", VALUE_NUMBER, .needs = EXHAUSTS_TARGET, .option = "cores", .take = take_cores,
		.about = "of cpu: so many cores", .fallback = "all", .example = "2"},
	{"ramp", VALUE_TIME, .needs = EXHAUSTS_TARGET, .option = "ramp-up", .take = take_ramp,
		.about = "it grows from nothing for so long", .fallback = "at once",
		.example = "10s"},
	{"leave", VALUE_SIZE, .needs = EXHAUSTS_TARGET, .option = "leave", .take = take_leave,
		.about = "of memory: what the host keeps available in any case; of disk: what is "
			 "left "
			 "free",
		.fallback = "a tenth of it, at most 1G", .example = "500M"},
	{"survive", VALUE_BOOL, .needs = EXHAUSTS_TARGET, .option = "survive", .take = take_survive,
		.about = "of memory: true: when there is none left, the kernel kills of the "
			 "target, not of what uses it up",
		.fallback = "false", .example = "true"},
};

const struct block_row block_exhaust = {
	"exhaust", "\"exhaust\"", exhaust_keys, ARRAY_SIZE(exhaust_keys)};

int read_exhaust(struct document *d, yaml_node_t *node, void *fault)
{
	struct given given;
	int err = read_block(d, node, BLOCK_EXHAUST, fault, &given);

	return err ?: one_of(d, node, BLOCK_EXHAUST, &given);
}

static int take_limit(
	struct fault_spec *f, enum resource resource, uint64_t amount, struct error *why)
{
	if (f->limit.resource != RESOURCE_NONE && f->limit.resource != resource)
		return complain(
			why, "a fault restricts one thing: memory, pressure, cpu, pids or disk");
	f->limit.resource = resource;
	f->limit.amount = amount;
	return 0;
}

static int take_memory_max(struct value v, void *fault, struct error *why)
{
	uint64_t bytes = 0;
	int err = take_bytes(v, 1 << 20, &bytes, why);

	return err ?: take_limit(fault, RESOURCE_MEMORY, bytes, why);
}

static int take_pressure(struct value v, void *fault, struct error *why)
{
	uint64_t bytes = 0;
	int err = take_bytes(v, 1 << 20, &bytes, why);

	return err ?: take_limit(fault, RESOURCE_PRESSURE, bytes, why);
}

static int take_cpu_max(struct value v, void *fault, struct error *why)
{
	uint32_t ppm = 0;
	int err = take_share(v, &ppm, why);

	if (!err && ppm < PPM / 100)
		return complain(
			why, "%s \"%s\" is too small: the least is 1%%", named(v), quoted(v.text));
	return err ?: take_limit(fault, RESOURCE_CPU, ppm, why);
}

static int take_pids_max(struct value v, void *fault, struct error *why)
{
	uint64_t n = 0;
	int err = take_count(v, 1, 1 << 22, &n, why);

	return err ?: take_limit(fault, RESOURCE_PIDS, n, why);
}

static int take_limited_disk(struct value v, void *fault, struct error *why)
{
	struct fault_spec *f = fault;

	return take_limit(f, RESOURCE_IO, 0, why) ?: take_directory(v, &f->limit.disk, why);
}

static int take_io(struct value v, struct fault_spec *f, enum io_limit which, struct error *why)
{
	return take_bytes_per_second(v, "bytes in a second (5M/s)", &f->limit.io[which], why);
}

static int take_read_max(struct value v, void *fault, struct error *why)
{
	return take_io(v, fault, IO_READ, why);
}

static int take_write_max(struct value v, void *fault, struct error *why)
{
	return take_io(v, fault, IO_WRITE, why);
}

static int take_reads_max(struct value v, void *fault, struct error *why)
{
	return take_times(v, &((struct fault_spec *)fault)->limit.io[IO_READS], why);
}

static int take_writes_max(struct value v, void *fault, struct error *why)
{
	return take_times(v, &((struct fault_spec *)fault)->limit.io[IO_WRITES], why);
}

static const struct key restrict_keys[] = {
	{"memory", VALUE_SIZE, .needs = RESTRICTS_TARGET, .one_of = true, .option = "memory-max",
		.take = take_memory_max, .about = "memory.max of the target's cgroup",
		.example = "300M"},
	{"pressure", VALUE_SIZE, .needs = RESTRICTS_TARGET, .one_of = true, .option = "memory-high",
		.take = take_pressure,
		.about = "memory.high: above it memory is taken back and the target slowed down, "
			 "but "
			 "nothing killed",
		.example = "300M"},
	{"cpu", VALUE_CHANCE, .needs = RESTRICTS_TARGET, .one_of = true, .option = "cpu-max",
		.take = take_cpu_max, .about = "cpu.max: this share of one core, altogether",
		.example = "20%"},
	{"pids", VALUE_NUMBER, .needs = RESTRICTS_TARGET, .one_of = true, .option = "pids-max",
		.take = take_pids_max, .about = "pids.max: so many threads, altogether",
		.example = "50"},
	{"disk", VALUE_PATH, .needs = RESTRICTS_TARGET, .one_of = true, .option = "io-disk",
		.take = take_limited_disk,
		.about = "io.max: the disk that this directory is on, with at least one of read, "
			 "write, reads and writes",
		.example = "/var/lib/db"},
	{"read", VALUE_AMOUNT, .needs = RESTRICTS_TARGET, .option = "read-max",
		.take = take_read_max, .about = "of disk: so many bytes are read from it",
		.fallback = "no limit", .example = "5M/s"},
	{"write", VALUE_AMOUNT, .needs = RESTRICTS_TARGET, .option = "write-max",
		.take = take_write_max, .about = "of disk: so many bytes are written to it",
		.fallback = "no limit", .example = "5M/s"},
	{"reads", VALUE_AMOUNT, .needs = RESTRICTS_TARGET, .option = "reads-max",
		.take = take_reads_max, .about = "of disk: it is read from so often",
		.fallback = "no limit", .example = "100/s"},
	{"writes", VALUE_AMOUNT, .needs = RESTRICTS_TARGET, .option = "writes-max",
		.take = take_writes_max, .about = "of disk: it is written to so often",
		.fallback = "no limit", .example = "100/s"},
};

const struct block_row block_restrict = {
	"restrict", "\"restrict\"", restrict_keys, ARRAY_SIZE(restrict_keys)};

int read_restrict(struct document *d, yaml_node_t *node, void *fault)
{
	struct given given;
	int err = read_block(d, node, BLOCK_RESTRICT, fault, &given);

	return err ?: one_of(d, node, BLOCK_RESTRICT, &given);
}

static int take_fds(struct value v, void *fault, struct error *why)
{
	return take_count(v, 1, UINT32_MAX, &((struct fault_spec *)fault)->fds, why);
}

static const struct key leak_keys[] = {
	{"fds", VALUE_NUMBER, .needs = LEAKS, .required = true, .option = "fds", .take = take_fds,
		.about = "so many descriptors, which nobody gives back", .example = "100",
		.missing = "--fds is missing"},
};

const struct block_row block_leak = {"leak", "\"leak\"", leak_keys, ARRAY_SIZE(leak_keys)};

int read_leak(struct document *d, yaml_node_t *node, void *fault)
{
	return read_block(d, node, BLOCK_LEAK, fault, NULL);
}
