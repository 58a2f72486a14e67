// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the words of the quick verbs: a line each, the first the verb's name. Whatever they are,
 * they make a scenario that holds or are complained about. Nothing is probed or attached.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "verbs/verbs.h"

#define MAX_WORDS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The words of the text, which is cut up. Returns how many. */
static int split(char *text, char *words[MAX_WORDS])
{
	char *rest = text, *word;
	int n = 0;

	while (n < MAX_WORDS - 1 && (word = strsep(&rest, "\n")))
		words[n++] = word;
	words[n] = NULL;
	return n;
}

/* Descriptors are the fuzzer's own: --ready-fd would change them. */
static bool touches_descriptors(char **words)
{
	for (; *words && strcmp(*words, "--"); words++)
		if (!strncmp(*words, "--rea", 5))
			return true;
	return false;
}

static void read_words(const struct verb *verb, int n, char **words)
{
	struct call call = {.verb = verb};
	struct error why = {};

	options_init(&call.o, verb, 0);
	if (quick_read(&call, n, words, &why)) {
		if (!why.message[0] || !memchr(why.message, '\0', sizeof(why.message)))
			abort();
	} else {
		if (scenario_validate(call.made.s, &why))
			abort(); /* the reader ends with it */
		apply_limits(call.made.s, &call.o.plan, &why);
	}
	scenario_free(call.made.s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1), *words[MAX_WORDS];
	struct verb verb;
	int n;

	if (!text)
		return 0;
	memcpy(text, data, size);
	n = split(text, words);
	if (n && verb_find(words[0], &verb) && verb.quick && !touches_descriptors(words))
		read_words(&verb, n, words);
	free(text);
	return 0;
}
