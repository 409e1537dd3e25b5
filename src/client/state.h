/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this client is doing, for monitors: DISTCC_DIR/state/binstate_PID (client/state_record), rewritten at each phase.  What
 * killed clients have left is removed ten minutes later.  A few files that are not needed any more stay under hidden names,
 * for the next records.  A convenience: whatever fails is passed over.
 */
#ifndef CLIENT_STATE_H
#define CLIENT_STATE_H

enum state_phase {
	STATE_STARTUP,
	STATE_BLOCKED,
	STATE_CONNECT,
	STATE_CPP,
	STATE_SEND,
	STATE_COMPILE,
	STATE_RECEIVE,
	STATE_DONE,
};

/* dir: DISTCC_DIR/state; NULL: no record is kept.  file: the source. */
void state_begin(const char *dir, const char *file);
/* Where the job runs or waits to run: a host's label, and its slot. */
void state_host(const char *label, int slot);
void state_phase(enum state_phase phase);
/* Take the record away.  Async-signal-safe. */
void state_end(void);

#endif
