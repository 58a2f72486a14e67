// SPDX-License-Identifier: GPL-2.0
/* What the quick verbs refuse, and in which words. */
#include "quick_lines.h"

/* Each of them is refused, in these words. */
static void errors(void **state)
{
	static const struct {
		const char *line, *message;
	} all[] = {
		{"fail read " TARGET, "--errno is missing"},
		{"delay read " TARGET, "--by is missing: how long?"},
		{"kill --on read " TARGET, "--signal is missing"},
		{"kill --signal TERM --at exit " TARGET,
			"\"at\" and \"where\" are of calls: they need \"on\", the system calls to "
			"kill"},
		{"kill --signal TERM --on read --to main " TARGET,
			"with \"on\" the calling process gets the signal: \"to\" belongs to a kill "
			"without"},
		{"suspend --to some " TARGET,
			"--to takes all, main, one, a number or a share, not \"some\""},
		{"pause --hazard 1/s " TARGET, "--hazard belongs to kill, suspend and reset"},
		{"fail --errno EIO " TARGET, "name the calls: jinx fail openat,read"},
		{"fail read --errno EIO --for 1s",
			"a target is missing: --cgroup, --unit, --container, --pod, --pid or -- "
			"command"},
		{"fail read --errno EIO --cgroup /a",
			"--for is missing: every experiment has an end"},
		{FAIL " --unit a.service", "one target only: --cgroup, --unit, --container, --pod, "
					   "--pid or a command"},
		{FAIL " -- true", "one target only: --cgroup, --unit, --container, --pod, --pid or "
				  "a command"},
		{"drop --for 1s -- ''", "the command begins with the program's name"},
		{"drop read " TARGET,
			"unexpected \"read\": a command to run as the target stands after --"},
		{"delay fsync 20ms -- true", "unexpected \"20ms\"; did you mean --by 20ms?"},
		{"delay 20ms fsync -- true", "unexpected \"20ms\"; did you mean --by 20ms?"},
		{"delay fsync --by 20ms 5s " TARGET, "unexpected \"5s\"; did you mean --for 5s?"},
		{"drop 10% " TARGET, "unexpected \"10%\"; did you mean --chance 10%?"},
		{"drop ingress " TARGET, "unexpected \"ingress\"; did you mean --ingress?"},
		{"fail connect ECONNREFUSED " TARGET,
			"unexpected \"ECONNREFUSED\"; did you mean --errno ECONNREFUSED?"},
		{"kill SIGKILL " TARGET, "unexpected \"SIGKILL\"; did you mean --signal SIGKILL?"},
		{"kill fsync " TARGET, "unexpected \"fsync\"; did you mean --on fsync?"},
		{"drop '0% -> 5%' " TARGET,
			"unexpected \"0% -> 5%\"; did you mean --ramp \"0% -> 5%\"?"},
		{"fail read write --errno EIO " TARGET,
			"unexpected \"write\": several calls have commas between them: read,write"},
		{"kill read " TARGET, "unexpected \"read\"; did you mean --on read?"},
		{FAIL " --signal TERM", "--signal belongs to kill"},
		{FAIL " --on write", "the calls come without an option: jinx fail openat,read"},
		{"delay read --by 1s --at exit " TARGET,
			"\"read\" can't be delayed at its exit: functions of programs can"},
		{"hang read --at exit " TARGET, "--at belongs to fail, delay and kill"},
		{"skew --clock 1h " TARGET,
			"\"skew\" takes a time with its sign (+1h, -30s), not \"1h\""},
		{"skew --clock '+1h, zone: UTC' " TARGET,
			"beside other keys \"+1h\" is written as jump: +1h"},
		{"skew --clock zone:UTC " TARGET,
			"\"zone:UTC\" in \"skew\" needs a blank behind \"zone:\""},
		{"fail malloc --errno NULL " TARGET,
			"unknown system call \"malloc\"; a function is user:/file:malloc or "
			"kernel:malloc (`jinx list points`)"},
		{"delay SSL_write --by 1s " TARGET,
			"unknown system call \"SSL_write\"; a function is user:/file:SSL_write or "
			"kernel:SSL_write (`jinx list points`)"},
		{"delay kprobe:vfs_read --by 1s " TARGET,
			"unknown system call \"kprobe:vfs_read\"; did you mean "
			"\"kernel:vfs_read\"?"},
		{"delay uprobe:/bin/sh:main --by 1s " TARGET,
			"unknown system call \"uprobe:/bin/sh:main\"; did you mean "
			"\"user:/bin/sh:main\"?"},
		{"shape " TARGET, "--as is missing: what becomes of the packets?"},
		{"shape --as 'reorder: 1%' " TARGET,
			"\"reorder\" needs a \"delay\": packets overtake others that are delayed"},
		{"dns " TARGET, "--queries is missing: which names, and what is answered?"},
		{"dns --queries 'names: a' " TARGET,
			"\"dns\" does nothing: give it an answer or a delay"},
		{FAIL " --direction egress", "--direction belongs to shape"},
		{"drop --interruptible " TARGET, "--interruptible belongs to delay"},
		{FAIL " --egress", "--egress belongs to drop"},
		{FAIL " --chanec 5%", "unknown option \"--chanec\"; did you mean \"--chance\"?"},
		{FAIL " --xyzzy", "unknown option \"--xyzzy\""},
		{FAIL " -x", "unknown option \"-x\""},
		{FAIL " --chance", "--chance takes a value"},
		{FAIL " --chance --quiet", "--chance takes a value"},
		{FAIL " --limit 3 --limit 4", "--limit is given twice"},
		{FAIL " --json /a --json /b", "--json is given twice"},
		{FAIL " --chan 10%", "unknown option \"chan\"; did you mean \"--chance\"?"},
		{FAIL " --host=yes", "--host takes no value"},
		{FAIL " --debug=verifier", "--debug takes libbpf or nothing, not \"verifier\""},
		{FAIL " --chance 101%", "chance \"101%\" is above 100%"},
		{FAIL " --after -1", "--after takes a whole number, not \"-1\""},
		{FAIL " --every 0", "--every is 0: the least is 1"},
		{FAIL " --every 4294967296", "--every is 4294967296: the most is 4294967295"},
		{FAIL " --limit 0", "--limit is 0: the least is 1"},
		{FAIL " --rate 5", "the rate \"5\" needs /s, /m or /h after the number"},
		{FAIL " --per process", "unknown kind of counting \"process\""},
		{FAIL " --seed x", "--seed takes a whole number, not \"x\""},
		{FAIL " --at begin", "--at takes entry or exit, not \"begin\""},
		{FAIL " --where 'por: 1'",
			"unknown key \"por\" in \"where\"; did you mean \"port\"?"},
		{FAIL " --where ''", "--where is empty"},
		{"exhaust --for 1s --cgroup /a",
			"exhaust says what is to run short: memory, cpu or disk"},
		{"exhaust --memory 1M --cpu 5% --for 1s --cgroup /a",
			"a fault exhausts one thing: memory, cpu or disk"},
		{"restrict --for 1s --cgroup /a",
			"restrict says what is restricted: memory, pressure, cpu, pids or disk"},
		{"exhaust --cpu 5 --for 1s --cgroup /a", "--cpu takes a share (75%), not \"5\""},
		{"exhaust --memory 1M --chance 5% --for 1s --cgroup /a",
			"--chance belongs to fail, delay, drop, kill, partition, shape, hang, "
			"leak, dns, respond, jitter and corrupt"},
		{"drop --for 1s --cgroup /a --where 'port: 80, not: {cid: 1}'",
			"unknown key \"cid\" in \"not\"; did you mean \"cidr\"?"},
		{"partition --with '10.0.0.0/8, db' --for 1s --cgroup /a",
			"--with takes networks (10.0.0.0/8, fd00::/8), not \"db\""},
		{"partition --with '0.0.0.0/0, ::/0' --for 1s --cgroup /a",
			"not YAML: a value can't begin with this character: put it in quotes"},
		{FAIL " --burst 'on: 1s'", "\"off\" is missing in \"burst\""},
		{"fail read --errno EOI " TARGET, "unknown errno \"EOI\"; did you mean \"EIO\"?"},
		{"fail opeant --errno EIO " TARGET,
			"unknown system call \"opeant\"; did you mean \"openat\"?"},
		{"drop --for 1s --pid 1", "process 1 is never a target"},
		{"drop --for 1s --pod x", "\"x\" is not the UID of a pod (kubectl get pod NAME -o "
					  "jsonpath={.metadata.uid})"},
		{"drop --for 1s --unit a/b", "\"a/b\" is not a unit name"},
		{"drop --for 1s --cgroup ''", "--cgroup is empty"},
		{"drop --for 1 --cgroup /a", "\"1\" has no unit (50us, 20ms, 1.5s, 1m30s)"},
		{FAIL " --mechanisms lsn",
			"unknown mechanism \"lsn\"; jinx list mechanisms shows them"},
		{FAIL " --max-delay 2h", "--max-delay can't be more than 3600s"},
		{FAIL " --max-spin 1s", "--max-spin can't be more than 0.1s"},
		{FAIL " --max-injections 0", "--max-injections is 0: the least is 1"},
		{FAIL " --event-buffer 5k",
			"--event-buffer takes a power of two from 4k to 1G, not \"5k\""},
		{FAIL " --metrics 9464", "--metrics: an address is 127.0.0.1:9464, [::1]:9464 or "
					 "unix:/run/jinx.sock, not \"9464\""},
		{FAIL " --otlp localhost:4318", "--otlp takes the URL of a collector, "
						"http://127.0.0.1:4318, not \"localhost:4318\""},
		{FAIL " --otlp http:///v1/traces", "--otlp takes the URL of a collector, "
						   "http://127.0.0.1:4318, not "
						   "\"http:///v1/traces\""},
		{FAIL " --otlp http://127.0.0.1:999999",
			"--otlp takes the URL of a collector, "
			"http://127.0.0.1:4318, not \"http://127.0.0.1:999999\""},
		{FAIL " --metrics-linger 2h", "--metrics-linger can't be more than 3600s"},
		{FAIL " --ready-fd 0",
			"--ready-fd takes the number of an open descriptor from 1 on, not \"0\""},
		{FAIL " --dry-run all",
			"--dry-run takes observe: everything is attached and counted, nothing "
			"injected"},
		{FAIL " --exit-code mine", "--exit-code takes command or verdict"},
		{FAIL " --chance 5% --ramp '0% -> 9%'", "a fault takes chance or ramp, not both"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		assert_int_equal(read_line(all[i].line), -EINVAL);
		assert_string_equal(why.message, all[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(errors)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scenario_free(call.made.s);
	return failed;
}
