/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What distcc-config prints: for people, and as JSON whose keys stay as they are. */
#ifndef MASQ_REPORT_H
#define MASQ_REPORT_H

#include "base/buf.h"
#include "masq/check.h"
#include "masq/links.h"
#include "masq/route.h"

/* "ok", "dangling", "stale", "foreign", "file", "directory". */
const char *report_link_state(const struct link *k);

/* Text: numbered steps; "error: ...", "  cure: ..."; "gcc -> ../../bin/distcc". */
void report_route(struct buf *out, const char *name, const struct route *r);
void report_findings(struct buf *out, const struct findings *f);
void report_links(struct buf *out, const struct links *l);

/* A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void report_json_string(struct buf *out, const char *s);

/* Everything at once; what is NULL is left out. */
struct report {
	const char *compiler;
	const struct route *route;
	const char *directory;
	const struct links *links;
	const struct findings *findings;
};
void report_json(struct buf *out, const struct report *r);

#endif
