/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_VERDICT_H
#define JINX_VERDICT_H

/* All but three are exit codes too, see verdict_exit(). */
enum verdict {
	VERDICT_UNSET, /* nobody has judged: that is a failure */
	VERDICT_DEVIATED = 1,
	VERDICT_UNSUPPORTED = 3,
	VERDICT_ABORTED = 4,
	VERDICT_INCONCLUSIVE = 5,
	VERDICT_FAILED = 6,
	VERDICT_HELD = 7,     /* exits with 0 */
	VERDICT_OBSERVED = 8, /* the same: nothing was to be injected */
};

#define EXIT_USAGE 2

/* A verdict and why it is that. */
struct judgement {
	enum verdict verdict;
	char reason[256];
};

const char *verdict_name(enum verdict v);
/* The program's exit code. */
int verdict_exit(enum verdict v);
/* And back, as far as it can be told. */
enum verdict verdict_of_exit(int code);

#endif
