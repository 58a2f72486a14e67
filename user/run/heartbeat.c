// SPDX-License-Identifier: GPL-2.0
#include "run/heartbeat.h"

#include "run/kill_switch.h"
#include "run/parts.h"

/* Without a renewal for this long nothing is injected: jinx is stopped or stuck. */
#define HEARTBEAT_NS 2000000000ull

/*
 * Stopped, or a machine that stood still: what was delayed or paused went on before its time. A
 * phase's begin renews too, and the next beat may carry an earlier time: that of when the loop woke
 * up.
 */
static void note_gap(struct experiment *x, uint64_t now_ns)
{
	uint64_t last = x->beat_ns;

	if (last && now_ns > last + HEARTBEAT_NS)
		measure_note(x->measure,
			"jinx stood still for %.1f s, %.1f s after the beginning: after two "
			"seconds "
			"of that nothing was injected, and delayed or paused threads went on",
			(now_ns - last) / 1e9, (last - x->began_ns) / 1e9);
	if (now_ns > last)
		x->beat_ns = now_ns;
}

void heartbeat_renew(struct experiment *x, uint64_t now_ns)
{
	note_gap(x, now_ns);
	engine_renew(x->engine, x->beat_ns + HEARTBEAT_NS);
}

static void beat(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	heartbeat_renew(x, now_ns);
	if (kill_switch())
		experiment_end(x, VERDICT_ABORTED, "the kill switch exists: " KILL_SWITCH);
	if (engine_gate_stuck(x->engine, now_ns))
		experiment_end(x, VERDICT_FAILED,
			"the delay server stalled; sleeping threads were released");
	if (engine_shaper_stuck(x->engine, now_ns))
		experiment_end(x, VERDICT_FAILED,
			"the shaper stalled; packets have gone the straight way since");
}

static void on_gate(uint32_t events, void *context)
{
	(void)events;
	experiment_end(context, VERDICT_FAILED,
		"the delay server has died: threads can't be delayed any more");
}

static void on_shaper(uint32_t events, void *context)
{
	(void)events;
	experiment_end(
		context, VERDICT_FAILED, "the shaper has died: packets can't be shaped any more");
}

int heartbeat_begin(struct experiment *x)
{
	int gate = engine_gate_fd(x->engine), shaper = engine_shaper_fd(x->engine);
	int err = loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, beat, x, NULL);

	if (!err && gate >= 0)
		err = loop_watch(x->loop, gate, EPOLLIN, on_gate, x, NULL);
	if (!err && shaper >= 0)
		err = loop_watch(x->loop, shaper, EPOLLIN, on_shaper, x, NULL);
	return err;
}
