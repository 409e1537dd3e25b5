/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address list: who may connect.  Values in, values out. */
#ifndef SERVER_ACCESS_H
#define SERVER_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define ACCESS_KEY_LEN 16

/*
 * Addresses that agree with addr in the first bits.  IPv4 is kept as its IPv4-mapped IPv6 address, its bits count from
 * 96.
 */
struct access_rule {
	unsigned char addr[ACCESS_KEY_LEN];
	unsigned bits;
	bool v4;
};

struct access {
	struct access_rule *rules;
	size_t n;
};

#define ACCESS_INIT {0}

enum access_err {
	ACCESS_OK,
	ACCESS_ADDRESS,	/* not a numeric IPv4 or IPv6 address: perhaps a host name */
	ACCESS_MASK,	/* what follows the slash is no number of bits that fits */
};

/* "192.0.2.0/24", "2001:db8::/32", "[::1]"; without a mask all bits count.  *out is set on ACCESS_OK only. */
enum access_err access_parse(const char *text, struct access_rule *out);

void access_add(struct access *a, const struct access_rule *rule);
/* Exactly this address; false (nothing added) if it is neither IPv4 nor IPv6. */
bool access_add_addr(struct access *a, const struct sockaddr *sa);
/* The networks nobody outside can come from: private, link-local, loopback. */
void access_add_private(struct access *a);
void access_add_all(struct access *a, const struct access *more);

/* Some rule admits sa.  An IPv4-mapped IPv6 peer is its IPv4 address, and IPv6 rules never admit IPv4. */
bool access_admits(const struct access *a, const struct sockaddr *sa);

/* 16 bytes that tell clients apart; all zero for what is no IP address. */
void access_key(const struct sockaddr *sa, unsigned char key[ACCESS_KEY_LEN]);

void access_free(struct access *a);	/* leaves it empty and usable */

#endif
