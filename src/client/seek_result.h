/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lsdistcc has found out about a host, and which hosts count.  Values in, values out. */
#ifndef CLIENT_SEEK_RESULT_H
#define CLIENT_SEEK_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define SEEK_ADDRESS_MAX 80

enum seek_state {
	SEEK_ASKED,		/* not known yet whether the name exists */
	SEEK_MISSING,		/* it has no address */
	SEEK_DOWN,		/* it has: the members below are set; no server has answered there (yet) */
	SEEK_UP,
};

struct seek_result {
	enum seek_state state;
	int ms;				/* of connection and trial compile; -1: nothing was tried */
	char address[SEEK_ADDRESS_MAX];	/* text without port and brackets */
	unsigned char bytes[16];	/* the same, n_bytes of them: 4, 16, or 0 for another family */
	size_t n_bytes;
};

/* Fill in address and bytes. */
void seek_result_address(struct seek_result *r, const struct sockaddr *sa, socklen_t len);

/* So many of the first results count: up to the name where more are missing than allowed. */
size_t seek_count(const struct seek_result *r, size_t n, size_t allowed);

/* The first one with an address; NULL: there is none. */
const struct seek_result *seek_first(const struct seek_result *r, size_t n);

/* The first bits of both addresses are equal; those of another family never are, unless bits is 0. */
bool seek_is_near(const struct seek_result *a, const struct seek_result *b, int bits);

#endif
