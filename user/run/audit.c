// SPDX-License-Identifier: GPL-2.0
#include "run/audit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/cleanup.h"
#include "base/journald.h"
#include "base/log.h"
#include "base/text.h"
#include "faults/kind.h"
#include "run/parts.h"

/* As `journalctl MESSAGE_ID=` finds them. */
#define ID_START "5d1c2f0e7a904e6f9f0f3c6c1d3a8b01"
#define ID_STOP "5d1c2f0e7a904e6f9f0f3c6c1d3a8b02"
#define ID_GUARD "5d1c2f0e7a904e6f9f0f3c6c1d3a8b03"
#define ID_END "5d1c2f0e7a904e6f9f0f3c6c1d3a8b04"

/* Who logged in, whoever that has become since; "" where the kernel doesn't know. */
static void login_uid(char ret[16])
{
	_cleanup_file_ FILE *f = fopen("/proc/self/loginuid", "re");
	unsigned int uid;

	*ret = '\0';
	if (f && fscanf(f, "%u", &uid) == 1 && uid != (unsigned int)-1)
		snprintf(ret, 16, "%u", uid);
}

static void who(char *ret, size_t size)
{
	char login[16];

	login_uid(login);
	snprintf(ret, size, "uid %u%s%s", getuid(), *login ? ", login uid " : "", login);
}

static void faults_text(const struct experiment *x, char *ret, size_t size)
{
	char one[300];

	*ret = '\0';
	for (unsigned int i = 0; i < x->s->n_faults; i++) {
		fault_describe(&x->s->faults[i], one, sizeof(one));
		text_append(ret, size, "%s%s", i ? "; " : "", one);
	}
	if (!x->s->n_faults)
		text_append(ret, size, "no faults");
}

static void targets_text(const struct experiment *x, char *ret, size_t size)
{
	*ret = '\0';
	for (unsigned int i = 0; i < x->targets.n; i++) {
		const struct target *t = &x->targets.all[i];

		text_append(ret, size, "%s%s: ", i ? "; " : "", t->spec->name);
		if (t->path[0])
			text_append(ret, size, "%s", t->path);
		else
			text_append(ret, size, "process %d", t->pid);
	}
}

struct line {
	const char *event, *id, *text, *verdict;
	int priority;
};

static void tell(struct experiment *x, const struct line *l)
{
	char by[64], faults[1024], targets[1024];
	_cleanup_free_ char *message = NULL;
	const struct journal_field fields[] = {{"MESSAGE_ID", l->id}, {"JINX_EVENT", l->event},
		{"JINX_ID", x->id}, {"JINX_SCENARIO", x->s->name}, {"JINX_FILE", x->s->file},
		{"JINX_BY", by}, {"JINX_FAULTS", faults}, {"JINX_TARGETS", targets},
		{"JINX_DRY_RUN", x->options->observe ? "observe" : NULL},
		{"JINX_VERDICT", l->verdict}};
	int err;

	who(by, sizeof(by));
	faults_text(x, faults, sizeof(faults));
	targets_text(x, targets, sizeof(targets));
	if (asprintf(&message, "%s: experiment %s (%s) by %s%s: %s; at %s%s%s", l->event, x->id,
		    x->s->name, by, x->options->observe ? ", a dry run" : "", faults, targets,
		    *l->text ? ": " : "", l->text) < 0) {
		message = NULL;
		return;
	}
	err = journal_send(&journal_sockets, l->priority, message, fields, ARRAY_SIZE(fields));
	if (err == -ENOENT)
		log_debug("this host has neither a journal nor a syslog: %s", message);
	else if (err)
		measure_note(x->measure, "the journal did not take the line of the %s: %s",
			l->event, strerror(-err));
}

void audit_start(struct experiment *x)
{
	tell(x, &(struct line){"start", ID_START, "", NULL, LOG_NOTICE});
}

void audit_stop(struct experiment *x, const char *reason)
{
	tell(x, &(struct line){"stop", ID_STOP, reason, NULL, LOG_NOTICE});
}

void audit_guard(struct experiment *x, const char *reason)
{
	tell(x, &(struct line){"guard", ID_GUARD, reason, NULL, LOG_WARNING});
}

void audit_end(struct experiment *x, const struct snapshot *s)
{
	const char *verdict = verdict_name(s->judgement.verdict);
	char text[400];

	snprintf(text, sizeof(text), "%s (%s), %llu injected", verdict, s->judgement.reason,
		(unsigned long long)snapshot_sum(s, METRIC_injected));
	tell(x, &(struct line){"end", ID_END, text, verdict, LOG_NOTICE});
}
