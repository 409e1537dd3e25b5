/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_result.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

void
seek_result_address(struct seek_result *r, const struct sockaddr *sa, socklen_t len)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	r->n_bytes = 0;
	if (getnameinfo(sa, len, r->address, sizeof(r->address), NULL, 0, NI_NUMERICHOST) != 0)
		snprintf(r->address, sizeof(r->address), "unknown");
	if (sa->sa_family == AF_INET && len >= sizeof(in)) {
		memcpy(&in, sa, sizeof(in));
		r->n_bytes = sizeof(in.sin_addr);
		memcpy(r->bytes, &in.sin_addr, r->n_bytes);
	} else if (sa->sa_family == AF_INET6 && len >= sizeof(in6)) {
		memcpy(&in6, sa, sizeof(in6));
		r->n_bytes = sizeof(in6.sin6_addr);
		memcpy(r->bytes, &in6.sin6_addr, r->n_bytes);
	}
}

size_t
seek_count(const struct seek_result *r, size_t n, size_t allowed)
{
	size_t missing = 0;

	for (size_t i = 0; i < n; i++) {
		if (r[i].state == SEEK_MISSING && ++missing > allowed)
			return i;
	}
	return n;
}

const struct seek_result *
seek_first(const struct seek_result *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (r[i].state == SEEK_DOWN || r[i].state == SEEK_UP)
			return &r[i];
	}
	return NULL;
}

bool
seek_is_near(const struct seek_result *a, const struct seek_result *b, int bits)
{
	size_t whole = (size_t)bits / 8;
	unsigned mask = 0xff00u >> (bits % 8) & 0xff;

	if (bits == 0)
		return true;
	if (a->n_bytes != b->n_bytes)
		return false;
	if (whole >= a->n_bytes)
		return memcmp(a->bytes, b->bytes, a->n_bytes) == 0;
	return memcmp(a->bytes, b->bytes, whole) == 0 && ((a->bytes[whole] ^ b->bytes[whole]) & mask) == 0;
}
