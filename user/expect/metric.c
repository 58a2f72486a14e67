// SPDX-License-Identifier: GPL-2.0
#include "expect/metric.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/numbers.h"

#define MAX_CHOICES 96

static const char *const role_words[] = {[SCOPE_INJECT] = "inject",
	[SCOPE_BASELINE] = "baseline",
	[SCOPE_RECOVER] = "recover",
	[SCOPE_ALL] = "all"};

const char *dimension_name(enum dimension d)
{
	static const char *const names[] = {"a number", "a ratio", "a time", "a rate"};

	return names[d];
}

/* "unknown WHAT "word"; did you mean ...?" at the token. */
static int unknown(struct lexer *l, const char *what, const char *const *words, size_t n)
{
	complain_unknown(l->why, what, l->word, words, n);
	l->why->place = (struct place){1, l->column};
	return -EINVAL;
}

static int find(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, words[i]))
			return i;
	return -1;
}

/* p50, p99.9 */
static bool read_quantile(const char *word, double *ret)
{
	const char *unit;

	if (word[0] != 'p' || !decimal_number(word + 1, ret, &unit) || *unit)
		return false;
	*ret /= 100;
	return true;
}

/* What is of the run may be asked of one workload; of rules and of all targets only without a name
 * before it. */
static bool may_be_of(const struct metric_row *row, enum metric_subject subject, bool named)
{
	if (row->subject == subject)
		return true;
	if (subject != OF_WORKLOAD)
		return false;
	return row->subject == OF_RUN || (!named && (row->subject == OF_RULES || row->pooled));
}

static int take_name(
	struct lexer *l, const struct names *names, enum metric_subject subject, struct metric *m)
{
	const char *words[MAX_CHOICES];
	size_t n = 0;

	if (l->token != TOKEN_WORD)
		return lexer_wrong(l, "the name of a metric is expected here");
	for (size_t i = 0; i < n_expect_metrics; i++) {
		const struct metric_row *row = &expect_metrics[i];

		if (!may_be_of(row, subject, m->object >= 0))
			continue;
		if (!strcmp(row->name, l->word) ||
			(!strcmp(row->name, "p") && read_quantile(l->word, &m->quantile))) {
			if (!strcmp(row->name, "p") && (m->quantile <= 0 || m->quantile >= 1))
				return lexer_wrong(l, "a quantile lies between p0 and p100");
			m->row = row;
			return lexer_next(l);
		}
		words[n++] = strcmp(row->name, "p") ? row->name : "p99";
	}
	for (size_t i = 0; subject == OF_WORKLOAD && i < n_expect_metrics; i++)
		if (expect_metrics[i].subject == OF_TARGET &&
			!strcmp(expect_metrics[i].name, l->word))
			return lexer_wrong(l, "%s belongs to a target: target.%s.%s", l->word,
				names->n_targets == 1 ? names->targets[0] : "NAME", l->word);
	return unknown(l, "metric", words, n);
}

/* ".NAME" and what is to follow it. */
static int take_object(struct lexer *l, const char *what, const char *const *names, unsigned int n,
	struct metric *m)
{
	int err =
		lexer_is(l, ".") ? lexer_next_name(l) : lexer_wrong(l, "%s.NAME is expected", what);

	if (err)
		return err;
	m->object = l->token == TOKEN_WORD ? find(l->word, names, n) : -1;
	if (m->object < 0)
		return unknown(l, what, names, n);
	return lexer_next(l);
}

/* PCRE2, since regcomp() takes exponential memory for nested repetitions. */
static int check_pattern(struct lexer *l)
{
	PCRE2_UCHAR why[120];
	PCRE2_SIZE at;
	int code;
	pcre2_code *compiled =
		pcre2_compile((PCRE2_SPTR)l->word, PCRE2_ZERO_TERMINATED, 0, &code, &at, NULL);

	if (compiled) {
		pcre2_code_free(compiled);
		return 0;
	}
	pcre2_get_error_message(code, why, sizeof(why));
	return lexer_wrong(l, "\"%s\" is not a regular expression: %s", quoted(l->word), why);
}

static int take_pattern(struct lexer *l, struct metric *m)
{
	if (!lexer_is(l, "("))
		return lexer_wrong(l, "a log is asked for a pattern: log.NAME(\"regex\")");
	if (lexer_next(l))
		return -EINVAL;
	if (l->token != TOKEN_STRING)
		return lexer_wrong(l, "the pattern stands in double quotes");
	if (check_pattern(l))
		return -EINVAL;
	m->pattern = strdup(l->word);
	if (!m->pattern)
		return -ENOMEM;
	if (lexer_next(l))
		return -EINVAL;
	return lexer_is(l, ")") ? lexer_next(l) : lexer_wrong(l, "\")\" is missing");
}

/* "latency.all.p99", "probe.NAME.value", "target.NAME.alive", "log.NAME("..")", "p99". */
static int take_subject(struct lexer *l, const struct names *names, struct metric *m)
{
	struct {
		const char *word;
		enum metric_subject subject;
		const char *const *names;
		unsigned int n;
	} subjects[] = {{"probe", OF_PROBE, names->probes, names->n_probes},
		{"target", OF_TARGET, names->targets, names->n_targets},
		{"log", OF_LOG, names->logs, names->n_logs},
		{"workload", OF_WORKLOAD, names->workloads, names->n_workloads}};
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
		if (strcmp(l->word, subjects[i].word))
			continue;
		err = lexer_next(l)
			      ?: take_object(
					 l, subjects[i].word, subjects[i].names, subjects[i].n, m);
		if (err)
			return err;
		if (subjects[i].subject == OF_LOG) {
			m->row = &expect_metrics[n_expect_metrics - 1];
			return take_pattern(l, m);
		}
		err = lexer_is(l, ".") ? lexer_next(l)
				       : lexer_wrong(l, ".METRIC is missing behind the name");
		return err ?: take_name(l, names, subjects[i].subject, m);
	}
	if (!strcmp(l->word, "latency")) {
		static const char *const path[] = {".", "all", "."};

		m->all = true;
		for (size_t i = 0; i < ARRAY_SIZE(path); i++) {
			if (lexer_next(l))
				return -EINVAL;
			if (strcmp(l->word, path[i]))
				return lexer_wrong(l, "latency.all.METRIC is expected");
		}
		if (lexer_next(l))
			return -EINVAL;
	}
	err = take_name(l, names, OF_WORKLOAD, m);
	if (!err && m->all && m->row->dimension != DIMENSION_TIME)
		return lexer_wrong(l, "latency.all is of avg, min, max and pNN");
	return err;
}

static int take_selector(struct lexer *l, const struct names *names, struct metric *m)
{
	uint64_t rule;

	if (l->token == TOKEN_NUMBER) {
		if (!whole_number(l->word, &rule) || !rule || rule > names->n_rules)
			return lexer_wrong(l, "there is no rule %s: the scenario has %u",
				quoted(l->word), names->n_rules);
		m->rule = rule;
	} else if (l->token == TOKEN_WORD && !strcmp(l->word, "natural")) {
		m->natural = true;
	} else if (l->token == TOKEN_WORD && names->error(l->word) > 0) {
		m->error = names->error(l->word);
	} else if (l->token == TOKEN_WORD && names->point(l->word) >= 0) {
		m->point = names->point(l->word);
	} else if (l->token == TOKEN_WORD && strchr(l->word, ':')) {
		return lexer_wrong(l,
			"\"%s\" is not a point of this scenario: neither \"on\" nor \"observe\" "
			"names it",
			quoted(l->word));
	} else {
		return lexer_wrong(l,
			"\"%s\" is neither a point, nor the number of a rule, nor an "
			"errno (a function stands there as in \"on\")",
			quoted(l->word));
	}
	return lexer_next(l);
}

bool metric_counts_calls(const struct metric *m)
{
	return !strcmp(m->row->name, "calls") || !strcmp(m->row->name, "errors");
}

/* For messages. */
static const char *name_of(const struct metric *m)
{
	return strcmp(m->row->name, "p") ? m->row->name : "pNN";
}

/* One that the kernel measures of calls, as well as jinx of operations. */
static bool is_latency(const struct metric *m)
{
	static const char *const names[] = {"avg", "min", "max", "p"};

	return m->row->subject == OF_WORKLOAD && m->object < 0 && !m->all &&
	       find(m->row->name, names, ARRAY_SIZE(names)) >= 0;
}

/* "[fsync]", "[write, ENOSPC]", "[fsync, natural]", "[user:/lib/libssl.so.3:SSL_write]", "[2]" */
static int take_brackets(struct lexer *l, const struct names *names, struct metric *m)
{
	unsigned int column = l->column;
	bool kernel = m->row->subject == OF_RULES, errors = !strcmp(m->row->name, "errors");
	bool calls = metric_counts_calls(m) || m->row->subject == OF_WORKLOAD;
	int err;

	if (!lexer_is(l, "["))
		return metric_counts_calls(m) ? lexer_wrong(l, "%s of which point? %s[fsync]",
							m->row->name, m->row->name)
					      : 0;
	do
		err = lexer_next_point(l) ?: take_selector(l, names, m);
	while (!err && lexer_is(l, ","));
	if (!err && !lexer_is(l, "]"))
		err = lexer_wrong(l, "\"]\" is missing");
	if (err)
		return err;
	if (!kernel && !is_latency(m))
		return lexer_wrong_at(l, column, "%s has no points", name_of(m));
	if (m->error && !errors)
		return lexer_wrong_at(l, column, "only errors has an errno");
	if (calls && m->rule)
		return lexer_wrong_at(l, column, "%s are of a point, not of a rule: %s[fsync]",
			name_of(m), name_of(m));
	if (calls && m->point < 0)
		return lexer_wrong_at(
			l, column, "%s of which point? %s[fsync]", name_of(m), name_of(m));
	if (m->natural && kernel)
		return lexer_wrong_at(l, column, "only latencies are natural or not");
	return lexer_next(l);
}

/* "(stall)", "(inject)", "(all)" */
static int take_scope(struct lexer *l, const struct names *names, struct metric *m)
{
	const char *words[MAX_CHOICES];
	size_t n = 0;
	int role, phase;

	/* Where nothing is injected there is nothing to set apart. */
	m->scope = m->row->whole || !names->n_rules ? SCOPE_ALL : SCOPE_INJECT;
	if (!lexer_is(l, "("))
		return 0;
	if (lexer_next_name(l))
		return -EINVAL;
	/* A phase that is named like a role is what the user sees in the file. */
	phase = find(l->word, names->phases, names->n_phases);
	role = find(l->word, role_words, ARRAY_SIZE(role_words));
	if (phase >= 0) {
		m->scope = SCOPE_PHASE;
		m->phase = phase;
	} else if (role >= 0) {
		m->scope = role;
	} else {
		for (; n < names->n_phases && n < MAX_CHOICES - ARRAY_SIZE(role_words); n++)
			words[n] = names->phases[n];
		for (size_t i = 0; i < ARRAY_SIZE(role_words); i++)
			words[n++] = role_words[i];
		return unknown(l, "phase", words, n);
	}
	/* An operation that never began has no phase; what is asked of a target is asked once. */
	if (m->row->whole && m->row->subject != OF_LOG && m->scope != SCOPE_ALL)
		return lexer_wrong(l, "%s is of the whole run, and of no phase", m->row->name);
	if (lexer_next(l))
		return -EINVAL;
	return lexer_is(l, ")") ? lexer_next(l) : lexer_wrong(l, "\")\" is missing");
}

int metric_parse(struct lexer *l, const struct names *names, struct metric *ret)
{
	int err;

	*ret = (struct metric){.object = -1, .point = -1};
	err = take_subject(l, names, ret);
	if (!err)
		err = take_brackets(l, names, ret);
	return err ?: take_scope(l, names, ret);
}
