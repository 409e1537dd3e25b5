/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/build_part.h"

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/io.h"
#include "base/log.h"
#include "client/journal.h"
#include "client/local.h"

void
build_note_here(const struct build *b, const char *why, int64_t wall_ms)
{
	journal_add(b->conf->journal, &(struct journal_entry){
		.kind = JOURNAL_HERE, .where = "localhost", .wall_ms = wall_ms, .what = b->subject, .why = why,
	});
}

int
build_here(const struct build *b, const char *why, const struct slot *held)
{
	int status;

	if (b->conf->verifying) {
		log_errx("%s was not compiled elsewhere: %s", b->subject, why);
		return EXIT_DISTCC_FAILED;
	}
	log_info("%s: local: %s", b->subject, why);
	status = local_run(b->conf, b->cc, b->argv, b->hosts.local_slots, held);
	build_note_here(b, why, clock_ms() - b->began_ms);
	return status;
}

void
build_note_trouble(const struct build *b, const char *host, const char *why)
{
	journal_add(b->conf->journal, &(struct journal_entry){
		.kind = JOURNAL_FAULT, .where = host, .wall_ms = clock_ms() - b->began_ms, .what = b->subject, .why = why,
	});
}

void
build_report_failure(struct build *b, const char *host, const char *why)
{
	build_note_trouble(b, host, why);
	if (b->failures++ == 0)
		log_warnx("%s could not be compiled on %s: %s", b->subject, host, why);
	else
		log_info("%s could not be compiled on %s: %s", b->subject, host, why);
}

void
build_note_fault(struct build *b, struct pick *p, const char *host, const char *why, int exit_code, enum socks_blame blame)
{
	build_report_failure(b, host, why);
	b->failure_code = exit_code;
	if (blame == SOCKS_BLAME_NOBODY)
		pick_skipped(p);
	else
		pick_failed(p, blame == SOCKS_BLAME_PROXY ? BACKOFF_PROXY : BACKOFF_HOST);
}

void
build_print(const struct buf *out, const struct buf *err)
{
	if (out->n > 0)
		io_write_full(1, out->p, out->n, &IO_FOREVER);
	if (err->n > 0)
		io_write_full(2, err->p, err->n, &IO_FOREVER);
}
