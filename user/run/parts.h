/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an experiment consists of, for the files of this folder. Each part that waits for something
 * registers with the loop what is to be called then; none of that may wait.
 */
#ifndef JINX_PARTS_H
#define JINX_PARTS_H

#include "base/loop.h"
#include "keeper/keeper.h"
#include "kernel/engine.h"
#include "measure/measure.h"
#include "run/acts.h"
#include "measure/bursts.h"
#include "run/commands.h"
#include "run/control_server.h"
#include "run/experiment.h"
#include "run/follow.h"
#include "run/guards.h"
#include "run/hooks.h"
#include "run/hosts.h"
#include "run/libraries.h"
#include "run/logs.h"
#include "run/notices.h"
#include "run/operations.h"
#include "run/outputs.h"
#include "run/probes.h"
#include "run/scrape.h"
#include "run/timeline.h"
#include "run/verification.h"
#include "run/showing.h"
#include "run/pressure.h"
#include "run/watch.h"
#include "target/target.h"

/* How often it is looked at what nobody tells. */
#define TICK_NS 100000000ull

struct experiment {
	const struct scenario *s;
	const struct experiment_options *options;
	char id[8]; /* in jinx ps, and of its cgroup jinx-ID */
	uint64_t seed;
	struct measure *measure;
	struct targets targets;
	struct engine *engine;
	struct keeper *keeper;
	int oom_score; /* before jinx raised its own */
	struct loop *loop;
	int signals;			/* a signalfd of those that end it; -1: none yet */
	struct control_server *control; /* NULL: nobody can be answered */
	struct outputs out;
	struct timeline timeline;
	struct acts acts;
	struct operations operations;
	struct follow follow;
	struct libraries libraries;
	struct hooks hooks;
	struct hosts hosts;
	struct commands commands;
	struct verifications verifications;
	struct probes probes;
	struct logs logs;
	struct watch watch;
	struct pressures pressures;
	struct notices notices;
	struct guards guards;
	struct showing showing;
	struct scrape scrape;
	struct bursts bursts;
	uint64_t began_ns; /* when the first phase did */
	uint64_t ended_ns; /* when nothing was attached any more */
	uint64_t beat_ns;  /* when the heartbeat was renewed last; 0: not yet */
	bool over;	   /* and the verdict is there */
};

/* The first reason to end is the one that counts. */
void experiment_end(struct experiment *x, enum verdict v, const char *reason);

/* Even if it has ended in another way: what the report says would not be true. */
void experiment_fail(struct experiment *x, const char *reason);

#endif
