// SPDX-License-Identifier: GPL-2.0
#include "net/post.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define MS_NS 1000000ull

static size_t ignore(char *bytes, size_t size, size_t n, void *context)
{
	(void)bytes;
	(void)context;
	return size * n;
}

/* libcurl asks at least once a second. */
static int is_over(void *cancel, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct pollfd fd = {.fd = *(int *)cancel, .events = POLLIN};

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return poll(&fd, 1, 0) > 0;
}

/* NULL: out of memory. */
static struct curl_slist *make_headers(const char *given)
{
	struct curl_slist *all = curl_slist_append(NULL, "Content-Type: application/json"), *more;
	_cleanup_free_ char *copy = strdup(given ?: "");

	for (char *rest = copy, *one; all && rest && (one = strsep(&rest, ","));) {
		_cleanup_free_ char *line = NULL;
		char *value = strchr(one, '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (asprintf(&line, "%s: %s", one, value) < 0)
			line = NULL;
		more = line ? curl_slist_append(all, line) : NULL;
		if (!more)
			curl_slist_free_all(all);
		all = more;
	}
	return all;
}

static int send_it(CURL *easy, char *why, size_t size)
{
	CURLcode code = curl_easy_perform(easy);
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		snprintf(why, size, "interrupted");
	else if (code)
		snprintf(why, size, "%s", curl_easy_strerror(code));
	else if (status < 200 || status > 299)
		snprintf(why, size, "it answered with status %ld", status);
	else
		return 0;
	return -1;
}

int post_json(const char *url, const char *headers, const char *text, uint64_t timeout_ns,
	int cancel, char *why, size_t size)
{
	struct curl_slist *all = make_headers(headers);
	CURL *easy = curl_global_init(CURL_GLOBAL_DEFAULT) ? NULL : curl_easy_init();
	int ret = -1;

	snprintf(why, size, "out of memory");
	if (easy && all) {
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(timeout_ns / MS_NS));
		curl_easy_setopt(easy, CURLOPT_USERAGENT, "jinx");
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, all);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, text);
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
		curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, is_over);
		curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &cancel);
		ret = send_it(easy, why, size);
	}
	curl_easy_cleanup(easy);
	curl_slist_free_all(all);
	return ret;
}
