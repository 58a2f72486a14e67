// SPDX-License-Identifier: GPL-2.0
#include "run/remember.h"

#include "base/log.h"

#define NOT_THERE "this run is not in the history (--history, --no-history): "

void remember_trend(const struct remembering *r, struct snapshot *s)
{
	struct history *h;
	struct error why;

	if (!r->path || history_open(r->path, true, &h, &why))
		return;
	s->trend = history_trend(h, s, &r->tags);
	history_close(h);
}

void remember(const struct remembering *r, const struct snapshot *s)
{
	struct history *h;
	struct error why;
	int err;

	if (!r->path)
		return;
	err = history_open(r->path, false, &h, &why);
	if (!err) {
		err = history_add(h, s, &r->tags, &why);
		history_close(h);
		if (err)
			log_warning(NOT_THERE "%s: %s", r->path, why.message);
	} else {
		log_warning(NOT_THERE "%s", why.message);
	}
}
