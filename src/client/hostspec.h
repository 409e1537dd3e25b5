/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One word of a host list (shared facts 2.10, distcc-hosts(5)).  Values in, values out.
 *
 *	localhost[/N]  HOST[/N][:PORT][/N]OPTIONS  [USER]@HOST[/N][:COMMAND]OPTIONS
 *	+zeroconf  --randomize  --localslots=N  --localslots_cpp=N
 */
#ifndef CLIENT_HOSTSPEC_H
#define CLIENT_HOSTSPEC_H

#include <stdbool.h>
#include <stddef.h>

#define HOSTSPEC_PORT_DEFAULT 3632
#define HOSTSPEC_SLOTS_MAX 10000
#define HOSTSPEC_NAME_MAX 255

enum hostspec_kind {
	HOST_LOCAL,
	HOST_TCP,
	HOST_SSH,
	HOST_BAD,		/* not understood: only word is set */
	HOST_ZEROCONF,		/* stands for those that are found on the network (client/zeroconf.h); no slots of its own */
	HOST_RANDOMIZE,		/* the last three are no hosts, but settings */
	HOST_LOCALSLOTS,
	HOST_LOCALSLOTS_CPP,
};

struct hostspec {
	enum hostspec_kind kind;
	char *word;		/* as it was written */
	char *host;		/* without brackets; NULL for settings */
	char *user;		/* ssh; NULL: none given */
	char *command;		/* ssh; NULL: none given */
	int port;
	int slots;		/* or the number of a setting */
	bool lzo, cpp, down, plain;
};

enum hostspec_err {
	HOSTSPEC_OK,
	HOSTSPEC_EMPTY,		/* no word */
	HOSTSPEC_HOST,		/* no host name, or one that cannot be one */
	HOSTSPEC_BRACKET,	/* '[' without ']', or no IPv6 address between them */
	HOSTSPEC_USER,
	HOSTSPEC_SLOTS,		/* no number from 1 to HOSTSPEC_SLOTS_MAX */
	HOSTSPEC_PORT,		/* no number from 1 to 65535 */
	HOSTSPEC_COLONS,	/* the same, and there are more: an IPv6 address without brackets */
	HOSTSPEC_COMMAND,	/* ':' without a command behind */
	HOSTSPEC_OPTION,	/* no such option */
	HOSTSPEC_SETTING,	/* no such "--" word */
	HOSTSPEC_JUNK,		/* text that belongs to nothing */
	HOSTSPEC_ZEROCONF,	/* +zeroconf with something behind it */
	HOSTSPEC_LZO,		/* known, but not built in: the last two */
	HOSTSPEC_AUTH,
};

/*
 * On HOSTSPEC_OK h owns strings (hostspec_free); otherwise it is zeroed and *at is the offset of what is wrong.
 */
enum hostspec_err hostspec_parse(const char *word, struct hostspec *h, size_t *at);
void hostspec_free(struct hostspec *h);

/* "the port is no number from 1 to 65535"... */
const char *hostspec_strerror(enum hostspec_err err);

/* How messages, logs and monitors call it: "localhost", "box", "box:4000", "[::1]:4000", "joe@box".  The caller frees. */
char *hostspec_label(const struct hostspec *h);

/* Its part of the names of lock files: "localhost", "tcp_HOST_PORT", "ssh_HOST".  The caller frees. */
char *hostspec_lock_name(const struct hostspec *h);

/* The same volunteer, whatever slots and options are written behind. */
bool hostspec_same(const struct hostspec *a, const struct hostspec *b);

#endif
