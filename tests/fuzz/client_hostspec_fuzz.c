/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host lists: whatever is written, what is understood can be used, and what is not has its place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "client/hostlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_good(const struct hostspec *h)
{
	char *label = hostspec_label(h), *lock = hostspec_lock_name(h);
	struct hostspec again;
	size_t at = 0;

	/* The name of a lock file must not leave its directory. */
	if (*label == '\0' || *lock == '\0' || strchr(lock, '/') != NULL)
		abort();
	if (h->slots < 1 || h->slots > HOSTSPEC_SLOTS_MAX || !hostspec_same(h, h))
		abort();
	if (h->kind == HOST_TCP && (h->port < 1 || h->port > 65535 || *h->host == '\0'))
		abort();
	if (hostspec_parse(h->word, &again, &at) != HOSTSPEC_OK || again.kind != h->kind || !hostspec_same(&again, h))
		abort();
	hostspec_free(&again);
	free(label);
	free(lock);
}

static void
one_word(const char *text)
{
	struct hostspec h;
	size_t at = 0;

	if (hostspec_parse(text, &h, &at) == HOSTSPEC_OK) {
		if (h.kind == HOST_LOCAL || h.kind == HOST_TCP || h.kind == HOST_SSH)
			check_good(&h);
		hostspec_free(&h);
	} else if (at > strlen(text)) {
		abort();
	}
}

static void
whole_list(const char *text)
{
	struct hostlist l = {0};
	enum hostlist_err err = hostlist_parse(&l, "fuzz", text);

	if (err != HOSTLIST_OK) {
		char *why = hostlist_explain(&l, err);

		if (*why == '\0')
			abort();
		free(why);
	}
	hostlist_shuffle(&l, 42);
	if (hostlist_slots(&l) < 0 || l.local_slots < 1 || l.local_cpp_slots < 1)
		abort();
	hostlist_free(&l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);

	one_word(text);
	whole_list(text);
	free(text);
	return 0;
}
