// SPDX-License-Identifier: GPL-2.0
/* jinx top: running experiments, live, from another terminal. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/output.h"
#include "base/process.h"
#include "base/text.h"
#include "measure/verdict.h"
#include "run/control.h"
#include "run/listeners.h"
#include "run/panel.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

#define FRAME_MS 500
#define MS 1000000ull
/* For all that don't take a connection, together. */
#define PATIENCE_NS (300 * MS)
/* One that doesn't answer is waited for; then not again for so long. */
#define REST_NS (30000 * MS)
#define MAX_ROWS 256
#define NONE MAX_ROWS

/* Two above the rows, two below them. */
#define LINES_AROUND 4

/* On a screen of its own, so that what stood there comes back. */
#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[?25h\033[?1049l"

struct row {
	struct status s;
	uint64_t asked_ns, silent_until_ns; /* silent: it doesn't answer; 0: it does */
	double rate;			    /* of injections, since it was asked before */
	pid_t stopping;			    /* the process that stops it; 0: none */
};

struct top {
	unsigned int n, selected; /* the first one to begin with */
	struct row rows[MAX_ROWS];
	struct termios before;
	struct output *to;
	int signals;
	unsigned int lines; /* that this frame has so far */
	char message[160];
};

static struct row *find(struct row *rows, unsigned int n, const char *id)
{
	for (unsigned int i = 0; i < n; i++)
		if (!strcmp(rows[i].s.id, id))
			return &rows[i];
	return NULL;
}

/* False: it is gone, or another's. */
static bool look_at(struct row *r, const char *id, uint64_t until_ns)
{
	uint64_t now = monotonic_ns();
	const struct row old = *r;
	int err;

	if (now < r->silent_until_ns)
		return true;
	err = control_status(id, until_ns, &r->s);
	snprintf(r->s.id, sizeof(r->s.id), "%s", id);
	r->asked_ns = now;
	r->silent_until_ns = err == -ETIMEDOUT ? now + REST_NS : 0;
	if (!err && old.asked_ns)
		r->rate = (r->s.injected - old.s.injected) * 1e9 / (now - old.asked_ns);
	return !err || err == -ETIMEDOUT || err == -EBUSY;
}

/* The same one, wherever it stands now; none once it has ended: `s` would stop another. */
static void select_again(struct top *t, struct row *rows, unsigned int n)
{
	const struct row *now;

	if (!t->n || t->selected == NONE)
		return;
	now = find(rows, n, t->rows[t->selected].s.id);
	t->selected = now ? now - rows : NONE;
}

static int look(struct top *t)
{
	_cleanup_free_ struct row *rows = calloc(MAX_ROWS, sizeof(*rows));
	uint64_t until = monotonic_ns() + PATIENCE_NS;
	_cleanup_free_ char(*ids)[8] = NULL;
	int n = listeners_find(&ids);
	unsigned int found = 0;

	if (n < 0 || !rows)
		return n < 0 ? n : -ENOMEM;
	for (int i = 0; i < n && found < MAX_ROWS; i++) {
		const struct row *old = find(t->rows, t->n, ids[i]);

		rows[found] = old ? *old : (struct row){};
		found += look_at(&rows[found], ids[i], until);
	}
	select_again(t, rows, found);
	memcpy(t->rows, rows, found * sizeof(*rows));
	t->n = found;
	return 0;
}

static void row_text(const struct row *r, char *ret, size_t size)
{
	char left[32] = "-", text[400];

	if (r->s.left_ms >= 0)
		snprintf(left, sizeof(left), "%.1f s", r->s.left_ms / 1e3);
	if (r->silent_until_ns)
		snprintf(text, sizeof(text), "%-8s %-8d doesn't answer", r->s.id, r->s.pid);
	else
		snprintf(text, sizeof(text), "%-8s %-8d %-16s %-12s %8s %10lld %8.1f  %s", r->s.id,
			r->s.pid, r->s.name, r->stopping ? "(stopping)" : r->s.phase, left,
			r->s.injected, r->rate, r->s.target);
	printable(text, "", ret, size);
}

static void head_text(char *ret, size_t size)
{
	snprintf(ret, size, "%-8s %-8s %-16s %-12s %8s %10s %8s  %s", "ID", "PID", "NAME", "PHASE",
		"LEFT", "INJECTED", "A SECOND", "TARGET");
}

/* A line, cut to the terminal's width. */
static void put(struct top *t, const char *before, const char *text, int columns)
{
	char line[600];
	int n = 0;

	for (int used = 0; text[n]; n++) {
		bool begins = (text[n] & 0xc0) != 0x80;

		if (begins && used == columns - 1)
			break;
		used += begins;
	}
	snprintf(line, sizeof(line), "%s%s%.*s\033[0m\033[K", t->lines++ ? "\r\n" : "", before, n,
		text);
	output_put(t->to, line);
}

static void draw_rows(struct top *t, unsigned int most, unsigned int columns)
{
	unsigned int first =
		t->selected != NONE && t->selected >= most ? t->selected - most + 1 : 0;
	char text[400];

	for (unsigned int i = first; i < t->n && i < first + most; i++) {
		row_text(&t->rows[i], text, sizeof(text));
		put(t, i == t->selected ? "\033[7m" : "", text, columns);
	}
	if (!t->n)
		put(t, "", "no experiment of yours is running", columns);
}

/* A terminal that is too low has rows and nothing else. */
static void draw(struct top *t)
{
	unsigned int columns, rows;
	char text[400];
	bool high;

	output_flush(t->to);
	if (!output_is_empty(t->to) || !panel_size(STDOUT_FILENO, &columns, &rows))
		return;
	high = rows > LINES_AROUND;
	t->lines = 0;
	output_put(t->to, "\033[H");
	if (high) {
		snprintf(text, sizeof(text), "jinx: %s running", plural(t->n, "experiment"));
		put(t, "", text, columns);
		head_text(text, sizeof(text));
		put(t, "\033[1m", text, columns);
	}
	draw_rows(t, high ? rows - LINES_AROUND : rows, columns);
	if (high) {
		put(t, "", "", columns);
		put(t, "", *t->message ? t->message : "q quit   s stop   up/down or k/j select",
			columns);
	}
	output_put(t->to, "\033[J");
	output_flush(t->to);
}

static void enter(struct top *t)
{
	struct termios raw = t->before;

	raw.c_lflag &= ~(ICANON | ECHO); /* signals stay the terminal's */
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	output_put(t->to, ENTER);
}

/* Also where output is stopped. */
static void leave(struct top *t)
{
	output_put(t->to, LEAVE);
	output_flush(t->to);
	if (!output_is_empty(t->to)) {
		(void)tcflow(STDOUT_FILENO, TCOON);
		output_flush(t->to);
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &t->before);
}

/* It may take its time to clean up: another process waits for that. */
static void stop_selected(struct top *t)
{
	struct row *r = t->rows + t->selected;

	if (t->selected >= t->n)
		snprintf(t->message, sizeof(t->message), "none is selected");
	if (t->selected >= t->n || r->stopping)
		return;
	r->stopping = fork();
	if (!r->stopping)
		_exit(-control_stop(r->s.id, monotonic_ns() + 1000 * MS));
	if (r->stopping < 0)
		r->stopping = 0;
	snprintf(t->message, sizeof(t->message),
		r->stopping ? "stopping %s" : "%s can't be stopped", r->s.id);
}

/* The experiment may have gone from the list before. */
static void reap(struct top *t)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (unsigned int i = 0; i < t->n; i++)
			if (t->rows[i].stopping == pid)
				t->rows[i].stopping = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) && WEXITSTATUS(status) != ECONNREFUSED)
			snprintf(t->message, sizeof(t->message), "stopping it: %s",
				strerror(WEXITSTATUS(status)));
		else
			snprintf(t->message, sizeof(t->message), "it has ended");
	}
}

static void go(struct top *t, bool down)
{
	if (t->selected == NONE)
		t->selected = down || !t->n ? 0 : t->n - 1;
	else if (down && t->selected + 1 < t->n)
		t->selected++;
	else if (!down && t->selected)
		t->selected--;
}

/* "\033[1;5B", "\033OA": the last byte of what a key sends, of which none is a key. */
static char *end_of_sequence(char *k)
{
	if (k[1] == '[')
		for (k++; k[1] && (k[1] < '@' || k[1] > '~');)
			k++;
	else if (k[1] == 'O')
		k++;
	return k[1] ? k + 1 : k;
}

/* False: quit. */
static bool take_keys(struct top *t)
{
	char keys[64];
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys) - 1);

	if (n <= 0)
		return n < 0 && errno == EINTR;
	keys[n] = '\0';
	for (char *k = keys; *k; k++) {
		bool up = *k == 'k' || !strncmp(k, "\033[A", 3) || !strncmp(k, "\033OA", 3);
		bool down = *k == 'j' || !strncmp(k, "\033[B", 3) || !strncmp(k, "\033OB", 3);

		if (*k == 'q')
			return false;
		if (*k == 's' && n == 1) /* among others it is a word that was pasted */
			stop_selected(t);
		else if (up || down)
			go(t, down);
		if (*k == '\033')
			k = end_of_sequence(k);
		else if (*k != 's')
			*t->message = '\0';
	}
	return true;
}

/* False: one that ends it. */
static bool take_signals(struct top *t)
{
	struct signalfd_siginfo info;

	while (read(t->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGTSTP) {
			leave(t);
			raise(SIGSTOP);
			enter(t);
		} else if (info.ssi_signo != SIGWINCH && info.ssi_signo != SIGCHLD) {
			return false;
		}
	}
	return true;
}

static int open_signals(void)
{
	static const int all[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH, SIGCHLD};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		sigaddset(&set, all[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int watch(struct top *t)
{
	struct pollfd fds[] = {
		{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = t->signals, .events = POLLIN}};
	uint64_t next = 0;
	int err = 0;

	for (;;) {
		uint64_t now = monotonic_ns();

		if (now >= next) {
			err = look(t);
			next = monotonic_ns() + FRAME_MS * MS;
		}
		if (err)
			return err;
		draw(t);
		now = monotonic_ns();
		(void)poll(fds, 2, now < next ? (next - now) / MS + 1 : 0);
		if ((fds[1].revents && !take_signals(t)) || (fds[0].revents && !take_keys(t)))
			return 0;
		reap(t);
	}
}

static int watch_live(struct top *t)
{
	int err;

	t->signals = open_signals();
	t->to = output_standard(STDOUT_FILENO);
	if (t->signals < 0 || !t->to || tcgetattr(STDIN_FILENO, &t->before)) {
		output_close(t->to);
		return -EIO;
	}
	enter(t);
	err = watch(t);
	leave(t);
	output_close(t->to);
	close(t->signals);
	return err;
}

static int show_once(struct top *t)
{
	int err = look(t);
	char text[400];

	if (err)
		return err;
	if (!t->n)
		puts("no experiment of yours is running");
	else
		head_text(text, sizeof(text)), puts(text);
	for (unsigned int i = 0; i < t->n; i++) {
		row_text(&t->rows[i], text, sizeof(text));
		puts(text);
	}
	return 0;
}

int verb_top(struct call *call)
{
	_cleanup_free_ struct top *t = calloc(1, sizeof(*t));
	int err;

	if (call->n_operands)
		return usage_wrong_operands(call->verb);
	if (!t)
		err = -ENOMEM;
	else
		err = isatty(STDIN_FILENO) && terminal_redraws(STDOUT_FILENO) ? watch_live(t)
									      : show_once(t);
	if (err)
		log_error("listing experiments: %s", strerror(-err));
	return err ? VERDICT_FAILED : 0;
}
