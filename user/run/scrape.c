// SPDX-License-Identifier: GPL-2.0
#include "run/scrape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/process.h"
#include "net/server.h"
#include "run/control_server.h"
#include "run/parts.h"
#include "run/progress.h"

/* What is under way when the snapshot is taken. */
static struct exposed_moment moment_of(const struct experiment *x)
{
	const struct timeline *t = &x->timeline;

	return (struct exposed_moment){.running = !x->scrape.last,
		.phase = !x->scrape.last && t->open ? (int)t->phase : -1,
		.version = x->options->remembering.tags.version};
}

static char *text_of(const struct experiment *x, const struct snapshot *s, enum exposition how)
{
	const struct exposed_moment m = moment_of(x);
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	write_metrics(s, &m, how, to);
	if (!fclose(to))
		return text;
	free(text);
	return NULL;
}

/* What calls came to is read each time only where somebody asks. */
static char *make_text(struct experiment *x, enum exposition how)
{
	struct snapshot *s;
	char *ret;

	if (x->scrape.last)
		return text_of(x, x->scrape.last, how);
	if (x->measure->plan->n_meters)
		progress_read_calls(x);
	s = snapshot_take(x->measure);
	ret = s ? text_of(x, s, how) : NULL;
	snapshot_free(s);
	return ret;
}

/* So many times as long as it took it isn't made again. */
#define REST 20

/* The counters are not newer than a tick: however often it is asked, it costs little. */
static const char *page(const char *accept, const char **ret_type, void *context)
{
	struct experiment *x = context;
	struct scrape *c = &x->scrape;
	enum exposition how = exposition_for(accept);
	uint64_t now = monotonic_ns();

	*ret_type = exposition_types[how];
	c->told_last |= c->last != NULL;
	if (c->texts[how] && now < c->again_ns[how])
		return c->texts[how];
	free(c->texts[how]);
	c->texts[how] = make_text(x, how);
	c->again_ns[how] = now + TICK_NS + REST * (monotonic_ns() - now);
	return c->texts[how];
}

static void served(void *context)
{
	struct experiment *x = context;

	if (x->scrape.told_last)
		loop_stop(x->scrape.lingering);
}

static int check_options(const struct scrape_options *o, struct error *why)
{
	if (!o->address && (o->token_path || o->linger_ns))
		return error_set(why, -EINVAL, "%s belongs to --metrics, which is missing",
			o->token_path ? "--metrics-token" : "--metrics-linger");
	return 0;
}

int scrape_open(struct experiment *x, struct error *why)
{
	static const struct server_functions functions = {page, served};
	const struct scrape_options *o = &x->options->scrape;
	struct listen_address address;
	char token[MAX_TOKEN] = "";
	struct error reason;
	int err = check_options(o, why);

	if (err || !o->address)
		return err;
	err = listen_parse(o->address, &address, &reason);
	if (!err && !o->token_path && !listen_is_local(&address))
		return error_set(why, -EINVAL,
			"--metrics %s: other hosts get there: it takes --metrics-token FILE, or "
			"127.0.0.1, or unix:PATH",
			o->address);
	if (!err && o->token_path)
		err = server_read_token(o->token_path, token, why);
	if (err)
		return err;
	err = server_new(&address, token, &functions, x, &x->scrape.server, &reason);
	return err ? error_set(why, err, "--metrics: %s", reason.message) : 0;
}

int scrape_begin(struct experiment *x)
{
	return x->scrape.server ? server_start(x->scrape.server, x->loop) : 0;
}

void scrape_end(struct experiment *x)
{
	if (x->scrape.server)
		server_pause(x->scrape.server);
}

static void on_signal(uint32_t events, void *context)
{
	(void)events;
	loop_stop(((struct experiment *)context)->scrape.lingering);
}

static void on_time(uint64_t now_ns, void *context)
{
	(void)now_ns;
	log_debug("nobody has asked for the verdict's metrics");
	loop_stop(((struct experiment *)context)->scrape.lingering);
}

static void keep_status(struct status *ret, void *context)
{
	(void)ret; /* as it was at the end */
	(void)context;
}

static void on_stop(void *context)
{
	loop_stop(((struct experiment *)context)->scrape.lingering);
}

static bool meets_nobody(const char *question, size_t size, void *context)
{
	(void)question;
	(void)size;
	(void)context;
	return false;
}

/* jinx stop ends the waiting, too, also one that has come since the experiment's end. */
static int listen_to_control(struct experiment *x, struct loop *l, bool *ret_told)
{
	static const struct control_functions functions = {keep_status, on_stop, meets_nobody};

	if (!x->control)
		return 0;
	*ret_told = control_server_return(x->control);
	return control_server_start(x->control, l, &functions, x);
}

void scrape_linger(struct experiment *x, const struct snapshot *s)
{
	struct scrape *c = &x->scrape;
	uint64_t until = monotonic_ns() + x->options->scrape.linger_ns;
	bool told = false;
	int err;

	if (!c->server || !x->options->scrape.linger_ns)
		return;
	c->last = s;
	memset(c->again_ns, 0, sizeof(c->again_ns));
	err = loop_new(&c->lingering);
	err = err ?: listen_to_control(x, c->lingering, &told);
	err = err ?: loop_watch(c->lingering, x->signals, EPOLLIN, on_signal, x, NULL);
	err = err ?: loop_timer(c->lingering, until, 0, on_time, x, NULL);
	err = err ?: server_start(c->server, c->lingering);
	err = err || told ? err : loop_run(c->lingering);
	if (err)
		log_warning("--metrics-linger: %s", strerror(-err));
	server_pause(c->server);
	if (x->control && c->lingering)
		control_server_pause(x->control);
	loop_free(c->lingering);
	c->lingering = NULL;
	c->last = NULL;
}

void scrape_close(struct experiment *x)
{
	server_free(x->scrape.server);
	for (int i = 0; i < NR_EXPOSITIONS; i++)
		free(x->scrape.texts[i]);
}
