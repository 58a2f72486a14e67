// SPDX-License-Identifier: GPL-2.0
#include "net/post.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define MS_NS 1000000ull

static size_t take_body(char *bytes, size_t size, size_t n, void *answer)
{
	struct post_answer *a = answer;
	size_t used = strlen(a->body), room = sizeof(a->body) - 1 - used;

	memcpy(a->body + used, bytes, size * n < room ? size * n : room);
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

bool post_can_go_to(const char *url)
{
	CURLU *parsed = curl_url();
	bool ret = parsed && !curl_url_set(parsed, CURLUPART_URL, url, 0);

	curl_url_cleanup(parsed);
	return ret;
}

static char *trimmed(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	for (n = strlen(text); n && strchr(" \t", text[n - 1]); n--)
		;
	text[n] = '\0';
	return text;
}

static bool has_controls(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

/* "name=value", percent-encoded, as one of HTTP; NULL: it can be none, or out of memory. */
static char *make_header(char *one)
{
	char *value = strchr(one, '='), *plain, *ret = NULL;

	if (!value)
		return NULL;
	*value++ = '\0';
	one = trimmed(one);
	plain = curl_easy_unescape(NULL, trimmed(value), 0, NULL);
	if (*one && plain && !has_controls(one) && !has_controls(plain) &&
		asprintf(&ret, "%s: %s", one, plain) < 0)
		ret = NULL;
	curl_free(plain);
	return ret;
}

/* NULL: out of memory. */
static struct curl_slist *make_headers(const char *given)
{
	struct curl_slist *all = curl_slist_append(NULL, "Content-Type: application/json"), *more;
	_cleanup_free_ char *copy = strdup(given ?: "");

	for (char *rest = copy, *one; all && rest && (one = strsep(&rest, ","));) {
		_cleanup_free_ char *line = make_header(one);

		if (!line)
			continue;
		more = curl_slist_append(all, line);
		if (!more)
			curl_slist_free_all(all);
		all = more;
	}
	return all;
}

static int send_it(CURL *easy, struct post_answer *ret)
{
	CURLcode code = curl_easy_perform(easy);
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		snprintf(ret->why, sizeof(ret->why), "interrupted");
	else if (code)
		snprintf(ret->why, sizeof(ret->why), "%s", curl_easy_strerror(code));
	else if (status < 200 || status > 299)
		snprintf(ret->why, sizeof(ret->why), "it answered with status %ld", status);
	else
		*ret->why = '\0';
	return *ret->why ? -1 : 0;
}

int post_json(const char *url, const char *headers, const char *text, uint64_t timeout_ns,
	int cancel, struct post_answer *answer)
{
	struct curl_slist *all = make_headers(headers);
	CURL *easy = curl_global_init(CURL_GLOBAL_DEFAULT) ? NULL : curl_easy_init();
	int ret = -1;

	*answer = (struct post_answer){.why = "out of memory"};
	if (easy && all) {
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(timeout_ns / MS_NS));
		curl_easy_setopt(easy, CURLOPT_USERAGENT, "jinx");
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, all);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, text);
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
		curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, is_over);
		curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &cancel);
		ret = send_it(easy, answer);
	}
	curl_easy_cleanup(easy);
	curl_slist_free_all(all);
	return ret;
}
