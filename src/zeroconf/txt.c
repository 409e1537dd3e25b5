/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/txt.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/num.h"
#include "base/util.h"
#include "client/discovered.h"
#include "config.h"

#define LABEL_MAX 63
#define DEFAULT_SLOTS 4

static void
take_number(const char *text, size_t len, const char *key, int *out)
{
	size_t prefix = strlen(key);
	long n;

	if (len > prefix && strncasecmp(text, key, prefix) == 0 && num_parse_n(text + prefix, len - prefix, 1, 1000000, &n))
		*out = (int)n;
}

void
txt_take(struct txt *t, const char *text, size_t len)
{
	take_number(text, len, "cpus=", &t->cpus);
	take_number(text, len, "jobs=", &t->jobs);
}

int
txt_slots(const struct txt *t)
{
	int n = t->jobs > 0 ? t->jobs : t->cpus > 0 ? t->cpus : DEFAULT_SLOTS;

	return n > DISCOVERED_SLOTS_MAX ? DISCOVERED_SLOTS_MAX : n;
}

char *
txt_subtype(const struct txt_compiler *cc)
{
	char *label, *type;

	if (cc->machine == NULL || cc->version == NULL)
		return NULL;
	label = xasprintf("_%s--%s", cc->machine, cc->version);
	for (char *p = label + 1; *p != '\0'; p++)
		*p = isascii(*p) && isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '-';
	type = strlen(label) <= LABEL_MAX ? xasprintf("%s._sub." TXT_TYPE, label) : NULL;
	free(label);
	return type;
}

void
txt_strings(struct strv *out, long cpus, long jobs, const struct txt_compiler *cc)
{
	strv_push(out, "txtvers=1");
	strv_pushf(out, "cpus=%ld", cpus);
	strv_pushf(out, "jobs=%ld", jobs);
	strv_push(out, "distcc=" DISTCC_VERSION);
	strv_push(out, "gnuhost=" DISTCC_HOST_TRIPLE);
	if (cc->version != NULL)
		strv_pushf(out, "cc_version=%s", cc->version);
	if (cc->machine != NULL)
		strv_pushf(out, "cc_machine=%s", cc->machine);
}
