// SPDX-License-Identifier: GPL-2.0
/* jinx new NAME: a scenario to begin with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "measure/verdict.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

/* It runs as it is, on every kernel: connections are refused by a hook of the cgroup. */
static const char template[] =
	"# What do you want to know? Here: does a client come through a server that refuses\n"
	"# connections for a while?\n"
	"jinx: 1\n"
	"name: %s\n"
	"about: A client whose connections are refused now and then is served again at once\n"
	"# Where the behaviour that is expected below is documented.\n"
	"source: man 2 connect, ECONNREFUSED\n"
	"# jinx suite --tag chooses by these; long: only with --long; alone: beside no other.\n"
	"tags: [example]\n"
	"\n"
	"# ${chance} below; jinx run FILE --set chance=90%% changes it. With \"matrix\" instead, "
	"and a\n"
	"# list, there is a run for each value.\n"
	"params: {chance: 50%%}\n"
	"# Free ports: ${port.web}.\n"
	"ports: [web]\n"
	"# Run before, outside of any fault. ${dir} is a scratch directory, which is removed "
	"afterwards\n"
	"# (--keep leaves it).\n"
	"setup:\n"
	"  - echo hello > ${dir}/index.html\n"
	"# The same afterwards, however it ended.\n"
	"#teardown: []\n"
	"\n"
	"# Who is hurt: a program that jinx starts, the load that it drives, or one that is there\n"
	"# (unit: nginx.service, container: web, pid: 4711).\n"
	"targets:\n"
	"  server:\n"
	"    command: [sh, -c, 'exec python3 -m http.server --bind 127.0.0.1 --directory ${dir} "
	"${port.web} 2> "
	"${dir}/log']\n"
	"  clients: {workload: true}\n"
	"# The first phase begins when this is answered.\n"
	"ready: {http: 'http://127.0.0.1:${port.web}/', within: 30s}\n"
	"# Load, which is measured.\n"
	"workload: {http: 'http://127.0.0.1:${port.web}/', keep_alive: false, timeout: 5s}\n"
	"\n"
	"timeline:\n"
	"  - {phase: baseline, for: 4s}\n"
	"  - phase: refused\n"
	"    for: 4s\n"
	"    faults:\n"
	"      - {fail: ECONNREFUSED, on: connect, target: clients, when: {chance: '${chance}'}}\n"
	"  - {phase: recovery, for: 6s}\n"
	"\n"
	"# What has to be true, or the verdict is \"deviated\" (docs/judging.md). Without the "
	"fault one of\n"
	"# these should be false: jinx suite --prove FILE.\n"
	"expect:\n"
	"  - \"success_rate < 90%%\"\n"
	"  - \"success_rate(recover) == 100%%\"\n";

static int write_template(const char *name)
{
	char path[80];
	FILE *f = NULL;
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s.yaml", name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd >= 0)
		f = fdopen(fd, "w");
	if (!f) {
		err = errno;
		log_error("%s: %s", path, strerror(err));
		if (fd >= 0)
			close(fd);
		return err == EEXIST ? EXIT_USAGE : VERDICT_FAILED;
	}
	if (fprintf(f, template, name) < 0)
		err = errno;
	if (fclose(f) && !err)
		err = errno;
	if (err) {
		log_error("%s: %s", path, strerror(err));
		return VERDICT_FAILED;
	}
	printf("%s: jinx check %s, jinx run %s\n", path, path, path);
	return 0;
}

int verb_new(struct call *call)
{
	struct value v = {.name = "name"};
	_cleanup_free_ char *name = NULL;
	struct error why;

	if (call->n_operands != 1)
		return usage_wrong_operands(call->verb);
	v.text = call->operands[0];
	if (!*v.text || take_name(v, &name, &why)) {
		log_error("%s", *v.text ? why.message : "the name is empty");
		return EXIT_USAGE;
	}
	return write_template(name);
}
