/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/report.h"

#include "base/util.h"

const char *
report_link_state(const struct link *k)
{
	switch (k->kind) {
	case LINK_OURS:
		return k->dangling ? "dangling" : k->behind == NULL ? "stale" : "ok";
	case LINK_FOREIGN:
		return "foreign";
	case LINK_FILE:
		return "file";
	case LINK_DIRECTORY:
		return "directory";
	}
	return "";
}

void
report_route(struct buf *out, const char *name, const struct route *r)
{
	buf_addf(out, "%s on this PATH:\n", name);
	for (size_t i = 0; i < r->n; i++) {
		const struct route_step *s = &r->v[i];

		buf_addf(out, "  %zu  %-8s  %s", i + 1, walk_kind_name(s->kind), s->path);
		if (!streq(s->path, s->target))
			buf_addf(out, " -> %s", s->target);
		if (streq(s->by, "distcc-chain"))
			buf_adds(out, " (by distcc-chain)");
		else if (!streq(s->by, "PATH"))
			buf_addf(out, " (ccache's %s)", s->by);
		buf_adds(out, "\n");
	}
	if (r->n == 0)
		buf_adds(out, "  nothing\n");
}

void
report_findings(struct buf *out, const struct findings *f)
{
	buf_adds(out, "");
	for (size_t i = 0; i < f->n; i++)
		buf_addf(out, "%s: %s\n  cure: %s\n", severity_name(f->v[i].severity), f->v[i].text, f->v[i].cure);
}

void
report_links(struct buf *out, const struct links *l)
{
	buf_adds(out, "");
	for (size_t i = 0; i < l->n; i++) {
		const struct link *k = &l->v[i];
		const char *state = report_link_state(k);

		if (k->kind != LINK_OURS && !k->compiler_name)
			continue;
		buf_adds(out, k->name);
		if (k->text != NULL)
			buf_addf(out, " -> %s", k->text);
		if (!streq(state, "ok"))
			buf_addf(out, " (%s)", state);
		buf_adds(out, "\n");
	}
}

static bool
is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Bytes of the UTF-8 character at s; 0 if there is none (overlong forms and surrogates are none). */
static size_t
utf8_length(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		return is_continuation(s[1]) ? 2 : 0;
	if (s[0] >= 0xe0 && s[0] <= 0xef) {
		if (!is_continuation(s[1]) || !is_continuation(s[2]) || (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f))
			return 0;
		return 3;
	}
	if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		if (!is_continuation(s[1]) || !is_continuation(s[2]) || !is_continuation(s[3]) ||
			(s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
			return 0;
		return 4;
	}
	return 0;
}

void
report_json_string(struct buf *out, const char *s)
{
	size_t n;

	buf_adds(out, "\"");
	for (const unsigned char *p = (const unsigned char *)s; *p != '\0'; p += n > 0 ? n : 1) {
		n = utf8_length(p);
		if (n == 0)
			buf_adds(out, "\\ufffd");
		else if (*p < ' ' || *p == '\177')
			buf_addf(out, "\\u%04x", *p);
		else if (*p == '"' || *p == '\\')
			buf_addf(out, "\\%c", *p);
		else
			buf_add(out, p, n);
	}
	buf_adds(out, "\"");
}

/* One "key": "value" of an object; before: what separates it from the one before. */
static void
add_pair(struct buf *out, const char *before, const char *key, const char *value)
{
	buf_addf(out, "%s\"%s\": ", before, key);
	if (value != NULL)
		report_json_string(out, value);
	else
		buf_adds(out, "null");
}

static void
add_route(struct buf *out, const struct route *r)
{
	buf_adds(out, "\"chain\": [");
	for (size_t i = 0; i < r->n; i++) {
		add_pair(out, i > 0 ? ",\n    {" : "\n    {", "kind", walk_kind_name(r->v[i].kind));
		add_pair(out, ", ", "path", r->v[i].path);
		add_pair(out, ", ", "target", r->v[i].target);
		add_pair(out, ", ", "by", r->v[i].by);
		buf_adds(out, "}");
	}
	buf_adds(out, "]");
}

static void
add_links(struct buf *out, const struct links *l)
{
	const char *before = "\n    {";

	buf_adds(out, "\"links\": [");
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind != LINK_OURS && !l->v[i].compiler_name)
			continue;
		add_pair(out, before, "name", l->v[i].name);
		add_pair(out, ", ", "state", report_link_state(&l->v[i]));
		add_pair(out, ", ", "target", l->v[i].text);
		add_pair(out, ", ", "compiler", l->v[i].behind);
		buf_adds(out, "}");
		before = ",\n    {";
	}
	buf_adds(out, "]");
}

static void
add_findings(struct buf *out, const struct findings *f)
{
	buf_addf(out, "\"works\": %s,\n  \"findings\": [", findings_ok(f) ? "true" : "false");
	for (size_t i = 0; i < f->n; i++) {
		add_pair(out, i > 0 ? ",\n    {" : "\n    {", "code", f->v[i].code);
		add_pair(out, ", ", "severity", severity_name(f->v[i].severity));
		add_pair(out, ", ", "text", f->v[i].text);
		add_pair(out, ", ", "cure", f->v[i].cure);
		buf_adds(out, "}");
	}
	buf_adds(out, "]");
}

void
report_json(struct buf *out, const struct report *r)
{
	const char *before = "{\n  ";

	if (r->compiler != NULL) {
		add_pair(out, before, "compiler", r->compiler);
		before = ",\n  ";
	}
	if (r->route != NULL) {
		buf_adds(out, before);
		add_route(out, r->route);
		before = ",\n  ";
	}
	if (r->directory != NULL) {
		add_pair(out, before, "directory", r->directory);
		before = ",\n  ";
	}
	if (r->links != NULL) {
		buf_adds(out, before);
		add_links(out, r->links);
		before = ",\n  ";
	}
	if (r->findings != NULL) {
		buf_adds(out, before);
		add_findings(out, r->findings);
	}
	buf_adds(out, "\n}\n");
}
